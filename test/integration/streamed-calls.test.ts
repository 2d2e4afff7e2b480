/** Calls with streams by gRPC to a real service, made by the real k6 and judged by the real runner. */
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  status as statuses,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerWritableStream,
  type sendUnaryData,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endsOf, logOf, runByCli, type CliRun } from './cli-run';
import { makeWorkspace, type Workspace } from './small-service';

const proto = `syntax = "proto3";
package shop.v1;
service Shop {
  rpc Find (Ask) returns (Price);
  rpc Watch (Ask) returns (stream Price);
  rpc Add (stream Ask) returns (Price);
  rpc Talk (stream Ask) returns (stream Price);
}
message Ask { string word = 1; int32 count = 2; }
message Price { string word = 1; int32 cents = 2; bool last = 3; }
`;

interface Ask {
  readonly word: string;
  readonly count: number;
}
type Watch = (call: ServerWritableStream<Ask, object>) => void;
type Talk = (call: ServerDuplexStream<Ask, object>, ask: Ask) => void;

let workspace: Workspace;
let server: Server;
let port = 0;
let watch: Watch;
let talk: Talk;
let calls = 0;
let asked: Ask[] = [];
const peers = new Set<string>();

/** A price each 20 ms, as many as asked for. */
const prices: Watch = (call) => {
  const { word, count } = call.request;
  let sent = 0;
  const timer = setInterval(() => {
    sent += 1;
    call.write({ word, cents: 100 * sent, last: sent === count });
    if (sent < count) return;
    clearInterval(timer);
    call.end();
  }, 20);
  call.on('cancelled', () => {
    clearInterval(timer);
  });
};

const answers: Talk = (call, { word }) => {
  call.write({ word: `re ${word}`, cents: 1, last: word === 'bye' });
};

beforeEach(async () => {
  workspace = await makeWorkspace();
  writeFileSync(path.join(workspace.folder, 'shop.proto'), proto);
  [watch, talk, calls, asked] = [prices, answers, 0, []];
  peers.clear();
  const definition = loadSync(path.join(workspace.folder, 'shop.proto'), { keepCase: true, defaults: true });
  const { shop } = loadPackageDefinition(definition) as unknown as {
    shop: { v1: { Shop: ServiceClientConstructor } };
  };
  const note = (call: { getPeer: () => string }): void => {
    calls += 1;
    peers.add(call.getPeer());
  };
  server = new Server();
  server.addService(shop.v1.Shop.service, {
    Find: (_: unknown, answer: sendUnaryData<object>) => {
      answer(null, {});
    },
    Watch: (call: ServerWritableStream<Ask, object>) => {
      note(call);
      asked.push(call.request);
      watch(call);
    },
    Add: (call: ServerReadableStream<Ask, object>, answer: sendUnaryData<object>) => {
      note(call);
      const heard: Ask[] = [];
      call.on('data', (ask: Ask) => heard.push(ask));
      call.on('end', () => {
        asked.push(...heard);
        answer(null, { word: heard.map(({ word }) => word).join(), cents: heard.length, last: true });
      });
    },
    Talk: (call: ServerDuplexStream<Ask, object>) => {
      note(call);
      call.on('data', (ask: Ask) => {
        asked.push(ask);
        talk(call, ask);
      });
      call.on('end', () => call.end());
      call.on('error', () => undefined);
    },
  });
  new ReflectionService(definition).addToServer(server);
  port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
});

afterEach(async () => {
  server.forceShutdown();
  await workspace.dispose();
});

interface Wish {
  readonly step: string;
  readonly load?: string;
  readonly goals?: string;
  readonly proto?: string;
  readonly drain?: string;
}

async function check({
  step,
  load = 'users: 3, for: 1s',
  goals = '[]',
  drain = '5s',
  ...wish
}: Wish): Promise<CliRun> {
  return runByCli(workspace, {
    plan: `version: 1
name: streams
targets: { api: { url: 'http://127.0.0.1:${port}', ${wish.proto ?? 'proto: shop.proto, '}headers: { X-All: yes } } }
scenarios:
  s:
    steps:
      - ${step}
      - { think: 20ms }
phases: { p: { scenarios: [s], ${load}, drain: ${drain} } }
goals: ${goals}
`,
  });
}

function countsOf(run: CliRun, what?: 'statuses' | 'errorCodes'): Record<string, number> {
  return endsOf(run, 's1', what);
}

const watching = `grpcStream: shop.v1.Shop/Watch
        name: s1
        send: [{ message: { word: 'user \${vu}', count: 5 } }]`;

