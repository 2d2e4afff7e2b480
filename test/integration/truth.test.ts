/**
 * Does a run tell the truth? A service with known laws is loaded through the whole path, from the plan by the command
 * line to the run folder, and every figure is held against what the service did. How far off a figure may be is said
 * where its row is made (test/bed); nothing here depends on how fast the machine is.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatherEvidence, wholeOf, type Evidence } from '../bed/evidence';
import { isRight, printRows, type Row, type Topic } from '../bed/rows';
import { truthRows } from '../bed/truth-rows';

const root = path.resolve(import.meta.dirname, '../..');
let folder = '';
let evidence: Evidence;
let rows: readonly Row[] = [];

beforeAll(async () => {
  for (const file of ['dist/cli.cjs', 'dist/supervisor.cjs', 'dist/k6/k6'])
    expect(existsSync(path.join(root, file)), `${file} is missing: run npm run build`).toBe(true);
  folder = await mkdtemp(path.join(os.tmpdir(), 'benchwright-truth-'));
  evidence = await gatherEvidence(root, folder, { mixedSeconds: 20 });
  rows = truthRows(evidence);
}, 180_000);

afterAll(async () => {
  process.stdout.write(`\n${printRows(rows)}\n\n`);
  await rm(folder, { recursive: true, force: true });
});

/** Every row of a topic is right; those that are not are told as the table tells them. */
function check(topic: Topic): void {
  const own = rows.filter((row) => row.topic === topic);
  expect(own.length).toBeGreaterThan(0);
  const wrong = own.filter((row) => !isRight(row));
  expect(wrong.length, printRows(wrong)).toBe(0);
}

describe('a run tells', () => {
  it('as many requests as the service received and as k6 itself counts', () => {
    check('sums');
  });

  it('percentiles within 1 % of those of the raw samples of the same requests', () => {
    check('percentiles');
  });

  it('the response times of M/M/1 and M/M/4', () => {
    check('queues');
  });

  it('a freeze of the service by all who would have come meanwhile', () => {
    check('freeze');
  });

  it('an error in the body of a 200 as a failed task', () => {
    check('tasks');
    const goal = evidence.mixed.phase.goals.find(({ text }) => text.startsWith('success(outcome)'));
    const { success = NaN, failed = NaN } = stepResult('outcome').tasks ?? {};
    expect(goal).toMatchObject({ state: 'held', measured: success / (success + failed) });
  });

  it('how long jobs took, to within the interval of the polls, and those that never ended', () => {
    check('jobs');
    // A tenth of them never ended, so that the p95 is no time that anybody measured.
    expect(evidence.mixed.told).toMatch(/jobs: job .*≥ 2\.\d+ s/);
  });

  it('refusals by their status, apart from the latencies of what was served', () => {
    check('limited');
  });

  it('how long a stream of events lasted, and how long its first event took', () => {
    check('drip');
  });

  it('that a service delivers its cap and no more, and does not pass', () => {
    check('cap');
    const { phase, exitCode } = evidence.cap;
    expect(phase.dropped).toBeGreaterThan(100);
    expect(phase.verdict).not.toBe('pass');
    expect(phase.reason).toContain('not sustained');
    expect(phase.validity.evidence.map(({ code }) => code)).toContain('dropped-iterations');
    expect(exitCode).not.toBe(0);
  });

  it('that a service delivers less the more is asked of it, and does not pass', () => {
    check('collapse');
    expect(evidence.collapse.phase).toMatchObject({ verdict: 'fail' });
  });

  it('that requests were not answered before the load ended, and does not pass', () => {
    check('unfinished');
    const { phase } = evidence.unfinished;
    expect(phase.verdict).not.toBe('pass');
    expect(phase.validity.evidence.map(({ code }) => code)).toContain('unfinished');
  });
});

it('a run that met its goals passes, and its result holds what its records do', () => {
  const { phase, exitCode } = evidence.mixed;
  expect(phase.goals.map(({ state }) => state)).toEqual(phase.goals.map(() => 'held'));
  expect(phase.reason).toBe('4 of 4 goals held');
  expect({ verdict: phase.verdict, exitCode }).toEqual({ verdict: 'pass', exitCode: 0 });
  // What started after the window belongs to no figure: arrivals begin some milliseconds after the clock.
  const whole = wholeOf(evidence.mixed.records, 'mixed');
  expect(phase.requests).toBeLessThanOrEqual(whole.requests);
  expect(phase.requests).toBeGreaterThan(whole.requests * 0.98);
});

function stepResult(step: string) {
  const found = evidence.mixed.phase.steps.find((each) => each.step === step);
  if (found === undefined) throw new Error(`the result has no step ${step}`);
  return found;
}
