// Unified agent system: phase smoke. Made by Benchwright; changes are lost when the plan is run.

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
    status: { executor: 'constant-vus', vus: 5, duration: '5m', gracefulStop: '5.25s', exec: 'runStatus' },
    execute: { executor: 'constant-vus', vus: 5, duration: '5m', gracefulStop: '5.25s', exec: 'runExecute' },
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

const tasksRows = rowsOf('./data/tasks.json');
const status1Url = 'http://127.0.0.1:8000/status';
const status1Params = { tags: { name: 'GET /status' }, timeout: '30s' };
const execute1Url = 'http://127.0.0.1:8000/agents/execute';
const execute1Params = {
  tags: { name: 'POST /agents/execute' },
  timeout: '30s',
  headers: { 'Content-Type': 'application/json' },
  responseType: 'text',
  responseCallback: http.expectedStatuses(200),
};
const execute1Tags = tagsOf('POST /agents/execute');

// The sample marks the start of the load: everything before it is preparation.
export function setup() {
  loadStart.add(1);
}

// Scenario status.
export function runStatus() {
  drain.watch(250);

  // GET /status
  http.get(status1Url, status1Params);
}

// Scenario execute.
export function runExecute() {
  drain.watch(250);
  const tasks = uniqueRow(tasksRows, turn(), 'tasks');

  // POST /agents/execute
  const body1 = JSON.stringify({ agent: 'summarizer', input: tasks.text });
  const response1 = http.post(execute1Url, body1, execute1Params);
  const json1 = jsonOf(response1);
  let outcome1 = 'failed';
  if (response1.status === 200) {
    outcome1 = outcomeOf(json1 === undefined ? undefined : json1?.outcome === 'success');
  }
  task.add(took(response1), execute1Tags[outcome1]);
}
