// Sessions: phase load. Made by Benchwright; changes are lost when the plan is run.

import encoding from 'k6/encoding';
import http from 'k6/http';
import { Gauge, Trend } from 'k6/metrics';
import drain from 'k6/x/drain';

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
    session: { executor: 'constant-vus', vus: 2, duration: '30s', gracefulStop: '5.25s', exec: 'runSession' },
  },
};

const loadStart = new Gauge('load_start');
const task = new Trend('task', true);

// What the user waits for: with the connection, which k6's duration leaves out and its blocked contains.
function took(response) {
  const { blocked, duration } = response.timings;
  return blocked + duration;
}

// The body as JSON, undefined where it is none.
function jsonOf(response) {
  try {
    return response.json();
  } catch {
    return undefined;
  }
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

function text(value) {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function basic(pair) {
  return `Basic ${encoding.b64encode(pair)}`;
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

function randomRow(rows) {
  return rows[Math.floor(Math.random() * rows.length)];
}

const usersRows = rowsOf('./data/users.json');
const session1Url = 'http://127.0.0.1:8080/token';
const session1Params = { tags: { name: 'POST /token' }, timeout: '30s', responseType: 'text' };
const session1Tags = tagsOf('POST /token');
const session2Url = 'http://127.0.0.1:8080/start';
const session2Params = { tags: { name: 'GET /start' }, timeout: '30s', redirects: 3 };
const session3Url = 'http://127.0.0.1:8080/fixed';
const envUSER = required('BENCHWRIGHT_ENV_USER');
const secretPASSWORD = required('BENCHWRIGHT_SECRET_PASSWORD');
const session3Params = {
  tags: { name: 'GET /fixed' },
  timeout: '30s',
  headers: { Authorization: basic(`${envUSER}:${secretPASSWORD}`) },
  cookies: { theme: 'dark', size: '3' },
};
const session4Url = 'http://127.0.0.1:8080/own';
const session4Params = { tags: { name: 'GET /own' }, timeout: '30s', headers: { authorization: 'own' } };

// The sample marks the start of the load: everything before it is preparation.
export function setup() {
  loadStart.add(1);
}

// Scenario session.
export function runSession() {
  drain.watch(250);
  const users = randomRow(usersRows);

  // POST /token
  const headers1 = { Authorization: basic(`${text(users.name)}:${text(users.password)}`) };
  const response1 = http.post(session1Url, null, { ...session1Params, headers: headers1 });
  const json1 = jsonOf(response1);
  const token = json1?.token;
  if (isMissing(token)) {
    warnOnce('POST /token: the response does not have every value to capture (token)');
    task.add(took(response1), session1Tags.failed);
    return;
  }

  // GET /start
  const headers2 = { Authorization: `Bearer ${text(token)}` };
  const cookies2 = { theme: 'dark', user: text(users.name) };
  http.get(session2Url, { ...session2Params, headers: headers2, cookies: cookies2 });

  // GET /fixed
  http.get(session3Url, session3Params);

  // GET /own
  http.get(session4Url, session4Params);
}
