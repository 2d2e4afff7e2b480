import { expect, test } from 'vitest';
import { normal, seededRandom } from './random';
import { concurrencyOf, fitScalability, type ConcurrencyPoint, type ScalabilityFit } from './usl';

const levels = [1, 2, 4, 8, 16, 24, 32, 48, 64];

function curve(contention: number, crosstalk: number, noise = 0, seed = 1, ns = levels): ConcurrencyPoint[] {
  const random = seededRandom(seed);
  return ns.map((n) => ({
    concurrency: n,
    throughput:
      ((100 * n) / (1 + contention * (n - 1) + crosstalk * n * (n - 1))) * Math.exp(noise * normal(random)),
  }));
}

function fitted(points: readonly ConcurrencyPoint[], seed = 1): ScalabilityFit {
  const fit = fitScalability(points, seededRandom(seed));
  if (fit.kind !== 'fitted') throw new Error(fit.reason);
  return fit;
}

test('exact points give back the law that made them', () => {
  const fit = fitted(curve(0.05, 0.001).toReversed());
  expect(fit.single).toBeCloseTo(100, 6);
  expect(fit.contention).toBeCloseTo(0.05, 8);
  expect(fit.crosstalk).toBeCloseTo(0.001, 8);
  expect(fit.peak?.concurrency).toBeCloseTo(Math.sqrt(0.95 / 0.001), 4);
});

test('without crosstalk there is no peak', () => {
  expect(fitted(curve(0.05, 0)).peak).toBeNull();
  let peaks = 0;
  for (let seed = 0; seed < 100; seed++) if (fitted(curve(0.1, 0, 0.02, seed), seed).peak !== null) peaks++;
  expect(peaks).toBeLessThanOrEqual(10);
});

test('a peak beyond what was measured is not told', () => {
  expect(fitted(curve(0.02, 0.0001)).peak).toBeNull();
});

test('linear scaling has neither contention nor crosstalk, and faster than linear is never negative', () => {
  expect(fitted(curve(0, 0))).toMatchObject({ peak: null });
  expect(fitted(curve(0, 0)).contention).toBeCloseTo(0, 8);
  const faster = levels.map((n) => ({ concurrency: n, throughput: 100 * n ** 1.1 }));
  expect(fitted(faster)).toMatchObject({ contention: 0, crosstalk: 0 });
});

test('intervals hold the truth in most of 100 noisy curves, and the peak is near', () => {
  let held = 0;
  let near = 0;
  for (let seed = 0; seed < 100; seed++) {
    const fit = fitted(curve(0.05, 0.001, 0.02, seed), seed);
    if (fit.crosstalkRange.low <= 0.001 && 0.001 <= fit.crosstalkRange.high) held++;
    if (fit.peak && Math.abs(fit.peak.concurrency - 30.8) < 6) near++;
  }
  expect(held).toBeGreaterThanOrEqual(70);
  expect(near).toBeGreaterThanOrEqual(95);
});

test('few points, or points close together, are not fitted', () => {
  const random = seededRandom(1);
  expect(fitScalability(curve(0.1, 0.01).slice(0, 5), random)).toEqual({
    kind: 'not-fitted',
    reason: '6 load levels are needed, there are 5',
  });
  expect(fitScalability(curve(0.1, 0.01, 0, 1, [10, 12, 14, 16, 18, 20]), random).kind).toBe('not-fitted');
  expect(fitScalability([{ concurrency: NaN, throughput: 1 }], random).kind).toBe('not-fitted');
});

test('concurrency is throughput times latency', () => {
  expect(concurrencyOf(200, 50)).toBe(10);
});
