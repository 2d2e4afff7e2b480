// Control flow: phase load. Made by Benchwright; changes are lost when the plan is run.

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
    browse: { executor: 'constant-vus', vus: 2, duration: '30s', gracefulStop: '5.25s', exec: 'runBrowse' },
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

function exponential(mean) {
  return -mean * Math.log(1 - Math.random());
}

// Two evenly distributed numbers make one that is normally distributed (Box and Muller).
function standardNormal() {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}

function normal(mean, deviation) {
  return Math.max(0, mean + deviation * standardNormal());
}

// Its logarithm is normally distributed, with the variance that gives this mean and deviation.
function lognormal(mean, deviation) {
  if (mean === 0) return 0;
  const variance = Math.log(1 + (deviation / mean) ** 2);
  return mean * Math.exp(Math.sqrt(variance) * standardNormal() - variance / 2);
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

const usersRows = rowsOf('./data/users.json');
const browse1Url = 'http://127.0.0.1:8080/items';
const browse1Params = { tags: { name: 'first' }, timeout: '30s', responseType: 'text' };
const browse1Tags = tagsOf('first');
const browse3Params = { tags: { name: 'page' }, timeout: '30s', responseType: 'text' };
const browse3Tags = tagsOf('page');
const browse10Url = 'http://127.0.0.1:8080/tasks';
const browse10Params = { tags: { name: 'checkout/fast' }, timeout: '30s', responseType: 'text' };
const browse10Tags = tagsOf('checkout/fast');
const browse11Url = 'http://127.0.0.1:8080/tasks/slow';
const browse11Params = { tags: { name: 'checkout/slow' }, timeout: '30s', responseType: 'text' };
const browse11Tags = tagsOf('checkout/slow');
const browse12Params = {
  tags: { name: 'checkout/done', aside: 'poll' },
  timeout: '30s',
  responseType: 'text',
};
const browse12Tags = tagsOf('checkout/done');
const browse14Params = { tags: { name: 'checkout/DELETE /tasks/${id}' }, timeout: '30s' };

// The sample marks the start of the load: everything before it is preparation.
export function setup() {
  loadStart.add(1);
}

// Scenario browse.
export function runBrowse() {
  drain.watch(250);
  const users = usersRows[turn() % usersRows.length];
  let next;
  let id;
  let submittedId;

  // first
  const response1 = http.get(browse1Url, browse1Params);
  const json1 = jsonOf(response1);
  next = json1?.next;
  if (isMissing(next)) {
    warnOnce('first: the response does not have every value to capture (next)');
    task.add(took(response1), browse1Tags.failed);
    return;
  }

  // repeat
  for (let turn2 = 0; turn2 < 5 && next !== 'end'; turn2 += 1) {
    // page
    const url3 = `http://127.0.0.1:8080/items/${encodeURIComponent(next)}`;
    const response3 = http.get(url3, browse3Params);
    const json3 = jsonOf(response3);
    next = json3?.next;
    if (isMissing(next)) {
      warnOnce('page: the response does not have every value to capture (next)');
      task.add(took(response3), browse3Tags.failed);
      return;
    }

    // think
    sleep(0.01);

    // think
    sleep(exponential(2));

    // think
    sleep(lognormal(1, 0.3));

    // think
    sleep(normal(1, 0.5));
  }

  // if
  if (users?.kind === 'member' || next === 'end') {
    // checkout/fast
    submittedId = Date.now();
    const response10 = http.post(browse10Url, null, browse10Params);
    const json10 = jsonOf(response10);
    id = json10?.id;
    if (isMissing(id)) {
      warnOnce('checkout/fast: the response does not have every value to capture (id)');
      task.add(took(response10), browse10Tags.failed);
      return;
    }
  } else {
    // checkout/slow
    submittedId = Date.now();
    const response11 = http.post(browse11Url, null, browse11Params);
    const json11 = jsonOf(response11);
    id = json11?.id;
    if (isMissing(id)) {
      warnOnce('checkout/slow: the response does not have every value to capture (id)');
      task.add(took(response11), browse11Tags.failed);
      return;
    }
  }

  // checkout/done
  const url12 = `http://127.0.0.1:8080/tasks/${encodeURIComponent(id)}`;
  const start12 = submittedId ?? Date.now();
  let outcome12 = 'timeout';
  for (;;) {
    const response12 = http.get(url12, browse12Params);
    const json12 = jsonOf(response12);
    if (json12?.done === true) {
      outcome12 = 'unjudged';
      break;
    }
    const left12 = Math.min(start12 + 60000 - Date.now(), drain.left() - 100);
    if (left12 <= 0) break;
    sleep(Math.min(500, left12) / 1000);
  }
  ttc.add(Date.now() - start12, browse12Tags[outcome12]);

  // repeat
  for (let turn13 = 0; turn13 < 2; turn13 += 1) {
    // checkout/DELETE /tasks/${id}
    const url14 = `http://127.0.0.1:8080/tasks/${encodeURIComponent(id)}`;
    http.del(url14, null, browse14Params);
  }
}
