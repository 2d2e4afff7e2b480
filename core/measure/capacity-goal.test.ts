import { expect, test } from 'vitest';
import { parseGoal } from '../plan/expression/goal';
import type { Capacity, PhaseResult } from '../run/run';
import { judgeCapacity, type CapacityBaseline } from './capacity-goal';

interface Found {
  readonly unit?: Capacity['unit'];
  readonly lower: number | null;
  readonly upper: number | null;
}

const bounds: Found = { lower: 190, upper: 199 };

/** Of a search with these bounds: the verdict, and what became of each goal. */
function check(goals: readonly string[], found: Found = bounds, baseline?: CapacityBaseline): string[] {
  const capacity = { unit: 'per-second', ...found, trials: [{}, {}] } as unknown as Capacity;
  const result = { name: 'stress', verdict: 'pass', reason: 'it holds', goals: [], capacity };
  const stated = goals.map((text) => ({ text, goal: parseGoal(text).goal! }));
  const judged = judgeCapacity(result as unknown as PhaseResult, stated, baseline);
  return [judged.verdict, ...judged.goals.map(({ state, reason }) => [state, reason].join(' ').trim())];
}

test('a rate that held in a confirmed trial is enough, and one that broke is not', () => {
  expect(check(['capacity in stress >= 190/s'])).toEqual(['pass', 'held']);
  expect(check(['capacity >= 199/s'])).toEqual(['fail', 'broken it breaks at 199/s']);
});

test('between its bounds nobody knows', () => {
  expect(check(['capacity in stress >= 195/s'])).toEqual([
    'no-data',
    'no-data the limit lies between the bounds of the search, 190/s to 199/s',
  ]);
  expect(check(['capacity in stress >= 300/s'], { lower: 200, upper: null })).toEqual([
    'no-data',
    'no-data the search went up to 200/s only, where all still held',
  ]);
});

test('of a search by users it is a number of them, and what names no phase is about searches by its unit', () => {
  const users: Found = { unit: 'users', lower: 18, upper: 19 };
  expect(check(['capacity in stress >= 18', 'capacity >= 18', 'capacity >= 100/s'], users)).toEqual([
    'pass',
    'held',
    'held',
  ]);
  expect(check(['capacity in stress >= 19'], users)).toEqual(['fail', 'broken it breaks at 19 users']);
  expect(check(['capacity in stress >= 30'], { ...users, lower: 20, upper: null })).toEqual([
    'no-data',
    'no-data the search went up to 20 users only, where all still held',
  ]);
});

test('a baseline is the middle of its runs', () => {
  const baseline = { kind: 'runs', lower: [180, 200, 220] } as const;
  expect(check(['capacity in stress >= baseline - 5%'], bounds, baseline)).toEqual(['pass', 'held']);
  expect(check(['capacity in stress >= baseline'], bounds, baseline)).toEqual([
    'fail',
    'broken it breaks at 199/s',
  ]);
});

test('a baseline that is not there is no fault of the run', () => {
  const baseline = { kind: 'none', reason: 'no baseline is pinned' } as const;
  expect(check(['capacity in stress >= baseline'], bounds, baseline)).toEqual([
    'pass',
    'no-data no baseline is pinned',
  ]);
});

test('goals of other phases, and those that are none on the capacity, are left alone', () => {
  expect(check(['capacity in other >= 1000/s', 'p95 in stress < 1s'])).toEqual(['pass']);
});
