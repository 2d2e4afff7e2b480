import { expect, test } from 'vitest';
import { findKnee, type LoadPoint } from './knee';
import { normal, seededRandom, type Random } from './random';

const capacity = 1000;

function curve(
  steps: number,
  noise: number,
  random: Random,
  delivered: (offered: number) => number,
): LoadPoint[] {
  return Array.from({ length: steps }, (_, i) => {
    const offered = ((i + 1) / steps) * 1.6 * capacity;
    return { offered, delivered: delivered(offered) * (1 + noise * normal(random)) };
  });
}

/** The knees found in 170 curves for each number of steps and each noise: 1,530 in all. */
function knees(delivered: (offered: number) => number): { steps: number; noise: number; at: number[] }[] {
  const random = seededRandom(42);
  return [8, 12, 24].flatMap((steps) =>
    [0.01, 0.03, 0.06].map((noise) => {
      const at: number[] = [];
      for (let i = 0; i < 170; i++) {
        const knee = findKnee(curve(steps, noise, random, delivered));
        if (knee.kind === 'reached') at.push(knee.offered);
      }
      return { steps, noise, at: at.sort((a, b) => a - b) };
    }),
  );
}

test('fewer than one in a hundred of 1,530 curves without a knee are said to have one', () => {
  const found = knees((offered) => offered);
  expect(found.reduce((sum, { at }) => sum + at.length, 0)).toBeLessThan(15);
});

test('a real cap is found in nearly all of 1,530 curves, near where it is', () => {
  for (const { steps, noise, at } of knees((offered) => Math.min(offered, capacity))) {
    expect(at.length).toBeGreaterThanOrEqual(noise < 0.05 ? 170 : 165);
    const [low, high] = [at[Math.floor(at.length * 0.05)] ?? 0, at[Math.floor(at.length * 0.95)] ?? 0];
    if (steps === 12 && noise === 0.03) {
      expect(low).toBeGreaterThan(900);
      expect(high).toBeLessThan(1070);
    }
  }
});

test('a collapse beyond the cap is found too', () => {
  const collapse = (offered: number): number => Math.min(offered, 2 * capacity - offered);
  for (const { at } of knees(collapse)) expect(at.length).toBeGreaterThanOrEqual(168);
});

test('a server that merely slows down is not said to be at its limit', () => {
  const bends = (offered: number): number => Math.min(offered, capacity + (offered - capacity) * 0.7);
  const wrong = knees(bends).reduce((sum, { at }) => sum + at.length, 0);
  // The slope of 0.7 is near the half at which a bend counts, and in the noisiest curves rests on three points.
  expect(wrong).toBeLessThan(75);
});

test('exact data gives the exact bend, and a reason', () => {
  const exact = [200, 400, 600, 800, 1000, 1200, 1400, 1600].map((offered) => ({
    offered,
    delivered: Math.min(offered, 1000),
  }));
  expect(findKnee(exact.toReversed())).toMatchObject({
    kind: 'reached',
    offered: 1000,
    slopeBefore: 1,
    reason: 'throughput stopped following the load at 1,000/s',
  });
  expect(findKnee(exact.map(({ offered }) => ({ offered, delivered: offered * 0.9 })))).toMatchObject({
    kind: 'not-reached',
    reason: 'throughput followed the load to the highest level tried',
  });
});

test('few or damaged points prove nothing', () => {
  expect(findKnee([])).toMatchObject({ kind: 'not-reached' });
  const five = [1, 2, 3, 4, 5].map((offered) => ({ offered, delivered: Math.min(offered, 2) }));
  expect(findKnee([...five, { offered: NaN, delivered: 1 }, { offered: 0, delivered: 0 }])).toEqual({
    kind: 'not-reached',
    reason: '6 load levels are needed, there are 5',
  });
  const same = Array.from({ length: 10 }, () => ({ offered: 5, delivered: 5 }));
  expect(findKnee(same).kind).toBe('not-reached');
});
