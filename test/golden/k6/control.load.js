// Control flow: phase load. Made by Benchwright; changes are lost when the plan is run.

import { sleep } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Gauge, Trend } from 'k6/metrics';

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
    browse: { executor: 'constant-vus', vus: 2, duration: '30s', gracefulStop: '5s', exec: 'runBrowse' },
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
const browse7Url = 'http://127.0.0.1:8080/tasks';
const browse7Params = { tags: { name: 'checkout/fast' }, timeout: '30s', responseType: 'text' };
const browse7Tags = tagsOf('checkout/fast');
const browse8Url = 'http://127.0.0.1:8080/tasks/slow';
const browse8Params = { tags: { name: 'checkout/slow' }, timeout: '30s', responseType: 'text' };
const browse8Tags = tagsOf('checkout/slow');
const browse9Params = { tags: { name: 'checkout/done', poll: '1' }, timeout: '30s', responseType: 'text' };
const browse9Tags = tagsOf('checkout/done');
const browse11Params = { tags: { name: 'checkout/DELETE /tasks/${id}' }, timeout: '30s' };

// The sample marks the start of the load: everything before it is preparation.
export function setup() {
  loadStart.add(1);
}

// Scenario browse.
export function runBrowse() {
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
  }

  // if
  if (users?.kind === 'member' || next === 'end') {
    // checkout/fast
    submittedId = Date.now();
    const response7 = http.post(browse7Url, null, browse7Params);
    const json7 = jsonOf(response7);
    id = json7?.id;
    if (isMissing(id)) {
      warnOnce('checkout/fast: the response does not have every value to capture (id)');
      task.add(took(response7), browse7Tags.failed);
      return;
    }
  } else {
    // checkout/slow
    submittedId = Date.now();
    const response8 = http.post(browse8Url, null, browse8Params);
    const json8 = jsonOf(response8);
    id = json8?.id;
    if (isMissing(id)) {
      warnOnce('checkout/slow: the response does not have every value to capture (id)');
      task.add(took(response8), browse8Tags.failed);
      return;
    }
  }

  // checkout/done
  const url9 = `http://127.0.0.1:8080/tasks/${encodeURIComponent(id)}`;
  const start9 = submittedId ?? Date.now();
  let outcome9 = 'timeout';
  for (;;) {
    const response9 = http.get(url9, browse9Params);
    const json9 = jsonOf(response9);
    if (json9?.done === true) {
      outcome9 = 'unjudged';
      break;
    }
    const left9 = start9 + 60000 - Date.now();
    if (left9 <= 0) break;
    sleep(Math.min(500, left9) / 1000);
  }
  ttc.add(Date.now() - start9, browse9Tags[outcome9]);

  // repeat
  for (let turn10 = 0; turn10 < 2; turn10 += 1) {
    // checkout/DELETE /tasks/${id}
    const url11 = `http://127.0.0.1:8080/tasks/${encodeURIComponent(id)}`;
    http.del(url11, null, browse11Params);
  }
}
