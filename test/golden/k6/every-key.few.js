// Every key: phase few. Made by Benchwright; changes are lost when the plan is run.

import { sleep } from 'k6';
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
    browse: { executor: 'constant-vus', vus: 2, duration: '30s', gracefulStop: '5.25s', exec: 'runBrowse' },
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

function either(a, b) {
  if (a === true || b === true) return true;
  return a === false && b === false ? false : undefined;
}

function lengthOf(value) {
  return typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
}

const wordsRows = rowsOf('./data/words.json');
const envREGION = required('BENCHWRIGHT_ENV_REGION');
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

// Without load in this phase, since no user falls to them: shop.

// The sample marks the start of the load: everything before it is preparation.
export function setup() {
  loadStart.add(1);
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
