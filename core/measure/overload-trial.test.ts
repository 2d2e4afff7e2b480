import { expect, test } from 'vitest';
import type { Saturation } from '../run/run';
import { beginSearch, type Capacity } from './capacity-search';
import { overloadTrial } from './overload-trial';

const after = (capacity: Capacity, max?: number) => ({
  ...beginSearch({
    unit: 'per-second',
    start: 1,
    factor: 2,
    resolution: 0.05,
    ...(max !== undefined && { max }),
  }),
  next: { kind: 'done', capacity } as const,
});
const found = after({ kind: 'found', lower: 100, upper: 104, brokeFirst: 'p95(work) < 1s' });
const crowd = {
  ...beginSearch({ unit: 'users', start: 1, factor: 2, resolution: 0.05 }),
  next: { kind: 'done', capacity: { kind: 'found', lower: 18, upper: 19, brokeFirst: '' } } as const,
} as const;
const undetermined = (code: 'none' | 'generator' | 'no-data' | 'several' | 'others'): Saturation => ({
  ...{ kind: 'undetermined', code, message: '', notes: [] },
});

test('where trials broke before anything was full, more than the limit is offered for longer', () => {
  expect(overloadTrial(found, undetermined('none'), 6000)).toEqual({
    trial: { level: 156, purpose: 'overload', needsRecovery: true },
    lengthMs: 10_000,
  });
  expect(overloadTrial(found, undetermined('none'), 60_000)?.lengthMs).toBe(60_000);
  expect(overloadTrial(found, undetermined('others'), 60_000)?.lengthMs).toBe(60_000);
  expect(overloadTrial(crowd, undetermined('none'), 6000)?.trial.level).toBe(29);
});

test('never more than the plan allows', () => {
  const bounded = after({ kind: 'found', lower: 100, upper: 104, brokeFirst: 'p95(work) < 1s' }, 120);
  expect(overloadTrial(bounded, undetermined('none'), 6000)?.trial.level).toBe(120);
});

test.each(['generator', 'no-data', 'several'] as const)('not where the reason is another: %s', (code) => {
  expect(overloadTrial(found, undetermined(code), 6000)).toBeUndefined();
});

test('not where no resource of a target was read', () => {
  expect(overloadTrial(found, undefined, 6000)).toBeUndefined();
});

test.each<Capacity>([
  { kind: 'not-reached', lower: 100 },
  { kind: 'below', upper: 1, brokeFirst: 'p95(work) < 1s' },
  { kind: 'unstable', upper: 1, brokeFirst: 'p95(work) < 1s' },
])('not where no limit was enclosed: $kind', (capacity) => {
  expect(overloadTrial(after(capacity), undetermined('none'), 6000)).toBeUndefined();
});
