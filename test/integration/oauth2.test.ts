/** Tokens of a client, from a real token service to a real service that checks them. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runByCli, type CliRun } from './cli-run';
import { makeWorkspace, type Workspace } from './small-service';

interface Asked {
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
}

let workspace: Workspace;
let servers: Server[] = [];
let asked: Asked[] = [];
/** Given so far, in order; the service takes those of `good` alone. */
let given: string[] = [];
let good: (token: string) => boolean = () => true;
/** Requests to the service by token. */
let used = new Map<string, number>();
const secret = 'p&ss wörd/+';

beforeEach(async () => {
  workspace = await makeWorkspace();
  asked = [];
  given = [];
  used = new Map();
  good = (token) => given.includes(token);
});

afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
  await workspace.dispose();
});

async function start(handler: (request: IncomingMessage, response: ServerResponse, body: string) => void) {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      handler(request, response, body);
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Give = (response: ServerResponse, token: string) => void;

const plainly: Give = (response, token) => {
  response.end(JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 3600 }));
};

function startTokens(give: Give): Promise<string> {
  return start((request, response, body) => {
    asked.push({ form: new URLSearchParams(body), authorization: request.headers.authorization });
    const token = `token-${given.length + 1}-Ab+/c==`;
    given.push(token);
    give(response, token);
  });
}

function startService(): Promise<string> {
  return start((request, response) => {
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    used.set(token, (used.get(token) ?? 0) + 1);
    response.writeHead(good(token) ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ token }));
  });
}

interface Wish {
  readonly give?: Give;
  readonly keys?: string;
  readonly load?: string;
  readonly steps?: string;
  readonly tokens?: string;
}

async function check({ give = plainly, keys = '', load, steps, tokens }: Wish): Promise<CliRun> {
  const url = tokens ?? `${await startTokens(give)}/token`;
  const found = await runByCli(workspace, {
    plan: `version: 1
name: tokens
targets:
  api:
    url: ${await startService()}
    auth: { oauth2: { url: '${url}', client: me, secret: '\${secret.CLIENT}'${keys} } }
scenarios: { s: { steps: ${steps ?? '[{ get: /, name: get }, { think: 20ms }]'} } }
phases: { p: { scenarios: [s], ${load ?? 'users: 8, for: 3s'}, drain: 1s } }
goals: ['errors(s) in p < 60%']`,
    environment: { BENCHWRIGHT_SECRET_CLIENT: secret },
    files: {
      'leak.js':
        'export function leak({ seen }) { console.warn("x".repeat(490) + seen); console.error("is " + JSON.stringify({ seen })); }',
    },
  });
  for (const [file, text] of found.files) {
    expect(text, file).not.toContain(secret);
    for (const token of given) expect(text.includes(token), `${file} has a token`).toBe(false);
  }
  for (const token of given) expect(found.output).not.toContain(token);
  return found;
}

