// Every key: phase ramp. Made by Benchwright; changes are lost when the plan is run.

import { sleep } from 'k6';
import exec from 'k6/execution';
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
    shop: {
      executor: 'ramping-arrival-rate',
      startRate: 0,
      stages: [{ duration: '2m', target: 5 }],
      timeUnit: '2s',
      preAllocatedVUs: 77,
      maxVUs: 77,
      gracefulStop: '5.25s',
      exec: 'runShop',
    },
    browse: {
      executor: 'ramping-arrival-rate',
      startRate: 0,
      stages: [{ duration: '2m', target: 5 }],
      timeUnit: '2s',
      preAllocatedVUs: 33,
      maxVUs: 33,
      gracefulStop: '5.25s',
      exec: 'runBrowse',
    },
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

function between(from, to) {
  return from + Math.random() * (to - from);
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

// Rows are never used twice: a run that needs more than there are ends.
function uniqueRow(rows, position, feed) {
  if (position >= rows.length) {
    exec.test.abort(`data feed ${feed}: all ${rows.length} rows are used; add rows or pick otherwise`);
  }
  return rows[position];
}

function randomRow(rows) {
  return rows[Math.floor(Math.random() * rows.length)];
}

// Only two numbers or two texts have an order.
function isOrdered(a, b) {
  return typeof a === typeof b && (typeof a === 'number' || typeof a === 'string');
}

function greater(a, b) {
  return isOrdered(a, b) ? a > b : undefined;
}

function atLeast(a, b) {
  return isOrdered(a, b) ? a >= b : undefined;
}

function not(a) {
  return typeof a === 'boolean' ? !a : undefined;
}

function both(a, b) {
  if (a === false || b === false) return false;
  return a === true && b === true ? true : undefined;
}

function either(a, b) {
  if (a === true || b === true) return true;
  return a === false && b === false ? false : undefined;
}

function matches(text, pattern) {
  return typeof text === 'string' ? pattern.test(text) : undefined;
}

function lengthOf(value) {
  return typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
}

const usersRows = rowsOf('./data/users.json');
const tokensRows = rowsOf('./data/tokens.json');
const wordsRows = rowsOf('./data/words.json');
const shop1Url = 'http://localhost:8080/base/login';
const secretPASSWORD = required('BENCHWRIGHT_SECRET_PASSWORD');
const envREGION = required('BENCHWRIGHT_ENV_REGION');
const shop1Params = {
  tags: { name: 'POST /login' },
  timeout: '30s',
  headers: {
    'Content-Type': 'application/x-www-form-urlencoded',
    Accept: 'application/json',
    'X-Region': envREGION,
  },
  responseType: 'text',
  responseCallback: http.expectedStatuses(201),
};
const shop1Tags = tagsOf('POST /login');
const pattern = new RegExp('^\\{');
const shop3Params = { tags: { name: 'PUT /carts/${cart}' }, timeout: '30s', responseType: 'text' };
const shop3Tags = tagsOf('PUT /carts/${cart}');
const shop4Params = {
  tags: { name: 'PATCH /carts/${cart}' },
  timeout: '30s',
  headers: { Accept: 'application/json', 'X-Region': envREGION },
};
const shop5Body = JSON.stringify({ reason: 'done' });
const shop5Params = {
  tags: { name: 'DELETE /carts/${cart}' },
  timeout: '30s',
  headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-Region': envREGION },
};
const shop6Url = 'http://localhost:8080/base/orders';
const shop6Params = {
  tags: { name: 'POST /orders' },
  timeout: '30s',
  headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-Region': envREGION },
  responseType: 'text',
};
const shop6Tags = tagsOf('POST /orders');
const shop7Params = { tags: { name: 'order', aside: 'poll' }, timeout: '30s', responseType: 'text' };
const shop7Tags = tagsOf('order');
const browse1Params = {
  tags: { name: 'search' },
  timeout: '5s',
  headers: { Accept: 'application/json', 'X-Region': envREGION },
  responseType: 'text',
  responseCallback: http.expectedStatuses(200, 404),
};
const browse1Tags = tagsOf('search');
const browse3Url = 'http://localhost:8080/base/search';
const browse3Params = {
  tags: { name: 'HEAD /search' },
  timeout: '30s',
  headers: { Accept: 'application/json', 'X-Region': envREGION },
};
const browse4Url = 'http://localhost:8080/base/search';
const browse4Params = {
  tags: { name: 'OPTIONS /search' },
  timeout: '30s',
  headers: { Accept: 'application/json', 'X-Region': envREGION },
};

// The sample marks the start of the load: everything before it is preparation.
export function setup() {
  loadStart.add(1);
}

// Scenario shop.
export function runShop() {
  drain.watch(250);
  const users = usersRows[turn() % usersRows.length];
  const tokens = uniqueRow(tokensRows, turn(), 'tokens');
  const uuid = crypto.randomUUID();

  // POST /login
  const body1 = `user=${encodeURIComponent(users.name)}&password=${encodeURIComponent(secretPASSWORD)}&remember=true`;
  const response1 = http.post(shop1Url, body1, shop1Params);
  const json1 = jsonOf(response1);
  const session_2 = json1?.session;
  const cart = json1?.cart?.id;
  if (isMissing(session_2) || isMissing(cart)) {
    warnOnce('POST /login: the response does not have every value to capture (session, cart)');
    task.add(took(response1), shop1Tags.failed);
    return;
  }
  let outcome1 = 'failed';
  if (response1.status === 201) {
    outcome1 = outcomeOf(
      both(both(json1?.ok, matches(response1.body, pattern)), response1.headers['X-Trace'] !== ''),
    );
  }
  task.add(took(response1), shop1Tags[outcome1]);

  // think
  sleep(0.25);

  // PUT /carts/${cart}
  const url3 = `http://localhost:8080/base/carts/${encodeURIComponent(cart)}`;
  const body3 = JSON.stringify({
    items: [{ sku: users.name, count: 1 }],
    note: `user ${text(__VU)} turn ${text(__ITER)}`,
    price: 9.5,
  });
  const headers3 = {
    'Content-Type': 'application/json',
    Accept: 'application/json',
    'X-Region': envREGION,
    Authorization: `Bearer ${text(session_2)}`,
    'X-Request': text(uuid),
  };
  const response3 = http.put(url3, body3, { ...shop3Params, headers: headers3 });
  const json3 = jsonOf(response3);
  let outcome3 = 'failed';
  if (response3.status >= 200 && response3.status < 400) {
    outcome3 = outcomeOf(
      both(atLeast(json3?.total, 9.5), not(json3 === undefined ? undefined : json3?.error !== undefined)),
    );
  }
  task.add(took(response3), shop3Tags[outcome3]);

  // PATCH /carts/${cart}
  const url4 = `http://localhost:8080/base/carts/${encodeURIComponent(cart)}`;
  const body4 = `note=${text(users.name)}`;
  http.patch(url4, body4, shop4Params);

  // DELETE /carts/${cart}
  const url5 = `http://localhost:8080/base/carts/${encodeURIComponent(cart)}`;
  http.del(url5, shop5Body, shop5Params);

  // POST /orders
  const body6 = JSON.stringify({
    token: tokens.token,
    fixed: { text: "it's ${literal}", list: [1, null, true] },
  });
  const submitted6 = Date.now();
  const response6 = http.post(shop6Url, body6, shop6Params);
  const json6 = jsonOf(response6);
  const order = json6?.id;
  if (isMissing(order)) {
    warnOnce('POST /orders: the response does not have every value to capture (order)');
    task.add(took(response6), shop6Tags.failed);
    return;
  }

  // order
  const url7 = `http://localhost:8080/base/orders/${encodeURIComponent(order)}`;
  let outcome7 = 'timeout';
  for (;;) {
    const headers7 = {
      Accept: 'application/json',
      'X-Region': envREGION,
      Authorization: `Bearer ${text(session_2)}`,
    };
    const response7 = http.get(url7, { ...shop7Params, headers: headers7 });
    const json7 = jsonOf(response7);
    if (json7 === undefined ? undefined : json7?.state !== 'open') {
      outcome7 = 'unjudged';
      break;
    }
    const left7 = Math.min(submitted6 + 90000 - Date.now(), drain.left() - 100);
    if (left7 <= 0) break;
    sleep(Math.min(100, left7) / 1000);
  }
  ttc.add(Date.now() - submitted6, shop7Tags[outcome7]);
}

// Scenario browse.
export function runBrowse() {
  drain.watch(250);
  const words = randomRow(wordsRows);

  // search
  const url1 = `http://localhost:8080/base/search/${encodeURIComponent(words.word)}?sort=asc&q=${encodeURIComponent(words.word)}%20%26%20more&page=2&exact=true`;
  const response1 = http.get(url1, browse1Params);
  const json1 = jsonOf(response1);
  const outcome1 =
    [200, 404].includes(response1.status) &&
    response1.headers['Content-Type'] === 'application/json' &&
    either(greater(lengthOf(json1?.items), 0), response1.status === 404)
      ? 'success'
      : 'failed';
  task.add(took(response1), browse1Tags[outcome1]);

  // think
  sleep(between(1, 3.5));

  // HEAD /search
  http.head(browse3Url, browse3Params);

  // OPTIONS /search
  http.options(browse4Url, null, browse4Params);
}
