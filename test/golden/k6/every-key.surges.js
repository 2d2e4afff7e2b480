// Every key: phase surges. Made by Benchwright; changes are lost when the plan is run.

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
    elsewhere: {
      executor: 'ramping-arrival-rate',
      startRate: 5,
      stages: [
        { duration: '30s', target: 5 },
        { duration: '0s', target: 20 },
        { duration: '30s', target: 80 },
      ],
      timeUnit: '2s',
      preAllocatedVUs: 960,
      maxVUs: 960,
      gracefulStop: '5.25s',
      exec: 'runElsewhere',
    },
  },
};

const loadStart = new Gauge('load_start');
const ttc = new Trend('ttc', true);

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

const elsewhere1Url = 'http://192.0.2.7/health';
const elsewhere1Params = { tags: { name: 'GET /health' }, timeout: '30s' };
const elsewhere2Url = 'http://192.0.2.7/ready';
const elsewhere2Params = { tags: { name: 'await /ready', aside: 'poll' }, timeout: '30s' };
const elsewhere2Tags = tagsOf('await /ready');
const elsewhere3Url = 'http://localhost:8080/base/target';
const envREGION = required('BENCHWRIGHT_ENV_REGION');
const elsewhere3Params = {
  tags: { name: 'GET /target' },
  timeout: '30s',
  headers: { Accept: 'application/json', 'X-Region': envREGION },
};

// The sample marks the start of the load: everything before it is preparation.
export function setup() {
  loadStart.add(1);
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
