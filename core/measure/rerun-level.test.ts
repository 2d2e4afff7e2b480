import { expect, test } from 'vitest';
import type { FindPhase, LoadPhase } from '../plan/schema';
import type { Capacity } from '../run/run';
import { findLevel } from './rerun-level';

const search = { scenarios: { work: 1 }, find: { start: 5 } } as unknown as FindPhase;
const users: LoadPhase = { scenarios: { work: 1 }, users: { from: 1, to: 30 }, for: 9, warmup: 0, drain: 0 };

const found: Capacity = {
  unit: 'per-second',
  lower: 10,
  upper: 15,
  reached: true,
  brokeFirst: null,
  p95: null,
  plateau: { kind: 'not-reached', reason: '' },
  trials: [],
};
const crowd: Capacity = { ...found, unit: 'users', lower: 18, upper: 19 };
const knee = (offered: number): Capacity => ({
  ...found,
  plateau: { kind: 'knee', offered, delivered: offered, reason: '' },
});

/** `value unit (from)`; `nothing` where the level is not known. */
function check(at: string, source: FindPhase | LoadPhase, capacity: Capacity | undefined): string {
  const level = findLevel({ rerun: 'stress', at, profile: [] }, source, capacity);
  return level === undefined ? 'nothing' : `${level.value} ${level.unit} (${level.from})`;
}

test.each([
  ['knee', search, knee(12), '12 per-second (the knee of stress)'],
  ['80%', search, knee(12), '9.6 per-second (80 % of the knee of stress)'],
  ['80%', search, knee(0.0123), '0.00984 per-second (80 % of the knee of stress)'],
  ['knee', search, found, '10 per-second (the capacity of stress)'],
  ['knee', search, knee(18), '10 per-second (the capacity of stress)'],
  ['knee', search, { ...found, lower: null }, 'nothing'],
  ['knee', search, undefined, 'nothing'],
  ['knee', search, crowd, '18 users (the capacity of stress)'],
  ['80%', search, { ...crowd, plateau: knee(17.6).plateau }, '14 users (80 % of the knee of stress)'],
  ['1%', search, crowd, '1 users (1 % of the capacity of stress)'],
  ['7/s', search, undefined, '7 per-second (the plan)'],
  ['50%', users, undefined, '15 users (the plan)'],
  ['1%', users, undefined, '1 users (the plan)'],
  ['2/s', users, undefined, '2 per-second (the plan)'],
] as const)('at %s: %#', (at, source, capacity, expected) => {
  expect(check(at, source, capacity)).toBe(expected);
});
