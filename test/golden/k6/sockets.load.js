// WebSockets: phase load. Made by Benchwright; changes are lost when the plan is run.

import exec from 'k6/execution';
import http from 'k6/http';
import { Gauge, Trend } from 'k6/metrics';
import drain from 'k6/x/drain';
import secure from 'k6/x/secure';
import ws from 'k6/ws';

// Every address block but 127.0.0.0/8 and ::1, so that a redirect or a name cannot lead the load elsewhere.
const notLoopback = [
  ...['0.0.0.0/2', '64.0.0.0/3', '96.0.0.0/4', '112.0.0.0/5', '120.0.0.0/6', '124.0.0.0/7', '126.0.0.0/8'],
  ...['128.0.0.0/1', '::/128'],
  // For each of the first 127 bits, all zero in ::1, the addresses in which it is the first that is not.
  ...Array.from({ length: 127 }, (_, bit) => {
    const groups = new Array(8).fill('0');
    groups[Math.floor(bit / 16)] = (1 << (15 - (bit % 16))).toString(16);
    return `${groups.join(':')}/${bit + 1}`;
  }),
];

export const options = {
  discardResponseBodies: true,
  maxRedirects: 0,
  systemTags: ['scenario', 'name', 'status', 'error_code'],
  blacklistIPs: notLoopback,
  scenarios: {
    chat: { executor: 'constant-vus', vus: 2, duration: '30s', gracefulStop: '5.25s', exec: 'runChat' },
  },
};

const loadStart = new Gauge('load_start');
const task = new Trend('task', true);
const session = new Trend('session', true);

// A text as JSON, undefined where it is none.
function asJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// What sends the messages of a plan in their order, and tells whether it came to the last. One message lets one wait end.
function inTurn(sends, send, isOver) {
  let next = 0;
  return (message) => {
    let mayGo = message !== undefined;
    while (next < sends.length && !isOver()) {
      const { when } = sends[next];
      if (when !== undefined && !(mayGo && when(message))) return false;
      if (when !== undefined) mayGo = false;
      next += 1;
      send(sends[next - 1]);
    }
    return true;
  };
}

// A session: its messages are made as they are sent, and it is over with the message for which until holds.
function converse(url, params, { sends, until, lastsMs, leftMs }) {
  const begun = Date.now();
  const found = { status: 0, headers: {}, body: '', outcome: 'failed', isCut: false, tookMs: 0 };
  const response = ws.connect(url, params, (socket) => {
    let isOver = false;
    const end = (outcome) => {
      isOver = true;
      found.outcome = outcome;
      socket.close(1000);
    };
    const send = ({ make, everyMs }) => {
      socket.send(make());
      if (everyMs !== undefined) socket.setInterval(() => socket.send(make()), everyMs);
    };
    const sendOn = inTurn(sends, send, () => isOver);
    socket.on('open', () => sendOn());
    socket.on('message', (message) => {
      if (isOver) return;
      found.body = message;
      if (until !== undefined && until(message)) end('success');
      else sendOn(message);
    });
    socket.on('error', (error) => {
      if (!isOver) warnOnce(`${params.tags.name}: ${error.error()}`);
    });
    socket.on('close', () => {
      if (!isOver) warnOnce(`${params.tags.name}: the service closed the session before its end`);
    });
    const passed = Date.now() - begun;
    const limitMs = Math.max(1, Math.min(lastsMs - passed, leftMs - passed));
    socket.setTimeout(() => {
      if (isOver) return;
      found.isCut = leftMs < lastsMs;
      if (until !== undefined) end('timeout');
      else end(found.isCut ? 'unjudged' : 'success');
    }, limitMs);
  });
  if (response.status !== 101)
    warnOnce(`${params.tags.name}: ${response.error || 'the service opens no WebSocket'}`);
  found.status = response.status;
  found.headers = response.headers || {};
  found.tookMs = Date.now() - begun;
  return found;
}

function outcomeOf(decision) {
  if (decision === true) return 'success';
  return decision === false ? 'failed' : 'unjudged';
}

// Tags are made once: an object per sample costs a quarter of the CPU of a request.
function tagsOf(name) {
  return Object.fromEntries(
    ['success', 'failed', 'unjudged', 'timeout'].map((outcome) => [outcome, { name, outcome }]),
  );
}

function isMissing(value) {
  return value === undefined || value === null;
}

