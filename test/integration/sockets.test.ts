/** WebSockets of a real service, talked to by the real k6 and judged by the real runner. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { logOf, runByCli, type CliRun } from './cli-run';
import { makeWorkspace, type Workspace } from './small-service';

let workspace: Workspace;
let server: Server;
let sockets: WebSocketServer;
let answer: (socket: WebSocket, message: string) => void;
let opened = 0;
let handshakes: IncomingMessage[] = [];
let heard: string[] = [];
const dialogue: typeof answer = (socket, message) => {
  const { type } = JSON.parse(message) as { type: string };
  if (type === 'init') socket.send('{"type":"ready"}');
  if (type !== 'ask') return;
  for (const n of [1, 2, 3]) socket.send(JSON.stringify({ type: 'part', n }));
  socket.send('{"type":"done","n":4}');
};

beforeEach(async () => {
  workspace = await makeWorkspace();
  [opened, answer] = [0, dialogue];
  handshakes = [];
  heard = [];
  server = createServer((_, response) => response.writeHead(404).end());
  sockets = new WebSocketServer({ server, path: '/talk' });
  sockets.on('connection', (socket, request) => {
    opened += 1;
    handshakes.push(request);
    socket.on('message', (data: Buffer) => {
      heard.push(data.toString());
      answer(socket, data.toString());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  for (const socket of sockets.clients) socket.terminate();
  sockets.close();
  server.closeAllConnections();
  server.close();
  await workspace.dispose();
});

interface Wish {
  readonly step?: string;
  readonly load?: string;
  readonly goals?: string;
  readonly port?: number;
}

const talk = `ws: /talk
        name: talk
        send:
          - { json: { type: init } }
          - { when: $.type == "ready", json: { type: ask, vu: '\${vu}' } }
        until: $.type == "done"
        timeout: 1s
        success: $.n == 4 and status == 101`;

async function check({
  step = talk,
  load = 'users: 4, for: 3s',
  goals = '[]',
  ...wish
}: Wish): Promise<CliRun> {
  const port = wish.port ?? (server.address() as AddressInfo).port;
  return runByCli(workspace, {
    plan: `version: 1
name: sockets
targets: { api: { url: 'http://127.0.0.1:${port}', headers: { X-Own: yes }, auth: { bearer: abcd } } }
scenarios:
  s:
    steps:
      - ${step}
      - { think: 20ms }
phases: { p: { scenarios: [s], ${load}, drain: 2s } }
goals: ${goals}
`,
  });
}

test('messages are sent in answer to others, and handshakes, sessions and messages are counted to the last one', async () => {
  const found = await check({
    goals:
      '[p95(s.talk) in p < 1s, p50(session(s)) in p < 500ms, rate(received(s)) in p >= 50/s, success(s) in p >= 95%]',
  });
  expect(found.code, found.output).toBe(0);
  expect(found.sent('talk')).toBe(opened);
  expect(
    found.requests('talk').every((cell) => cell.outcome === 'ok' && cell.statuses['101'] === cell.count),
  ).toBe(true);
  expect(found.count('session', 'talk', 'success')).toBe(opened);
  expect(found.count('task', 'talk', 'success')).toBe(opened);
  expect([found.count('sent'), found.count('received')]).toEqual([opened * 2, opened * 5]);
  const asks = heard.filter((message) => /^\{"type":"ask","vu":\d+\}$/.test(message));
  expect(asks).toHaveLength(opened);
  expect(handshakes[0]?.headers).toMatchObject({ 'x-own': 'yes', authorization: 'Bearer abcd' });
  const { window, steps } = found.run.phases[0]!;
  // A session that begins at the end of the load has its messages in the drain.
  const within = (metric: string): number =>
    found
      .metrics(metric)
      .filter(({ at }) => at * 1000 >= window.fromMs && at * 1000 < window.toMs)
      .reduce((sum, { count }) => sum + count, 0);
  expect(steps[0]?.messages).toEqual({ sent: within('sent'), received: within('received') });
});

test('a session lasts as long as the plan says, and messages are sent again and again', async () => {
  answer = () => undefined;
  const found = await check({
    step: 'ws: /talk\n        name: talk\n        send: [hello, { text: ping, every: 200ms }]\n        for: 1s',
    load: 'users: 2, for: 4s',
    goals: '[p50(session(s)) in p >= 1s, p50(session(s)) in p < 1200ms]',
  });
  expect(found.code, found.output).toBe(0);
  const pings = heard.filter((message) => message === 'ping').length;
  expect(pings / opened).toBeGreaterThan(3.5);
  expect(pings / opened).toBeLessThanOrEqual(6);
  expect(heard.filter((message) => message === 'hello')).toHaveLength(opened);
});

test('nothing of a session is left when the next step begins', async () => {
  const found = await check({ load: 'rate: 20/s, for: 2s, maxUsers: 2' });
  expect(sockets.clients.size).toBe(0);
  expect(found.run.phases[0]?.iterations).toBe(opened);
});

test('a session that the service closes has failed, and the log says so', async () => {
  answer = (socket) => {
    socket.terminate();
  };
  const found = await check({ goals: '[success(s) in p >= 95%]' });
  expect(found.run.verdict, found.output).toBe('fail');
  expect(found.count('task', 'talk', 'failed')).toBe(opened);
  expect(logOf(found)).toContain('talk: the service closed the session before its end');
});

test('a session whose last message never comes has run out of time', async () => {
  answer = () => undefined;
  const found = await check({ goals: '[success(s) in p >= 95%, p95(session(s)) in p < 900ms]' });
  expect(found.run.verdict, found.output).toBe('fail');
  expect(found.count('session', 'talk', 'timeout')).toBe(opened);
});

test('an answer that opens no WebSocket is a failed request', async () => {
  const found = await check({ step: talk.replace('/talk', '/other') });
  expect(found.run.verdict, found.output).toBe('fail');
  expect(Object.keys(found.requests('talk')[0]?.statuses ?? {})).toEqual(['400']);
  expect(found.count('task', 'talk', 'failed')).toBeGreaterThan(10);
});

test('a refused port fails every handshake, and the log says why', async () => {
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const found = await runByCli(workspace, {
    plan: `version: 1
name: sockets
targets: { api: { url: 'http://127.0.0.1:${port}' } }
scenarios: { s: { steps: [{ ws: /, name: talk, for: 1s }, { think: 20ms }] } }
phases: { p: { scenarios: [s], users: 2, for: 2s } }
`,
  });
  expect(found.run.verdict, found.output).toBe('fail');
  expect(logOf(found)).toContain('connection refused');
});

test('a handshake without an answer is given up in time, and when the drain ends', async () => {
  const silent = createTcpServer((socket) => {
    connections.push(socket);
  });
  const connections: Socket[] = [];
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  try {
    const given = await check({ step: talk.replace('1s', '300ms'), load: 'users: 2, for: 2s', port });
    expect(given.run.verdict, given.output).toBe('fail');
    expect(given.run.phases[0]?.iterations).toBeGreaterThan(6);
    expect(given.sent('talk')).toBe(connections.length);
    expect(given.requests('talk').every(({ statuses }) => Object.keys(statuses).join() === '0')).toBe(true);
    expect(logOf(given)).toContain('i/o timeout');
    connections.length = 0;
    const cut = await check({ step: talk.replace('1s', '50s'), load: 'users: 2, for: 1s', port });
    expect([cut.sent('talk'), connections.length], cut.output).toEqual([2, 2]);
  } finally {
    for (const connection of connections) connection.destroy();
    silent.close();
  }
});

test('a WebSocket of another machine needs approval', async () => {
  const plan = `version: 1
name: sockets
targets: { api: { url: 'http://192.0.2.1' } }
scenarios: { s: { steps: [{ ws: /, for: 1s }] } }
phases: { p: { scenarios: [s], users: 2, for: 2s } }
`;
  await expect(runByCli(workspace, { plan })).rejects.toThrow('--allow-target 192.0.2.1:80');
});
