// Unified agent system: phase load. Made by Benchwright; changes are lost when the plan is run.

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
    execute: {
      executor: 'ramping-vus',
      startVUs: 1,
      stages: [{ duration: '15m', target: 80 }],
      gracefulRampDown: '15m5.25s',
      gracefulStop: '5.25s',
      exec: 'runExecute',
    },
    research: {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: [{ duration: '15m', target: 20 }],
      gracefulRampDown: '15m5.25s',
      gracefulStop: '5.25s',
      exec: 'runResearch',
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
const execute1Url = 'http://127.0.0.1:8000/agents/execute';
const execute1Params = {
  tags: { name: 'POST /agents/execute' },
  timeout: '30s',
  headers: { 'Content-Type': 'application/json' },
  responseType: 'text',
  responseCallback: http.expectedStatuses(200),
};
const execute1Tags = tagsOf('POST /agents/execute');
const research1Url = 'http://127.0.0.1:8000/tasks';
const research1Params = {
  tags: { name: 'POST /tasks' },
  timeout: '30s',
  headers: { 'Content-Type': 'application/json' },
  responseType: 'text',
};
const research1Tags = tagsOf('POST /tasks');
const research2Params = {
  tags: { name: 'await /tasks/${id}', aside: 'poll' },
  timeout: '30s',
  responseType: 'text',
};
const research2Tags = tagsOf('await /tasks/${id}');

// The sample marks the start of the load: everything before it is preparation.
export function setup() {
  loadStart.add(1);
}

// Scenario execute.
export function runExecute() {
  drain.watch(250);
  const tasks = uniqueRow(tasksRows, Math.floor(turn() / 4) * 5 + (turn() % 4), 'tasks');

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

// Scenario research.
export function runResearch() {
  drain.watch(250);
  const tasks = uniqueRow(tasksRows, turn() * 5 + 4, 'tasks');

  // POST /tasks
  const body1 = JSON.stringify({ kind: 'research', topic: tasks.topic });
  const submitted1 = Date.now();
  const response1 = http.post(research1Url, body1, research1Params);
  const json1 = jsonOf(response1);
  const id = json1?.task_id;
  if (isMissing(id)) {
    warnOnce('POST /tasks: the response does not have every value to capture (id)');
    task.add(took(response1), research1Tags.failed);
    return;
  }

  // await /tasks/${id}
  const url2 = `http://127.0.0.1:8000/tasks/${encodeURIComponent(id)}`;
  let outcome2 = 'timeout';
  for (;;) {
    const response2 = http.get(url2, research2Params);
    const json2 = jsonOf(response2);
    if (json2 === undefined ? undefined : ['done', 'failed'].includes(json2?.state)) {
      outcome2 = outcomeOf(json2 === undefined ? undefined : json2?.state === 'done');
      break;
    }
    const left2 = Math.min(submitted1 + 120000 - Date.now(), drain.left() - 100);
    if (left2 <= 0) break;
    sleep(Math.min(250, left2) / 1000);
  }
  ttc.add(Date.now() - submitted1, research2Tags[outcome2]);
}
