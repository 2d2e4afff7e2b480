// Secure connections: phase load. Made by Benchwright; changes are lost when the plan is run.

import { sleep } from 'k6';
import http from 'k6/http';
import { Gauge, Trend } from 'k6/metrics';
import drain from 'k6/x/drain';
import oauth2 from 'k6/x/oauth2';
import secure from 'k6/x/secure';
import sse from 'k6/x/sse';

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
const ttc = new Trend('ttc', true);

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

// A value from outside of the plan; without it the run must not start.
function required(name) {
  if (__ENV[name] === undefined) throw new Error(`the environment variable ${name} is not set`);
  return __ENV[name];
}

const secretKEY = required('BENCHWRIGHT_SECRET_KEY');
secure.configure({
  '127.0.0.1:8443': {
    ca: open('./files/1-ca.pem'),
    cert: open('./files/2-client.pem'),
    key: required('BENCHWRIGHT_FILE_1'),
    password: secretKEY,
    minVersion: 'tls1.2',
    serverName: 'api.example.org',
  },
  '[::1]:9443': { insecure: true, minVersion: 'tls1.3' },
  '127.0.0.1:7443': { ca: open('./files/1-ca.pem'), minVersion: 'tls1.2' },
});
const session1Url = 'https://127.0.0.1:8443/v1/a';
const session1Params = { tags: { name: 'GET /a' }, timeout: '30s', redirects: 2 };
const session2Url = 'https://127.0.0.1:8443/v1/b';
const session2Params = { tags: { name: 'GET /b' }, timeout: '30s', redirects: 0 };
const session3Url = 'https://127.0.0.1:8443/v1/c';
const session3Params = {
  tags: { name: 'await /c', aside: 'poll' },
  timeout: '30s',
  responseType: 'text',
  redirects: 2,
};
const session3Tags = tagsOf('await /c');
const session4Url = 'https://[::1]:9443/d';
const session4Params = { tags: { name: 'GET /d' }, timeout: '30s' };
const session5Url = 'https://localhost/e';
const envCLIENT = required('BENCHWRIGHT_ENV_CLIENT');
const secretCLIENT = required('BENCHWRIGHT_SECRET_CLIENT');
const plainTokens = oauth2.client({
  name: 'plain',
  url: 'https://127.0.0.1:7443/token',
  id: envCLIENT,
  secret: secretCLIENT,
  scope: 'read write',
  credentials: 'form',
  timeout: '10s',
});
const session5Params = { tags: { name: 'GET /e' }, timeout: '30s' };
const session6Url = 'https://localhost/f';
const session6Body = JSON.stringify({ a: 1 });
const session6Params = { tags: { name: 'POST /f' }, timeout: '30s', responseType: 'text' };
const session6Tags = tagsOf('POST /f');
const session7Url = 'https://localhost/g';
const session7Params = { tags: { name: 'await /g', aside: 'poll' }, timeout: '30s', responseType: 'text' };
const session7Tags = tagsOf('await /g');
const session8Url = 'https://localhost/h';
const session8Params = { tags: { name: 'stream /h' }, timeout: '1m' };
const session8Tags = tagsOf('stream /h');
const session9Url = 'https://localhost/own';
const session9Params = {
  tags: { name: 'GET /own' },
  timeout: '30s',
  headers: { Authorization: 'Bearer fixed' },
};

// The sample marks the start of the load: everything before it is preparation.
export function setup() {
  secure.use('');
  plainTokens.get();
  loadStart.add(1);
}

// Scenario session.
export function runSession() {
  secure.use('');
  drain.watch(250);

  // GET /a
  http.get(session1Url, session1Params);

  // GET /b
  http.get(session2Url, session2Params);

  // await /c
  const start3 = Date.now();
  let outcome3 = 'timeout';
  for (;;) {
    const response3 = http.get(session3Url, session3Params);
    const json3 = jsonOf(response3);
    if (json3?.done === true) {
      outcome3 = 'unjudged';
      break;
    }
    const left3 = Math.min(start3 + 60000 - Date.now(), drain.left() - 100);
    if (left3 <= 0) break;
    sleep(Math.min(500, left3) / 1000);
  }
  ttc.add(Date.now() - start3, session3Tags[outcome3]);

  // GET /d
  http.get(session4Url, session4Params);

  // GET /e
  const token5 = plainTokens.get();
  const headers5 = { Authorization: `Bearer ${token5}` };
  const response5 = http.get(session5Url, { ...session5Params, headers: headers5 });
  if (response5.status === 401) plainTokens.reject(token5);

  // POST /f
  const token6 = plainTokens.get();
  const headers6 = { 'Content-Type': 'application/json', Authorization: `Bearer ${token6}` };
  const response6 = http.post(session6Url, session6Body, { ...session6Params, headers: headers6 });
  if (response6.status === 401) plainTokens.reject(token6);
  const json6 = jsonOf(response6);
  let outcome6 = 'failed';
  if (response6.status >= 200 && response6.status < 400) {
    outcome6 = outcomeOf(json6?.ok);
  }
  task.add(took(response6), session6Tags[outcome6]);

  // await /g
  const start7 = Date.now();
  let outcome7 = 'timeout';
  for (;;) {
    const token7 = plainTokens.get();
    const headers7 = { Authorization: `Bearer ${token7}` };
    const response7 = http.get(session7Url, { ...session7Params, headers: headers7 });
    if (response7.status === 401) plainTokens.reject(token7);
    const json7 = jsonOf(response7);
    if (json7?.done === true) {
      outcome7 = 'unjudged';
      break;
    }
    const left7 = Math.min(start7 + 60000 - Date.now(), drain.left() - 100);
    if (left7 <= 0) break;
    sleep(Math.min(500, left7) / 1000);
  }
  ttc.add(Date.now() - start7, session7Tags[outcome7]);

  // stream /h
  const token8 = plainTokens.get();
  const headers8 = { Accept: 'text/event-stream', Authorization: `Bearer ${token8}` };
  const stream8 = sse.stream('POST', session8Url, null, { ...session8Params, headers: headers8 });
  if (stream8.status === 401) plainTokens.reject(token8);
  const outcome8 = stream8.isComplete && stream8.status >= 200 && stream8.status < 400 ? 'success' : 'failed';
  task.add(took(stream8), session8Tags[outcome8]);
  stream8.measure(session8Tags[outcome8]);

  // GET /own
  http.get(session9Url, session9Params);
}
