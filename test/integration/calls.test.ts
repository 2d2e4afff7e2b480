/** Calls by gRPC to a real service, made by the real k6 and judged by the real runner. */
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  status as statuses,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endsOf, logOf, runByCli, type CliRun } from './cli-run';
import { makeWorkspace, type Workspace } from './small-service';

const protos = {
  'protos/shop/v1/shop.proto': `syntax = "proto3";
package shop.v1;
import "shop/v1/money.proto"; // What things cost.
/* import "no/such.proto"; */
import "google/protobuf/empty.proto";
service Shop {
  rpc Find (Ask) returns (Found);
  rpc Watch (Ask) returns (stream Found);
  rpc Rest (google.protobuf.Empty) returns (google.protobuf.Empty);
}
message Ask { string word = 1; repeated int32 sizes = 2; }
message Found { string word = 1; Money unit_price = 2; int32 sizes = 3; repeated string tags = 4; }
`,
  'protos/shop/v1/money.proto': `syntax = "proto3";
package shop.v1;
message Money { int32 cents = 1; }
`,
};

interface Ask {
  readonly word: string;
  readonly sizes: readonly number[];
}
type Find = (call: ServerUnaryCall<Ask, object>, answer: sendUnaryData<object>) => void;

let workspace: Workspace;
let server: Server;
let port = 0;
let find: Find;
let calls: ServerUnaryCall<Ask, object>[] = [];
const peers = new Set<string>();

const found: Find = ({ request }, answer) => {
  answer(null, {
    word: request.word,
    unit_price: { cents: 250 },
    sizes: request.sizes.length,
    tags: ['a', 'b'],
  });
};

beforeEach(async () => {
  workspace = await makeWorkspace();
  for (const [file, content] of Object.entries(protos)) {
    mkdirSync(path.dirname(path.join(workspace.folder, file)), { recursive: true });
    writeFileSync(path.join(workspace.folder, file), content);
  }
  // The library for reflection does not tell of files that come with protobuf.
  const served = protos['protos/shop/v1/shop.proto'].replace(/.*google.*\n/g, '');
  mkdirSync(path.join(workspace.folder, 'served'));
  writeFileSync(path.join(workspace.folder, 'served/shop.proto'), served);
  [find, calls] = [found, []];
  peers.clear();
  port = await serve(0);
});

/** @returns the port. */
function serve(wanted: number): Promise<number> {
  const includeDirs = [path.join(workspace.folder, 'served'), path.join(workspace.folder, 'protos')];
  const definition = loadSync('shop.proto', { includeDirs, keepCase: true });
  const { shop } = loadPackageDefinition(definition) as unknown as {
    shop: { v1: { Shop: ServiceClientConstructor } };
  };
  server = new Server();
  server.addService(shop.v1.Shop.service, {
    Find: (call: ServerUnaryCall<Ask, object>, answer: sendUnaryData<object>) => {
      calls.push(call);
      peers.add(call.getPeer());
      find(call, answer);
    },
  });
  new ReflectionService(definition).addToServer(server);
  return listen(server, wanted);
}

afterEach(async () => {
  server.forceShutdown();
  await workspace.dispose();
});

