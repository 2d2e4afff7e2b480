import { describe, expect, test } from 'vitest';
import { sampleRun } from '../../test/kit/sample-report';
import type { Run } from '../run/run';
import { comparePeaks } from './compare-peaks';

function runWith(lower: number | null, upper: number | null, p95: number | null = 100): Run {
  const run = sampleRun();
  return {
    ...run,
    phases: run.phases.map((phase) =>
      phase.capacity === undefined
        ? phase
        : { ...phase, capacity: { ...phase.capacity, lower, upper, p95, reached: upper !== null } },
    ),
  };
}

describe('the peak is', () => {
  test.each([
    ['higher where what holds now broke before', [8, 11], [32, 45], 'higher'],
    ['higher where it holds now at the very rate that broke', [8, 11], [11, 16], 'higher'],
    ['lower where what held before breaks now', [32, 45], [8, 11], 'lower'],
    ['not told apart where the bounds meet', [8, 16], [11, 22], 'no-evidence'],
    ['not told apart where the limit before was not reached', [8, null], [32, 45], 'no-evidence'],
    ['lower where nothing held now, and what held before breaks', [8, 11], [null, 4], 'lower'],
  ] as const)('%s', (_, before, after, verdict) => {
    const [peak] = comparePeaks([runWith(before[0], before[1])], runWith(after[0], after[1]));
    expect(peak).toMatchObject({
      phase: 'stress',
      baseline: { lower: before[0], upper: before[1] },
      candidate: { lower: after[0], upper: after[1] },
      verdict,
    });
  });

  test('compared with all of several runs at once', () => {
    const baseline = [runWith(8, 11, 90), runWith(10, 33, 120)];
    expect(comparePeaks(baseline, runWith(32, 45))[0]).toMatchObject({
      baseline: { lower: 8, upper: 33, p95: 120 },
      verdict: 'no-evidence',
    });
  });

  test('not compared where one search went by users', () => {
    const byUsers = (run: Run): Run => ({
      ...run,
      phases: run.phases.map((phase) =>
        phase.capacity === undefined
          ? phase
          : { ...phase, capacity: { ...phase.capacity, unit: 'users' as const } },
      ),
    });
    const [before, after] = [runWith(8, 11), byUsers(runWith(32, 45))];
    expect(comparePeaks([before], after)[0]).toMatchObject({
      baseline: { unit: 'per-second', lower: 8 },
      candidate: { unit: 'users', lower: 32 },
      verdict: 'not-comparable',
      reason: 'one search went by users, and the other by arrivals',
    });
    expect(comparePeaks([runWith(8, 11), byUsers(before)], after)[0]).toMatchObject({
      verdict: 'not-comparable',
    });
    expect(comparePeaks([byUsers(before)], after)[0]).toMatchObject({ verdict: 'higher' });
  });

  test('no peak where one side searched for none', () => {
    const without = { ...sampleRun(), phases: sampleRun().phases.slice(0, 1) };
    expect([...comparePeaks([without], sampleRun()), ...comparePeaks([sampleRun()], without)]).toEqual([]);
  });
});