test('a service that answers by a stream: its messages are counted, timed and judged to the last one', async () => {
  const step = `${watching}
        expect: { each: $.cents > 0 and $.word contains "user", messages: 5 }
        capture: { word: $.word }
        success: $.last == true and $.cents == 500`;
  const goals =
    '[p95(s.s1) in p < 1s, p50(ttft(s)) in p >= 15ms, p50(between(s)) in p >= 15ms, p95(between(s)) in p < 500ms, rate(received(s)) in p >= 10/s, success(s) in p >= 95%, errors in p < 5%]';
  const run = await check({ step, goals, load: 'users: 8, for: 3s' });
  expect(run.code, `${run.output}${logOf(run)}`).toBe(0);
  expect(run.sent('s1')).toBe(calls);
  expect(countsOf(run)).toEqual({ OK: calls });
  expect(run.count('task', 's1', 'success')).toBe(calls);
  expect([run.count('sent'), run.count('received')]).toEqual([calls, calls * 5]);
  expect([run.count('ttft', 's1', 'success'), run.count('between', 's1', 'success')]).toEqual([
    calls,
    calls * 4,
  ]);
  expect(new Set(asked.map(({ word }) => word))).toEqual(
    new Set([1, 2, 3, 4, 5, 6, 7, 8].map((user) => `user ${user}`)),
  );
  expect(peers.size).toBe(8);
  // Its latency is that of the whole call.
  expect(run.requests('s1').every(({ minUs }) => minUs >= 90_000)).toBe(true);
});

test('a service that takes a stream gets all messages before its answer', async () => {
  const step = `grpcStream: shop.v1.Shop/Add
        name: s1
        send: [{ message: { word: a } }, { message: { word: b } }, { message: { word: c } }]
        success: $.cents == 3 and $.word == "a,b,c"`;
  const run = await check({ step, goals: '[success(s) in p >= 95%]' });
  expect(run.run.phases[0]?.goals[0]?.state, `${run.output}${logOf(run)}`).toBe('held');
  expect([run.count('sent'), run.count('received')]).toEqual([calls * 3, calls]);
  expect(asked).toHaveLength(calls * 3);
});

const talking = `grpcStream: shop.v1.Shop/Talk
        name: s1
        send:
          - { message: { word: hello } }
          - { message: { word: bye }, when: $.word == "re hello" }
        until: $.last == true`;

test.each(['proto: shop.proto, ', ''])(
  'messages go in both directions, one in answer to another (%s)',
  async (given) => {
    const run = await check({ step: talking, proto: given, goals: '[success(s) in p >= 95%]' });
    expect(run.run.phases[0]?.goals[0]?.state, `${run.output}${logOf(run)}`).toBe('held');
    expect(asked.map(({ word }) => word).filter((word) => word === 'bye')).toHaveLength(calls);
    expect([run.count('sent'), run.count('received')]).toEqual([calls * 2, calls * 2]);
    expect(countsOf(run)).toEqual({ OK: calls });
    expect(run.sent('s1')).toBe(calls);
  },
);

test('what goes on after its end is ended with its connection, and is right', async () => {
  watch = (call) => {
    const timer = setInterval(() => call.write({ cents: 1, last: true }), 20);
    call.on('cancelled', () => {
      clearInterval(timer);
    });
  };
  const run = await check({
    step: `${watching}\n        until: $.last == true`,
    goals: '[errors in p < 5%]',
  });
  expect(countsOf(run), `${run.output}${logOf(run)}`).toEqual({ OK: calls });
  expect(run.requests('s1').every(({ outcome }) => outcome === 'ok')).toBe(true);
  expect(run.count('task', 's1', 'success')).toBe(calls);
  expect(peers.size).toBe(calls);
  // Over with the first message, however long it takes to leave.
  expect(run.requests('s1').some(({ minUs }) => minUs < 90_000)).toBe(true);
});

test('a call lasts as long as the plan says, and messages are sent again and again', async () => {
  const step = `grpcStream: shop.v1.Shop/Talk
        name: s1
        send: [{ message: { word: again }, every: 100ms }]
        for: 500ms`;
  const run = await check({ step, load: 'users: 2, for: 3s' });
  expect(run.count('task', 's1', 'success'), `${run.output}${logOf(run)}`).toBeGreaterThan(4);
  expect(countsOf(run)).toEqual({ OK: calls });
  expect(asked.length / calls).toBeGreaterThan(3);
  expect(asked.length / calls).toBeLessThanOrEqual(6);
});

