// Every key: phase rate. Made by Benchwright; changes are lost when the plan is run.

import { sleep } from 'k6';
import http from 'k6/http';
import { Gauge, Trend } from 'k6/metrics';
import drain from 'k6/x/drain';

export const options = {
  discardResponseBodies: true,
  maxRedirects: 0,
  systemTags: ['scenario', 'name', 'status', 'error_code'],
  blacklistIPs: ['169.254.169.254/32', 'fd00:ec2::254/128'],
  scenarios: {
    browse: {
      executor: 'constant-arrival-rate',
      rate: 20,
      duration: '1m30s',
      timeUnit: '3s',
      preAllocatedVUs: 31,
      maxVUs: 31,
      gracefulStop: '5.25s',
      exec: 'runBrowse',
    },
    elsewhere: {
      executor: 'constant-arrival-rate',
      rate: 10,
      duration: '1m30s',
      timeUnit: '3s',
      preAllocatedVUs: 29,
      maxVUs: 29,
      gracefulStop: '5.25s',
      exec: 'runElsewhere',
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
const elsewhere1Url = 'http://192.0.2.7/health';
const elsewhere1Params = { tags: { name: 'GET /health' }, timeout: '30s' };
const elsewhere2Url = 'http://192.0.2.7/ready';
const elsewhere2Params = { tags: { name: 'await /ready', aside: 'poll' }, timeout: '30s' };
const elsewhere2Tags = tagsOf('await /ready');
const elsewhere3Url = 'http://localhost:8080/base/target';
const elsewhere3Params = {
  tags: { name: 'GET /target' },
  timeout: '30s',
  headers: { Accept: 'application/json', 'X-Region': envREGION },
};

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

// Scenario elsewhere.
export function runElsewhere() {
  drain.watch(250);

  // GET /health
  http.get(elsewhere1Url, elsewhere1Params);

  // await /ready
  const start2 = Date.now();
  let outcome2 = 'timeout';
  for (;;) {
    const response2 = http.get(elsewhere2Url, elsewhere2Params);
    if (response2.status === 200) {
      outcome2 = 'unjudged';
      break;
    }
    const left2 = Math.min(start2 + 60000 - Date.now(), drain.left() - 100);
    if (left2 <= 0) break;
    sleep(Math.min(500, left2) / 1000);
  }
  ttc.add(Date.now() - start2, elsewhere2Tags[outcome2]);

  // GET /target
  http.get(elsewhere3Url, elsewhere3Params);
}
