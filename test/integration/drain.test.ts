/** What is under way when the drain ends is measured: with the time that it had taken, as a failure, and as a lower bound. */
import { expect } from 'vitest';
import { stepOf, wholeOf } from '../bed/evidence';
import { testWithBed } from '../bed/test-with-bed';

const planText = (url: string): string => `version: 1
name: Drain
targets: { bed: { url: '${url}' } }
scenarios:
  open: { steps: [{ get: '/freeze/open?at=2500&for=60000', name: open }] }
  closed: { steps: [{ get: '/freeze/closed?at=2500&for=60000&service=20', name: closed }, { get: '/freeze/after?at=0&for=1', name: after }] }
  leaving: { steps: [{ get: '/worker/leaving?servers=100&service=2500', name: leaving }] }
  paused: { steps: [{ get: '/worker/paused?servers=100&service=1', name: paused }, { think: 10s }] }
  jobs:
    steps:
      - post: /jobs/jobs?shortest=1&longest=1&stuck=1
        name: submit
        capture: { id: $.id }
      - await: /jobs/jobs/\${id}
        name: job
        every: 100ms
        timeout: 60s
        until: $.state == "done"
phases:
  open: { scenarios: [open], rate: 40/s, for: 3s, drain: 1s }
  closed: { scenarios: [closed], users: 8, for: 3s, drain: 1s }
  leaving: { scenarios: [leaving], stages: [{ users: 10, for: 1s }, { users: 10 -> 1, for: 4s }], drain: 500ms }
  paused: { scenarios: [paused], users: 5, for: 2s, drain: 500ms }
  jobs: { scenarios: [jobs], users: 6, for: 2s, drain: 1s }
goals: [ p95(open) < 300ms ]
`;

const it = testWithBed(planText);

it.concurrent(
  'requests of an open load without an answer count, with the time that they had taken',
  async ({ bed, run }) => {
    const { phase, records } = await run('open');
    const { received, answered } = (await bed.counts())['open']!;
    const { ok, unfinished, failed, errorCodes } = stepOf(wholeOf(records, 'open'), 'open');
    expect(received).toBeGreaterThan(answered);
    expect([ok.count, unfinished.count, failed.count]).toEqual([
      answered,
      received - answered,
      received - answered,
    ]);
    expect(errorCodes).toEqual({ '1900': received - answered });
    // The last of them had begun just before the load ended, and had the whole drain.
    expect(unfinished.minUs).toBeGreaterThan(950_000);
    // An arrival at the very end of the load is beyond its window.
    expect(received - phase.requests).toBeLessThanOrEqual(1);
    expect(phase.verdict).toBe('fail');
    expect(phase.goals).toMatchObject([
      { state: 'broken', reason: expect.stringMatching('a lower bound') as string },
    ]);
  },
  30_000,
);

it.concurrent(
  'a closed load that was frozen fails, and no request begins once the drain is over',
  async ({ bed, run }) => {
    const { phase, records } = await run('closed');
    expect(stepOf(wholeOf(records, 'closed'), 'closed').unfinished.count).toBe(8);
    const counts = await bed.counts();
    const after = stepOf(wholeOf(records, 'closed'), 'after');
    // The step after the one that was cut off is not begun.
    expect([after.requests, after.failed.count]).toEqual([counts['after']?.received, 0]);
    expect(phase.reason).toMatch(/the target stopped answering: 8 requests/);
  },
  30_000,
);

it.concurrent(
  'a user who leaves on a ramp down ends what is under way',
  async ({ bed, run }) => {
    const { phase, records } = await run('leaving');
    const { received } = (await bed.counts())['leaving']!;
    expect(wholeOf(records, 'leaving').requests).toBe(received);
    expect(phase.requests).toBeGreaterThan(10);
  },
  30_000,
);

it.concurrent(
  'a user who pauses when the drain ends leaves nothing unfinished',
  async ({ run }) => {
    const { phase } = await run('paused');
    expect(phase).toMatchObject({ requests: 5, failed: 0 });
    expect(phase.validity.evidence.map(({ code }) => code)).not.toContain('unfinished');
  },
  30_000,
);

it.concurrent(
  'a task that is still awaited is a timeout, as long as it was waited for',
  async ({ run }) => {
    const { records } = await run('jobs');
    const job = stepOf(wholeOf(records, 'jobs'), 'job');
    expect(job.tasks).toMatchObject({ timeout: 6, success: 0 });
    expect(job.times('ttc')?.timeout.minUs).toBeGreaterThan(2_700_000);
  },
  30_000,
);
