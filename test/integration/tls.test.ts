/** Connections by TLS, made by the real k6 to real services with certificates of every kind. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TLSSocket, type PeerCertificate } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeCertificates, type Certificates } from '../bed/certificates';
import { runByCli, type CliRun } from './cli-run';
import { makeWorkspace, type Workspace } from './small-service';

let folder = '';
let made: Certificates;
let workspace: Workspace;
let servers: Server[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'benchwright-tls-'));
  made = await makeCertificates(folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  workspace = await makeWorkspace();
});

afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
  await workspace.dispose();
});

/** Answers with what it knows of the connection. @returns its address. */
async function start(options: ServerOptions): Promise<string> {
  const server = createServer(options, (request, response) => {
    if (!(request.socket instanceof TLSSocket)) throw new TypeError('a connection without TLS');
    const { socket } = request;
    // Without a certificate of the client this is an empty object, whatever its type says.
    const { subject } = socket.getPeerCertificate() as Partial<PeerCertificate>;
    const client = subject?.CN;
    const name = 'servername' in socket ? socket.servername : undefined;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ client, name, version: socket.getProtocol() }));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Wish {
  readonly url: string;
  readonly tls: string;
  readonly success?: string;
  readonly more?: string;
}

async function check({ url, tls, success, more = '' }: Wish): Promise<CliRun> {
  return runByCli(workspace, {
    plan: `version: 1
name: tls
targets: { api: { url: '${url}', tls: ${tls} } }
scenarios: { s: { steps: [{ get: /, name: get${success === undefined ? '' : `, success: '${success}'`} }, { think: 20ms }] } }
phases: { p: { scenarios: [s], users: 2, for: 2s, drain: 1s } }
goals: ['errors(s) in p < 5%'${success === undefined ? '' : ", 'success(s) in p >= 95%'"}]
${more}`,
    files: {
      'tls/ca.pem': made.ca,
      'tls/client.pem': made.client.cert,
      'tls/client.key': made.client.key,
      'tls/closed.key': made.closedKey,
    },
    environment: { BENCHWRIGHT_SECRET_OPEN: 'opens it' },
  });
}

test('a certificate of the plan is trusted, and the time for TLS is a part of the connection', async () => {
  const found = await check({ url: await start(made.service), tls: '{ ca: tls/ca.pem }' });
  expect(found.code, found.output).toBe(0);
  const [first] = found.requests('get');
  expect(first?.statuses).toHaveProperty('200');
  const connected = found.requests('get').reduce((sum, cell) => sum + cell.newConnections, 0);
  expect(connected).toBe(2);
  expect(found.requests('get').reduce((sum, cell) => sum + cell.connectUs, 0)).toBeGreaterThan(100);
});

test.each([
  ['of an authority that nobody trusts', 'service', '{ minVersion: tls1.2 }', 'unknown authority'],
  ['whose time is over', 'expired', '{ ca: tls/ca.pem }', 'expired'],
  ['of another host', 'named', '{ ca: tls/ca.pem }', 'doesn.t contain any IP SANs'],
] as const)('a certificate %s fails every request, and the run says why', async (_, kind, tls, why) => {
  const found = await check({ url: await start(made[kind]), tls });
  expect(found.code, found.output).toBe(1);
  expect(found.run.verdict).toBe('fail');
  const log = found.ticks.flatMap((tick) => tick.log).map(({ message }) => message);
  expect(log.join('\n')).toMatch(new RegExp(why));
});

test('any certificate is taken where the plan says so', async () => {
  const found = await check({ url: await start(made.expired), tls: '{ insecure: true }' });
  expect(found.code, found.output).toBe(0);
});

test('a service is asked for by the name of the plan, and has to be it', async () => {
  const found = await check({
    url: await start(made.named),
    tls: '{ ca: tls/ca.pem, serverName: api.example.org }',
    success: '$.name == "api.example.org"',
  });
  expect(found.code, found.output).toBe(0);
});

test('an older version of TLS than wanted is no connection', async () => {
  const url = await start({ ...made.service, maxVersion: 'TLSv1.2' });
  expect((await check({ url, tls: '{ ca: tls/ca.pem, minVersion: tls1.3 }' })).run.verdict).toBe('fail');
  const found = await check({ url, tls: '{ ca: tls/ca.pem }', success: '$.version == "TLSv1.2"' });
  expect(found.code, found.output).toBe(0);
});

test.each([
  ['with its key', 'key: tls/client.key'],
  ['with a key that has a password', "key: tls/closed.key, password: '${secret.OPEN}'"],
])('the load shows its certificate, %s, which stays out of the run folder', async (_, key) => {
  const url = await start({ ...made.service, ca: made.ca, requestCert: true, rejectUnauthorized: true });
  const found = await check({
    url,
    tls: `{ ca: tls/ca.pem, cert: tls/client.pem, ${key} }`,
    success: '$.client == "client"',
  });
  expect(found.code, found.output).toBe(0);
  expect([...found.files.keys()].some((file) => file.endsWith('client.pem'))).toBe(true);
  for (const [file, text] of found.files) expect(text, file).not.toContain('PRIVATE KEY');
});

test('a service that asks for a certificate refuses a load without one', async () => {
  const url = await start({ ...made.service, ca: made.ca, requestCert: true, rejectUnauthorized: true });
  const found = await check({ url, tls: '{ ca: tls/ca.pem }' });
  expect(found.run.verdict, found.output).toBe('fail');
});

test('files that are no certificates end the run before the load, with the reason', async () => {
  const found = await check({
    url: await start(made.service),
    tls: '{ ca: tls/client.key }',
  });
  expect(found.run.verdict, found.output).toBe('tool-error');
  expect(found.run.phases[0]?.reason).toContain('the file `ca` has no certificate in PEM');
});