// Once per user, since a log line per request would cost more than the request.
const warned = new Set();
function warnOnce(message) {
  if (warned.has(message)) return;
  warned.add(message);
  console.warn(message);
}

// A value from outside of the plan; without it the run must not start.
function required(name) {
  if (__ENV[name] === undefined) throw new Error(`the environment variable ${name} is not set`);
  return __ENV[name];
}

function rowsOf(file) {
  const rows = JSON.parse(open(file));
  if (rows.length === 0) throw new Error(`${file} has no rows`);
  return rows;
}

// The number of the iteration, counted over all users of the scenario. Reading exec.scenario anew is expensive.
let scenarioState;
function turn() {
  if (scenarioState === undefined) scenarioState = exec.scenario;
  return scenarioState.iterationInTest;
}

// Only two numbers or two texts have an order.
function isOrdered(a, b) {
  return typeof a === typeof b && (typeof a === 'number' || typeof a === 'string');
}

function greater(a, b) {
  return isOrdered(a, b) ? a > b : undefined;
}

function both(a, b) {
  if (a === false || b === false) return false;
  return a === true && b === true ? true : undefined;
}

secure.configure({ '127.0.0.1:8443': { insecure: true, minVersion: 'tls1.2' } });
const usersRows = rowsOf('./data/users.json');
const secretKEY = required('BENCHWRIGHT_SECRET_KEY');
const chat1Params = {
  tags: { name: 'ws /chat' },
  timeout: '30s',
  headers: { 'Sec-WebSocket-Protocol': 'graphql-transport-ws', Authorization: `Bearer ${secretKEY}` },
};
const chat1Tags = tagsOf('ws /chat');
const chat2Params = {
  tags: { name: 'feed' },
  timeout: '30s',
  headers: { Authorization: `Bearer ${secretKEY}` },
};
const chat2Tags = tagsOf('feed');

// The sample marks the start of the load: everything before it is preparation.
export function setup() {
  loadStart.add(1);
}

// Scenario chat.
export function runChat() {
  secure.use('');
  drain.watch(250);
  const users = usersRows[turn() % usersRows.length];

  // ws /chat
  const url1 = `wss://127.0.0.1:8443/v1/chat?room=${encodeURIComponent(users.room)}`;
  const when1 = (message1, event1 = asJson(message1)) =>
    event1 === undefined ? undefined : event1?.type === 'connection_ack';
  const isOver1 = (message1, event1 = asJson(message1)) =>
    event1 === undefined ? undefined : event1?.type === 'complete';
  secure.use('127.0.0.1:8443');
  const talk1 = {
    sends: [
      { make: () => JSON.stringify({ type: 'connection_init' }) },
      { make: () => JSON.stringify({ type: 'subscribe', user: users.name }), when: when1 },
      { make: () => 'ping', everyMs: 5000 },
    ],
    until: isOver1,
    lastsMs: 20000,
    leftMs: drain.left(),
  };
  drain.handshake(Math.min(20000, drain.left()));
  const session1 = converse(url1, chat1Params, talk1);
  const json1 = asJson(session1.body);
  const id = json1?.id;
  if (isMissing(id)) {
    warnOnce('ws /chat: the response does not have every value to capture (id)');
    task.add(session1.tookMs, chat1Tags.failed);
    session.add(session1.tookMs, chat1Tags.failed);
    return;
  }
  let outcome1 = session1.outcome;
  if (outcome1 === 'success') {
    outcome1 = outcomeOf(both(greater(json1?.count, 3), session1.status === 101));
  }
  task.add(session1.tookMs, chat1Tags[outcome1]);
  session.add(session1.tookMs, chat1Tags[session1.isCut ? 'timeout' : outcome1]);

  // feed
  const url2 = `wss://127.0.0.1:8443/v1/feed/${encodeURIComponent(id)}`;
  secure.use('127.0.0.1:8443');
  const talk2 = { sends: [{ make: () => 'hello' }], lastsMs: 10000, leftMs: drain.left() };
  drain.handshake(Math.min(60000, drain.left()));
  const session2 = converse(url2, chat2Params, talk2);
  const outcome2 = session2.outcome;
  task.add(session2.tookMs, chat2Tags[outcome2]);
  session.add(session2.tookMs, chat2Tags[session2.isCut ? 'timeout' : outcome2]);
}