function listen(service: Server, wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    service.bindAsync(`127.0.0.1:${wanted}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
}

interface Wish {
  readonly step?: string;
  readonly load?: string;
  readonly goals?: string;
  readonly proto?: string;
  readonly address?: string;
}

const named = 'proto: { folder: protos, files: [shop/v1/shop.proto] }, ';
const finding = `grpc: shop.v1.Shop/Find
        name: find
        message: { word: 'user \${vu}', sizes: [1, 2] }
        metadata: { x-own: 'of \${vu}' }
        capture: { cents: $.unitPrice.cents }
        success: $.sizes == 2 and $.word contains "user" and length($.tags) == 2`;

async function check(wish: Wish): Promise<CliRun> {
  const { step = finding, load = 'users: 4, for: 3s', goals = '[]', proto = named } = wish;
  const address = wish.address ?? `127.0.0.1:${port}`;
  return runByCli(workspace, {
    plan: `version: 1
name: calls
targets: { api: { url: 'http://${address}', ${proto}headers: { X-All: yes }, auth: { bearer: abcd } } }
scenarios:
  s:
    steps:
      - ${step}
      - { think: 20ms }
phases: { p: { scenarios: [s], ${load}, drain: 1s } }
goals: ${goals}
`,
  });
}

function countsOf(run: CliRun, what?: 'statuses' | 'errorCodes'): Record<string, number> {
  return endsOf(run, 'find', what);
}

test('calls carry their message and metadata, are judged by the answer, and are counted to the last one', async () => {
  const run = await check({ goals: '[p95(s.find) in p < 500ms, success(s) in p >= 95%, errors in p < 5%]' });
  expect(run.code, run.output).toBe(0);
  expect(run.sent('find')).toBe(calls.length);
  expect(countsOf(run)).toEqual({ OK: calls.length });
  expect(run.count('task', 'find', 'success')).toBe(calls.length);
  const [call] = calls;
  const word = /^user (\d+)$/.exec(call?.request.word ?? '');
  expect(call?.metadata.getMap()).toMatchObject({
    ...{ 'x-own': `of ${word?.[1]}`, 'x-all': 'yes', authorization: 'Bearer abcd' },
  });
  expect(peers.size).toBe(4);
});

test('without a proto file the service is asked what it has', async () => {
  const run = await check({ proto: '', goals: '[success(s) in p >= 95%]' });
  expect(run.code, logOf(run)).toBe(0);
  expect(run.sent('find')).toBe(calls.length);
  expect(run.count('task', 'find', 'success')).toBe(calls.length);
});

test('an import that leads out of its folder stops the run', async () => {
  writeFileSync(path.join(workspace.folder, 'protos/shop/v1/money.proto'), 'import "../../gone.proto";');
  await expect(check({})).rejects.toThrow(
    'the proto file ../../gone.proto of protos/shop/v1/money.proto is outside of the folder protos',
  );
});

test('a service that does not tell what it has needs a proto file, and the log says so', async () => {
  const silent = new Server();
  const bound = await listen(silent);
  const run = await check({ proto: '', address: `127.0.0.1:${bound}` });
  silent.forceShutdown();
  expect(run.run.verdict, run.output).toBe('fail');
  expect(logOf(run)).toContain('find: the service has no server reflection, so its target needs `proto`');
});

test('a status is an error under its name, unless the plan expects it', async () => {
  find = (_, answer) => {
    answer({ code: statuses.NOT_FOUND, details: 'nothing is called so' });
  };
  const bad = await check({});
  expect(bad.run.verdict, bad.output).toBe('fail');
  expect(countsOf(bad)).toEqual({ NOT_FOUND: calls.length });
  expect(bad.requests('find').every(({ outcome }) => outcome === 'failed')).toBe(true);
  const step =
    'grpc: shop.v1.Shop/Find\n        name: find\n        expect: { status: [OK, NOT_FOUND] }\n        success: $.code == 5 and $.message contains "nothing"';
  const good = await check({ step, goals: '[success(s) in p >= 95%, errors in p < 5%]' });
  expect(good.code, good.output).toBe(0);
  expect(good.count('task', 'find', 'failed')).toBe(0);
  expect(good.requests('find').every(({ outcome }) => outcome === 'ok')).toBe(true);
});

test('a wrong answer is a failed task, and no error', async () => {
  find = (_, answer) => {
    answer(null, { word: 'other', unit_price: { cents: 1 }, sizes: 0 });
  };
  const run = await check({ goals: '[success(s) in p >= 95%]' });
  expect(run.run.verdict, run.output).toBe('fail');
  expect(countsOf(run)).toEqual({ OK: calls.length });
  expect(run.count('task', 'find', 'failed')).toBe(calls.length);
});

test('calls that run out of time are all counted, with the time that they had', async () => {
  find = () => undefined;
  const run = await check({ step: `${finding}\n        timeout: 200ms` });
  expect(run.run.verdict, run.output).toBe('fail');
  expect(countsOf(run)).toEqual({ DEADLINE_EXCEEDED: calls.length });
  expect(run.requests('find').every(({ outcome }) => outcome === 'failed')).toBe(true);
  expect(run.run.phases[0]?.iterations).toBe(calls.length);
});

test('calls that are under way when the drain ends are counted as unfinished', async () => {
  find = (call, answer) => {
    if (calls.length <= 20) found(call, answer);
  };
  const run = await check({});
  const unfinished = run.requests('find').filter(({ outcome }) => outcome === 'unfinished');
  expect(
    unfinished.reduce((sum, cell) => sum + cell.count, 0),
    run.output,
  ).toBe(4);
  expect(countsOf(run, 'errorCodes')).toEqual({ 1900: 4 });
  expect(run.sent('find')).toBe(calls.length);
});

test('a refused port fails every call, and the log says why', async () => {
  server.forceShutdown();
  const run = await check({});
  expect(run.run.verdict, run.output).toBe('fail');
  expect(countsOf(run).UNAVAILABLE).toBeGreaterThan(100);
  expect(countsOf(run, 'errorCodes')).toEqual({ 1212: countsOf(run).UNAVAILABLE });
  expect(logOf(run)).toContain('connection refused');
});

test('a service that comes back is called again', async () => {
  let isBack = false;
  let answered = 0;
  find = (call, answer) => {
    if (calls.length === 40) {
      server.forceShutdown();
      void serve(port).then(() => (isBack = true));
    }
    if (isBack) answered += 1;
    found(call, answer);
  };
  const run = await check({});
  expect(countsOf(run).UNAVAILABLE).toBeGreaterThan(0);
  expect(answered, run.output).toBeGreaterThan(50);
});

test.each([
  ['shop.v1.Shop/Watch', 'shop.v1.Shop/Watch has a stream: it is called by a step grpcStream'],
  ['shop.v1.Shop/Fnid', 'shop.v1.Shop/Fnid is no method of shop/v1/shop.proto'],
])('%s ends the run before the load', async (method, message) => {
  const run = await check({ step: `grpc: ${method}\n        name: find` });
  expect(run.code, run.output).toBeGreaterThan(0);
  expect(run.output + logOf(run)).toContain(message);
  expect(calls).toEqual([]);
});

test('an import that is not there stops the run, with the file that names it', async () => {
  writeFileSync(path.join(workspace.folder, 'protos/shop/v1/money.proto'), 'import "shop/gone.proto";');
  await expect(check({})).rejects.toThrow(
    'the proto file protos/shop/gone.proto, named by protos/shop/v1/money.proto',
  );
});

test('a service of another machine needs approval', async () => {
  await expect(check({ address: '192.0.2.1:50051' })).rejects.toThrow('--allow-target 192.0.2.1:50051');
});
