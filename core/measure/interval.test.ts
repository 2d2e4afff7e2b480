import { describe, expect, test } from 'vitest';
import { binomialAtMost } from './binomial';
import { Histogram } from './histogram';
import { seededRandom, type Random } from './random';
import { interval, rankInterval } from './interval';

function check(samples: number, lowPercent: number | null, highPercent: number | null): void {
  const { low, high } = rankInterval(0.99, samples);
  const asPercent = (rank: number | null): number | null =>
    rank === null ? null : Math.round((rank / samples) * 1000) / 10;
  expect([asPercent(low), asPercent(high)]).toEqual([lowPercent, highPercent]);
}

test('the 95 % interval of p99 spans the known true ranks', () => {
  check(300, 97.9, null);
  check(1000, 98.4, 99.6);
  check(3000, 98.6, 99.4);
  check(10_000, 98.8, 99.2);
  check(38_000, 98.9, 99.1);
});

test('the binomial distribution agrees with sums of its terms', () => {
  const terms = (k: number, n: number, p: number): number => {
    let sum = 0;
    for (let i = 0; i <= k; i++) {
      let choose = 1;
      for (let j = 1; j <= i; j++) choose = (choose * (n - i + j)) / j;
      sum += choose * p ** i * (1 - p) ** (n - i);
    }
    return sum;
  };
  for (const n of [1, 2, 7, 30]) {
    for (const p of [0.01, 0.3, 0.5, 0.95]) {
      for (let k = 0; k < n; k++) expect(binomialAtMost(k, n, p)).toBeCloseTo(terms(k, n, p), 10);
    }
  }
});

test('the binomial distribution of ten million trials is its normal limit', () => {
  const n = 10_000_000;
  const deviation = Math.sqrt(n * 0.99 * 0.01);
  expect(binomialAtMost(Math.round(n * 0.99 - 1.96 * deviation), n, 0.99)).toBeCloseTo(0.025, 3);
});

test('a side that no sample bounds is open', () => {
  expect(rankInterval(0.99, 10).high).toBeNull();
  expect(rankInterval(0.01, 10).low).toBeNull();
  expect(rankInterval(0.5, 1)).toEqual({ low: null, high: null });
});

test('the interval of a histogram holds its quantile, in values', () => {
  const histogram = new Histogram();
  for (let value = 1; value <= 100; value++) histogram.record(value);
  // Of whole ranks the textbook has 40 and 61, which hold the median of 96.5 of 100 runs; between ranks it is 95.
  expect(interval(0.5, histogram)).toEqual({ value: 50, low: 41, high: 60 });
  expect(interval(0.5, new Histogram())).toBeUndefined();
});

describe('of 300 runs of a minute, the interval of the p95 holds the truth', () => {
  const blockMs = 5000;
  /** Times in milliseconds of what arrives at random at 50/s: independent ones, or those of M/M/1 at 80 %. */
  function runOf(random: Random, isQueue: boolean): { whole: Histogram; blocks: Histogram[] } {
    const exponential = (mean: number): number => -mean * Math.log(1 - random());
    const whole = new Histogram();
    const blocks = Array.from({ length: 12 }, () => new Histogram());
    // A queue that has run for a while.
    let free = -Infinity;
    for (let at = -20_000; at < 60_000; at += exponential(20)) {
      const service = exponential(isQueue ? 16 : 80);
      free = (isQueue ? Math.max(free, at) : at) + service;
      if (at < 0) continue;
      const took = (free - at) * 1000;
      whole.record(took);
      blocks[Math.floor(at / blockMs)]?.record(took);
    }
    return { whole, blocks };
  }

  // Both laws are exponential with a mean of 80 ms.
  const truthUs = 80_000 * Math.log(20);
  function coverage(isQueue: boolean, withBlocks: boolean): number {
    const random = seededRandom(5);
    let held = 0;
    for (let run = 0; run < 300; run++) {
      const { whole, blocks } = runOf(random, isQueue);
      const found = interval(0.95, whole, 0.95, withBlocks ? blocks : []);
      if ((found?.low ?? 0) <= truthUs && truthUs <= (found?.high ?? Infinity)) held++;
    }
    return held / 300;
  }

  test('in 95 of 100 where samples are independent, with and without blocks', () => {
    expect(coverage(false, false)).toBeGreaterThan(0.92);
    expect(coverage(false, true)).toBeGreaterThan(0.94);
  });

  test('in nearly as many behind a queue, where samples taken as independent miss it half of the time', () => {
    expect(coverage(true, false)).toBeLessThan(0.6);
    expect(coverage(true, true)).toBeGreaterThan(0.85);
  });
});

test('fewer than six blocks do not tell how much they differ, and there is no interval', () => {
  const blocks = (count: number): Histogram[] =>
    Array.from({ length: count }, (_, index) => {
      const block = new Histogram();
      for (let i = 0; i < 100; i++) block.record(index + i);
      return block;
    });
  const whole = (parts: readonly Histogram[]): Histogram => {
    const all = new Histogram();
    for (const part of parts) all.merge(part);
    return all;
  };
  const ofFive = interval(0.5, whole(blocks(5)), 0.95, blocks(5));
  expect([ofFive?.low, ofFive?.high]).toEqual([null, null]);
  const ofEnough = interval(0.5, whole(blocks(6)), 0.95, blocks(6));
  expect(ofEnough?.low).not.toBeNull();
});