test('a status is an error, and a wrong message or too few of them make the task fail', async () => {
  watch = (call) => {
    call.write({ cents: 0 });
    call.emit('error', { code: statuses.RESOURCE_EXHAUSTED, details: 'enough' });
  };
  const bad = await check({
    step: `${watching}\n        success: $.code == 8 and $.message contains "enough"`,
  });
  expect(bad.run.verdict, bad.output).toBe('fail');
  expect(countsOf(bad)).toEqual({ RESOURCE_EXHAUSTED: calls });
  expect(bad.count('task', 's1', 'failed')).toBe(calls);
  calls = 0;
  const expected = await check({
    step: `${watching}\n        expect: { status: RESOURCE_EXHAUSTED }\n        success: $.code == 8 and $.message contains "enough"`,
  });
  expect(expected.count('task', 's1', 'success'), expected.output).toBe(calls);
  [watch, calls] = [prices, 0];
  const step = `${watching}\n        expect: { each: $.cents < 300 }`;
  const wrong = await check({ step, goals: '[success(s) in p >= 95%]' });
  expect(wrong.run.verdict).toBe('fail');
  expect(wrong.count('task', 's1', 'failed')).toBe(calls);
  calls = 0;
  const few = await check({ step: `${watching}\n        expect: { messages: 6 }` });
  expect(few.count('task', 's1', 'failed')).toBe(calls);
  expect(countsOf(few)).toEqual({ OK: calls });
});

test.each(['', '\n        until: $.last == true'])(
  'a call that the service cancels is a failed request and a failed task, unless that is expected (%s)',
  async (until) => {
    watch = (call) => {
      call.write({ cents: 1, last: true });
      call.emit('error', { code: statuses.CANCELLED, details: 'no more' });
    };
    const failed = await check({ step: watching + until });
    expect(countsOf(failed), failed.output).toEqual({ CANCELLED: calls });
    expect(failed.count('task', 's1', 'failed')).toBe(calls);
    calls = 0;
    const right = await check({ step: `${watching}${until}\n        expect: { status: [OK, CANCELLED] }` });
    expect(right.requests('s1').every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect(right.count('task', 's1', 'success'), right.output).toBe(calls);
  },
);

test('a call whose time is up while it is left was over before, and is counted', async () => {
  watch = (call) => {
    const timer = setTimeout(() => call.write({ cents: 1, last: true }), 930);
    call.on('cancelled', () => {
      clearTimeout(timer);
    });
  };
  const run = await check({
    step: `${watching}\n        until: $.last == true\n        timeout: 1s`,
    load: 'users: 3, for: 2s',
  });
  // On a machine that is slower, some are out of time before.
  const { OK = 0, DEADLINE_EXCEEDED: late = 0 } = countsOf(run);
  expect([OK + late, OK], `${run.output}${logOf(run)}`).toEqual([calls, run.count('task', 's1', 'success')]);
});

test('a call that runs out of time is counted with the time that it had, and so is one that the drain cuts off', async () => {
  watch = () => undefined;
  const late = await check({ step: `${watching}\n        timeout: 200ms` });
  expect(countsOf(late), late.output).toEqual({ DEADLINE_EXCEEDED: calls });
  expect(late.count('ttft', 's1', 'timeout')).toBe(calls);
  calls = 0;
  const cut = await check({ step: watching, load: 'users: 2, for: 1s', drain: '1s' });
  expect(countsOf(cut, 'errorCodes'), cut.output).toEqual({ 1900: 2 });
  expect(cut.requests('s1').every(({ outcome }) => outcome === 'unfinished')).toBe(true);
});

test('a message that does not fit its type is a failed call, and the log says so', async () => {
  const run = await check({ step: watching.replace('count: 5', 'nothing: 5') });
  expect(run.run.verdict, run.output).toBe('fail');
  expect(logOf(run)).toContain("can't serialise request object");
  expect(run.sent('s1')).toBeGreaterThan(10);
});

test('a refused port fails every call', async () => {
  server.forceShutdown();
  const run = await check({ step: watching });
  expect(run.run.verdict, run.output).toBe('fail');
  expect(countsOf(run, 'errorCodes')).toEqual({ 1212: countsOf(run).UNAVAILABLE });
});

test('a method without streams has a step of its own, and the run does not begin', async () => {
  const run = await check({ step: watching.replace('Watch', 'Find') });
  expect(run.code, run.output).toBeGreaterThan(0);
  expect(run.output + logOf(run)).toContain('shop.v1.Shop/Find has no stream: it is called by a step grpc');
});