test('all users share one token, which is asked for before the load and is no part of its figures', async () => {
  const found = await check({});
  expect(found.code, found.output).toBe(0);
  expect(given).toHaveLength(1);
  expect([...used.keys()]).toEqual(given);
  const pair = `me:${encodeURIComponent(secret).replaceAll('%20', '+')}`;
  expect(asked[0]).toMatchObject({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
  expect([...asked[0]!.form]).toEqual([['grant_type', 'client_credentials']]);
  expect(found.run.phases[0]?.steps.map(({ step }) => step)).toEqual(['get']);
});

test('the credentials go with the form where the plan says so', async () => {
  await check({ keys: ", credentials: form, scope: 'a b', audience: me" });
  expect(asked[0]?.authorization).toBeUndefined();
  expect(Object.fromEntries(asked[0]!.form)).toEqual({
    ...{ grant_type: 'client_credentials', scope: 'a b', audience: 'me' },
    ...{ client_id: 'me', client_secret: secret },
  });
});

test('a token is renewed before it ends, without one request that is refused', async () => {
  const ends = new Map<string, number>();
  good = (token) => Date.now() < (ends.get(token) ?? 0);
  const found = await check({
    give: (response, token) => {
      ends.set(token, Date.now() + 2000);
      response.end(JSON.stringify({ access_token: token, expires_in: '2' }));
    },
    load: 'users: 8, for: 6s',
  });
  expect(found.code, found.output).toBe(0);
  expect(found.run.phases[0]?.failed).toBe(0);
  expect(given.length).toBeGreaterThanOrEqual(3);
  expect(given.length).toBeLessThan(8);
  expect(found.run.phases[0]?.tokenRequests).toBe(given.length - 1);
  expect(found.count('token', 'token api')).toBe(given.length - 1);
});

test('a token that is refused is renewed at once, and the refused requests stay in the figures', async () => {
  let takes = 0;
  good = (token) => token !== given[0] || (takes += 1) < 600;
  const found = await check({ load: 'users: 8, for: 4s' });
  expect(given).toHaveLength(2);
  expect(found.run.phases[0]?.failed).toBeGreaterThanOrEqual(1);
  // Those that were under way, and no more.
  expect(found.run.phases[0]?.failed).toBeLessThan(30);
  expect(used.get(given[1]!)).toBeGreaterThan(100);
});

test('where every token is refused, the token service is asked about once in a second', async () => {
  good = () => false;
  const found = await check({});
  expect(found.run.verdict).toBe('fail');
  expect(given.length).toBeLessThan(7);
});

test('polls and streams have tokens too', async () => {
  const found = await check({
    steps:
      '[{ await: /, name: wait, until: $.token contains "token" }, { stream: /, name: chat }, { think: 50ms }]',
  });
  expect(found.count('ttc', 'wait')).toBeGreaterThan(10);
  expect([...used.keys()]).toEqual(given);
});

test('a token stays out of everything that is written, even where a response with it is logged', async () => {
  const found = await check({
    steps: `[{ get: /, name: get, capture: { seen: $.token } }, { script: 'leak.js#leak', with: { seen: '\${seen}' } }, { think: 20ms }]`,
  });
  const log = [...found.files].find(([file]) => file.endsWith('k6.log'))?.[1];
  expect(log).toContain('is {\\"seen\\":\\"[token]\\"}');
});

test.each([
  [
    'fails',
    (response: ServerResponse) => response.writeHead(500).end('{"error":"server_error"}'),
    'answered 500 (server_error)',
  ],
  [
    'knows no such client',
    (response: ServerResponse) => response.writeHead(401).end('{"error":"invalid_client"}'),
    'answered 401 (invalid_client)',
  ],
  ['does not answer', () => undefined, 'did not answer: '],
  ['answers in HTML', (response: ServerResponse) => response.end('<html>'), 'something that is not JSON'],
  ['gives none', (response: ServerResponse) => response.end('{"token":"abcd"}'), 'without an access_token'],
  [
    'gives another kind',
    (response: ServerResponse) => response.end('{"access_token":"abcd","token_type":"mac"}'),
    'not of the type bearer',
  ],
] as const)('a run whose token service %s ends before the load, and says why', async (_, give, why) => {
  const found = await check({ give, keys: ', timeout: 1s' });
  expect(found.run.verdict, found.output).toBe('aborted');
  expect(found.run.reason).toContain('no token for api: ');
  expect(found.run.reason).toContain(why);
  expect(used.size).toBe(0);
});

test('a token service that breaks down later ends the run when the last token has ended', async () => {
  const found = await check({
    give: (response, token) => {
      if (given.length > 1) response.writeHead(503).end();
      else response.end(JSON.stringify({ access_token: token, expires_in: 3 }));
    },
    load: 'users: 4, for: 20s',
  });
  expect(found.run.verdict, found.output).toBe('aborted');
  expect(found.run.reason).toContain('answered 503');
  const log = found.ticks.flatMap((tick) => tick.log).map(({ message }) => message);
  expect(log.join('\n')).toContain('a token could not be renewed');
});

test('a token service on another machine needs approval as a target does', async () => {
  const refused = check({ tokens: 'http://192.0.2.1/token' });
  await expect(refused).rejects.toThrow('--allow-target 192.0.2.1:80');
});
