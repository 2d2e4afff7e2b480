/** WebSockets and gRPC calls by TLS, with certificates of both sides and a token: by the real k6, to real services. */
import {
  loadPackageDefinition,
  Server as GrpcServer,
  ServerCredentials,
  status as statuses,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { once } from 'node:events';
import { createServer as createPlainServer, type Server as PlainServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { makeCertificates, type Certificates } from '../bed/certificates';
import { runByCli, type CliRun } from './cli-run';
import { makeWorkspace, type Workspace } from './small-service';

const proto = `syntax = "proto3";
package shop;
service Shop { rpc Find (Ask) returns (Found); }
message Ask { string word = 1; }
message Found { string word = 1; }
`;

let folder = '';
let made: Certificates;
let workspace: Workspace;
let closing: (() => void)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'benchwright-secure-'));
  made = await makeCertificates(folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  workspace = await makeWorkspace();
});

afterEach(async () => {
  for (const close of closing) close();
  closing = [];
  await workspace.dispose();
});

async function listen(server: Server | PlainServer): Promise<number> {
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Asks for a certificate of the client. */
const mutual = () => ({ ...made.service, ca: made.ca, requestCert: true, rejectUnauthorized: true });

/** Says each message back. */
async function startSockets(): Promise<{ readonly url: string; readonly opened: () => number }> {
  const server = createServer(mutual());
  const sockets = new WebSocketServer({ server });
  let opened = 0;
  sockets.on('connection', (socket) => {
    opened += 1;
    socket.on('message', (data: Buffer) => {
      socket.send(data.toString());
    });
  });
  closing.push(() => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  });
  return { url: `https://127.0.0.1:${await listen(server)}`, opened: () => opened };
}

type Find = ServerUnaryCall<{ readonly word: string }, { readonly word: string }>;

/** Answers only those who show the token. */
async function startShop(token: string): Promise<{ readonly url: string; readonly answered: () => number }> {
  const file = path.join(folder, 'shop.proto');
  await writeFile(file, proto);
  const { shop } = loadPackageDefinition(loadSync(file)) as unknown as {
    shop: { Shop: ServiceClientConstructor };
  };
  const server = new GrpcServer();
  let answered = 0;
  server.addService(shop.Shop.service, {
    Find: ({ request, metadata }: Find, answer: sendUnaryData<object>) => {
      if (metadata.get('authorization')[0] !== `Bearer ${token}`) {
        answer({ code: statuses.UNAUTHENTICATED, details: 'no token' });
        return;
      }
      answered += 1;
      answer(null, { word: request.word });
    },
  });
  closing.push(() => {
    server.forceShutdown();
  });
  const own = [{ private_key: Buffer.from(made.service.key), cert_chain: Buffer.from(made.service.cert) }];
  const credentials = ServerCredentials.createSsl(Buffer.from(made.ca), own, true);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { url: `https://127.0.0.1:${port}`, answered: () => answered };
}

async function startTokens(token: string): Promise<{ readonly url: string; readonly asked: () => number }> {
  let asked = 0;
  const server = createPlainServer((request, response) => {
    asked += 1;
    request.resume();
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 3600 }));
  });
  return { url: `http://127.0.0.1:${await listen(server)}/token`, asked: () => asked };
}

const withCertificate = '{ ca: tls/ca.pem, cert: tls/client.pem, key: tls/client.key }';

interface Wish {
  readonly target: string;
  readonly step: string;
  readonly goals: string;
}

function check({ target, step, goals }: Wish): Promise<CliRun> {
  return runByCli(workspace, {
    plan: `version: 1
name: secure
targets: { api: ${target} }
scenarios: { s: { steps: [${step}, { think: 20ms }] } }
phases: { p: { scenarios: [s], users: 4, for: 2s, drain: 1s } }
goals: ${goals}
`,
    files: {
      'shop.proto': proto,
      'tls/ca.pem': made.ca,
      'tls/client.pem': made.client.cert,
      'tls/client.key': made.client.key,
    },
    environment: { BENCHWRIGHT_SECRET_OWN: 'only mine' },
  });
}

const saying = `{ ws: /, name: talk, send: [{ json: { type: hello } }], until: $.type == "hello", timeout: 1s }`;

test('a WebSocket of an https target is opened by TLS, with the certificate of the load', async () => {
  const { url, opened } = await startSockets();
  const run = await check({
    target: `{ url: '${url}', tls: ${withCertificate} }`,
    step: saying,
    goals: "['errors(s) in p < 5%', 'p50(session(s)) in p < 1s']",
  });
  expect(run.code, run.output).toBe(0);
  expect(opened()).toBeGreaterThan(10);
  expect(run.sent('talk')).toBe(opened());
});

test('a WebSocket without the certificate that is asked for is no session', async () => {
  const { url, opened } = await startSockets();
  const run = await check({
    target: `{ url: '${url}', tls: { ca: tls/ca.pem } }`,
    step: saying,
    goals: "['errors(s) in p < 5%']",
  });
  expect(run.run.verdict, run.output).toBe('fail');
  expect(opened()).toBe(0);
});

const calling = `{ grpc: shop.Shop/Find, name: find, message: { word: one }, success: $.word == "one" }`;

test('gRPC is called by TLS, with the certificate of the load and a token that all users share', async () => {
  const token = 'token-of-the-load';
  const shop = await startShop(token);
  const tokens = await startTokens(token);
  const run = await check({
    target: `{ url: '${shop.url}', proto: shop.proto, tls: ${withCertificate}, auth: { oauth2: { url: '${tokens.url}', client: load, secret: '\${secret.OWN}' } } }`,
    step: calling,
    goals: "['success(s) in p >= 95%', 'errors(s) in p < 5%']",
  });
  expect(run.code, run.output).toBe(0);
  expect(run.sent('find')).toBe(shop.answered());
  expect(tokens.asked()).toBe(1);
  for (const [file, text] of run.files) expect(text, file).not.toContain(token);
});

test('gRPC without the certificate that is asked for is no call', async () => {
  const token = 'token-of-the-load';
  const shop = await startShop(token);
  const run = await check({
    target: `{ url: '${shop.url}', proto: shop.proto, tls: { ca: tls/ca.pem }, auth: { bearer: ${token} } }`,
    step: calling,
    goals: "['errors(s) in p < 5%']",
  });
  expect(run.run.verdict, run.output).toBe('fail');
  expect(shop.answered()).toBe(0);
});
