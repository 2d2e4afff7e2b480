/** What a run reports against what the server saw: a server with a known law, loaded for real, and every sum checked. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PhaseResult, Run, StepSummary } from '../../core/run/run';
import { runPlan } from '../../runner/run-plan';

const root = path.resolve(import.meta.dirname, '../..');
const rate = 60;
const seconds = 12;
const warmup = 2;

/** What the server did with one request. */
interface Served {
  readonly path: string;
  readonly atMs: number;
  readonly status: number;
  readonly isSuccess: boolean;
}

const served: Served[] = [];
let server: Server;
let folder: string;
let run: Run;
let phase: PhaseResult;

/** Every tenth request to /work fails, every fifth of the others says so in its body only; times are fixed. */
function serve(): Server {
  const counts = new Map<string, number>();
  return createServer((request, response) => {
    const where = request.url ?? '';
    const count = (counts.get(where) ?? 0) + 1;
    counts.set(where, count);
    const isWork = where === '/work';
    const status = isWork && count % 10 === 0 ? 503 : 200;
    const isSuccess = status === 200 && !(isWork && count % 5 === 1);
    served.push({ path: where, atMs: Date.now(), status, isSuccess });
    // A twentieth of answers are slow, so that p50 and p99 lie far apart.
    const delayMs = isWork ? (count % 20 === 7 ? 200 : 40) : 5;
    request.resume().once('end', () => {
      setTimeout(() => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ ok: isSuccess }));
      }, delayMs);
    });
  });
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sums-'));
  server = serve().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const planFile = path.join(folder, 'sums.bench.yaml');
  await writeFile(
    planFile,
    `version: 1
name: Sums
targets: { api: { url: "http://127.0.0.1:${port}" } }
scenarios:
  visit:
    target: api
    steps:
      - post: /work
        name: work
        json: { a: 1 }
        success: $.ok == true
      - get: /look
        name: look
phases:
  load: { scenarios: [visit], rate: ${rate}/s, for: ${seconds}s, warmup: ${warmup}s }
goals:
  - p95(visit.work) in load < 500ms
  - errors(visit.work) in load <= 12%
  - success(visit.work) in load >= 60%
`,
  );
  const outcome = await runPlan({
    planFile,
    phases: [],
    allowedTargets: [],
    hasLease: false,
    runsFolder: path.join(folder, 'runs'),
    isForced: false,
    variables: process.env,
    supervisorFile: path.join(root, 'dist/supervisor.cjs'),
    k6Folder: path.join(root, 'dist/k6'),
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });
  if (outcome.kind !== 'ended') throw new Error(JSON.stringify(outcome));
  run = outcome.run;
  const [only] = run.phases;
  if (only === undefined) throw new Error('the run has no phase');
  phase = only;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

function step(name: string): StepSummary {
  const found = phase.steps.find((each) => each.step === name);
  if (found === undefined) throw new Error(`no step ${name}`);
  return found;
}

/** What the server saw of a path within the measured window, by its own clock. */
function seen(where: string): Served[] {
  const start = phase.loadStartMs ?? 0;
  const { fromMs, toMs } = phase.window;
  return served.filter(
    (each) => each.path === where && each.atMs - start >= fromMs && each.atMs - start < toMs,
  );
}

/** Requests under way at either edge of the window may be filed on the other side of it: a few hundredths of a second. */
const edge = Math.ceil(rate * 0.05) + 1;

describe('a run against a server of known behaviour', () => {
  test('passes, with every goal held', () => {
    expect(`${run.verdict}: ${run.reason}`).toMatch(/^pass: /);
    expect(phase.goals.map(({ state }) => state)).toEqual(['held', 'held', 'held']);
  });

  test('counts the requests that the server saw start in the window', () => {
    expect(Math.abs(step('work').requests - seen('/work').length)).toBeLessThanOrEqual(edge);
    expect(Math.abs(step('look').requests - seen('/look').length)).toBeLessThanOrEqual(edge);
    expect(phase.requests).toBe(step('work').requests + step('look').requests);
  });

  test('states the rate over the measured window only', () => {
    expect(phase.window).toEqual({ fromMs: warmup * 1000, toMs: seconds * 1000 });
    expect(step('work').rps).toBeCloseTo(step('work').requests / (seconds - warmup), 6);
    expect(Math.abs((step('work').rps ?? 0) - rate)).toBeLessThan(rate * 0.03);
    expect(phase.dropped).toBe(0);
  });

  test('counts failures, statuses and task outcomes as the server dealt them', () => {
    const work = seen('/work');
    const failed = work.filter(({ status }) => status !== 200).length;
    const successes = work.filter(({ isSuccess }) => isSuccess).length;
    const { statuses, tasks } = step('work');
    expect(Math.abs(step('work').failed - failed)).toBeLessThanOrEqual(2);
    expect(statuses['503']).toBe(step('work').failed);
    expect((statuses['200'] ?? 0) + (statuses['503'] ?? 0)).toBe(step('work').requests);
    expect(Math.abs((tasks?.success ?? 0) - successes)).toBeLessThanOrEqual(edge);
    expect((tasks?.success ?? 0) + (tasks?.failed ?? 0) + (tasks?.unjudged ?? 0)).toBe(step('work').requests);
    expect(step('look')).not.toHaveProperty('tasks');
  });

  test('finds the times that the server took', () => {
    const { latencyMs } = step('work');
    expect(latencyMs.min).toBeGreaterThanOrEqual(39);
    expect(latencyMs.p50).toBeGreaterThanOrEqual(39);
    expect(latencyMs.p50).toBeLessThan(60);
    expect(latencyMs.p99).toBeGreaterThan(190);
    expect(latencyMs.max).toBeGreaterThanOrEqual(199);
    expect(step('look').latencyMs.p50).toBeLessThan(25);
  });

  test('lost no record, and every request of the whole run reached the server once', () => {
    const codes = phase.validity.evidence.map(({ code }) => code);
    expect(codes).toContain('co-located');
    expect(codes).not.toContain('lost-records');
    expect(codes).not.toContain('repeated-records');
    expect(served.filter(({ path: where }) => where === '/work').length).toBeGreaterThanOrEqual(
      rate * seconds - 1,
    );
    expect(served.filter(({ path: where }) => where === '/work').length).toBeLessThanOrEqual(
      rate * seconds + 2,
    );
  });
});
