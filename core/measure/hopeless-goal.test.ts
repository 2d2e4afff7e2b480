import { describe, expect, test } from 'vitest';
import { requests, simulatedPhase } from '../../test/kit/simulated-stream';
import { parseGoal } from '../plan/expression/goal';
import { trialLoad } from '../plan/trial-load';
import { whyHopeless } from './hopeless-goal';
import { totalPhase } from './phase-totals';

/** Arrivals per second; the measured window is nine seconds, so that 900 requests come in it. */
const rate = 100;
const load = trialLoad(
  { scenarios: { execute: 1 } },
  {
    level: { value: rate, unit: 'per-second' },
    lengthMs: 10_000,
  },
);
const window = { fromMs: 1000, toMs: 10_000 };

/** The text of the goal that is lost `seconds` into a load in which `slow` of each second's requests take 400 ms. */
function lost(goal: string, seconds: number, slow: number, each = 1, under = load): string | undefined {
  const records = simulatedPhase({
    phase: 'stress#1@100',
    seconds,
    ends: false,
    tick: (second) => ({
      iterations: rate,
      requests: [
        requests(second, [
          ...Array.from({ length: rate * each - slow }, () => 10),
          ...Array.from({ length: slow }, () => 400),
        ]),
      ],
    }),
  });
  const totals = totalPhase(records, 'stress#1@100', window);
  return whyHopeless([{ text: goal, goal: parseGoal(goal).goal! }], totals, under);
}

describe('a goal on a percentile is lost', () => {
  const goal = 'p95(execute) in stress < 150ms';

  test('once more took far longer than the plan lets in all of the trial', () => {
    // 45 of 900 may.
    expect(lost(goal, 3, 20)).toBeUndefined();
    expect(lost(goal, 4, 20)).toBe(goal);
  });

  test('not while the rest of the trial could make up for it', () => {
    expect(lost(goal, 9, 5)).toBeUndefined();
  });

  test('of steps that a user takes several times, by as many requests as there will be', () => {
    expect(lost(goal, 4, 20, 3)).toBeUndefined();
    expect(lost(goal, 10, 20, 3)).toBe(goal);
  });

  test('of users only once they could not make up for it if they were answered twice as fast', () => {
    const level = { value: 4, unit: 'users' } as const;
    const closed = trialLoad({ scenarios: { execute: 1 } }, { level, lengthMs: 10_000 });
    // Of twice the 900 that go on at this pace, 90 may.
    expect(lost(goal, 5, 20, 1, closed)).toBeUndefined();
    expect(lost(goal, 6, 20, 1, closed)).toBe(goal);
  });

  test('not just beyond its limit, where it may be within it the next time', () => {
    expect(lost('p95(execute) in stress < 380ms', 9, 50)).toBeUndefined();
  });

  test.each([
    'p95(execute) in smoke < 150ms',
    'success(execute) in stress >= 99%',
    'p95(execute) in stress <= baseline + 10%',
    'p95(execute) in stress > 1ms',
  ])('not where it is of another kind, or of another phase: %s', (other) => {
    expect(lost(other, 9, 90)).toBeUndefined();
  });
});
