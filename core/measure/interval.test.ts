import { expect, test } from 'vitest';
import { binomialAtMost } from './binomial';
import { Histogram } from './histogram';
import { interval, rankInterval } from './interval';

function check(samples: number, lowPercent: number | null, highPercent: number | null): void {
  const { low, high } = rankInterval(0.99, samples);
  const asPercent = (rank: number | null): number | null =>
    rank === null ? null : Math.round((rank / samples) * 1000) / 10;
  expect([asPercent(low), asPercent(high)]).toEqual([lowPercent, highPercent]);
}

test('the 95 % interval of p99 spans the known true ranks', () => {
  check(300, 97.7, null);
  check(1000, 98.3, 99.7);
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
  // 40 and 61 are the textbook ranks for the median of 100.
  expect(interval(0.5, histogram)).toEqual({ value: 50, low: 40, high: 61 });
  expect(interval(0.5, new Histogram())).toBeUndefined();
});
