import { describe, expect, test } from 'vitest';
import type { LoadPhase } from '../plan/schema';
import { generatorFateFindings, missingShare, whyNotOfferedByAll } from './lost-generators';

const steady: LoadPhase = {
  scenarios: { a: 1 },
  rate: { from: 100, to: 100 },
  for: 100_000,
  warmup: 20_000,
  drain: 0,
};
const window = { fromMs: 20_000, toMs: 100_000 };
const lostAt = (...times: readonly number[]) => ({
  count: 4,
  startSpreadMs: 20,
  lost: times.map((atMs, index) => ({ number: index + 1, atMs, why: 'k6 was killed' })),
});

describe('the loss of generators', () => {
  test('takes their share of the load from then on', () => {
    expect(missingShare(steady, window, lostAt(60_000))).toBeCloseTo(1 / 8);
    expect(missingShare(steady, window, lostAt(0))).toBeCloseTo(1 / 4);
    expect(missingShare(steady, window, lostAt(60_000, 60_000))).toBeCloseTo(1 / 4);
    expect(missingShare(steady, window, lostAt(100_000))).toBe(0);
    const ramp = { ...steady, rate: { from: 0, to: 100 }, warmup: 0 };
    expect(missingShare(ramp, { fromMs: 0, toMs: 100_000 }, lostAt(50_000))).toBeCloseTo(0.75 / 4);
  });

  test('takes it only until others make up for it', () => {
    const regained = { number: 1, atMs: 60_000, untilMs: 64_000, why: 'Locust was killed' };
    const fate = { count: 4, startSpreadMs: 0, lost: [regained] };
    expect(missingShare(steady, window, fate)).toBeCloseTo(4 / 80 / 4);
    expect(missingShare(steady, { fromMs: 70_000, toMs: 100_000 }, fate)).toBe(0);
    const { users: _, rate: __, ...shaped } = { ...steady, users: undefined, shape: 'file' as const };
    expect(missingShare(shaped, window, fate)).toBeCloseTo(4 / 80 / 4);
    expect(generatorFateFindings(steady, window, fate)).toMatchObject([
      {
        weight: 'suspect',
        message: expect.stringContaining('made up for by the others after 64 s') as string,
      },
    ]);
  });

  test('decides the verdict only where the load was another one', () => {
    expect(whyNotOfferedByAll(steady, window, lostAt(60_000))).toBe(
      '1 of 4 generators was lost after 60 s, so 12.5 % of the load was not offered: generator 1: k6 was killed',
    );
    expect(whyNotOfferedByAll(steady, window, lostAt(99_000))).toBeUndefined();
    expect(whyNotOfferedByAll(steady, window, lostAt())).toBeUndefined();
  });

  test('is told in any case', () => {
    expect(generatorFateFindings(steady, window, lostAt(60_000, 99_000))).toMatchObject([
      { code: 'lost-generator', weight: 'invalid', message: expect.stringContaining('2 lived') as string },
    ]);
    expect(generatorFateFindings(steady, window, lostAt(99_500))).toMatchObject([{ weight: 'suspect' }]);
    expect(generatorFateFindings(steady, window, lostAt())).toEqual([]);
  });
});

test('a generator that joins is told, as users move to it', () => {
  const fate = { count: 3, lost: [], joined: [{ number: 3, atMs: 5200 }], startSpreadMs: 0 };
  expect(generatorFateFindings(steady, window, fate)).toMatchObject([
    {
      code: 'joined-generator',
      weight: 'suspect',
      message: expect.stringContaining('generator 3 joined after 5.2 s') as string,
    },
  ]);
});

test('generators that began apart are told', () => {
  const apart = { count: 2, lost: [], startSpreadMs: 3200 };
  expect(generatorFateFindings(steady, window, apart)).toMatchObject([
    { code: 'generators-apart', weight: 'suspect', message: expect.stringContaining('3.2 s') as string },
  ]);
});
