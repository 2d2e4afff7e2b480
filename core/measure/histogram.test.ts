import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Histogram } from './histogram';

const values = fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { maxLength: 300 });

function recorded(all: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of all) histogram.record(value);
  return histogram;
}

/** The value at the rank that `quantile` answers for, from the values themselves. */
function exactQuantile(all: readonly number[], q: number): number {
  const sorted = [...all].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1]!;
}

describe('a histogram', () => {
  test('puts every value into the bucket into which k6 puts it', () => {
    const path = new URL('../../test/wire/histogram-buckets.txt', import.meta.url);
    const pairs = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ').map(Number));
    expect(pairs.length).toBeGreaterThan(200);
    for (const [value, bucket] of pairs)
      expect(recorded([value!]).toPairs(), `${value}`).toEqual([bucket, 1]);
  });

  test('tells quantiles within 0.4 %', () => {
    const small = fc.array(fc.integer({ min: 0, max: 2 ** 37 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(small, fc.double({ min: 0, max: 1, noNaN: true }), (all, q) => {
        const exact = exactQuantile(all, q);
        expect(Math.abs(recorded(all).quantile(q)! - exact)).toBeLessThanOrEqual(exact * 0.004);
      }),
    );
  });

  test('is the same after merging parts as when recorded at once', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const merged = recorded(a);
        merged.merge(recorded(b));
        expect(merged.toPairs()).toEqual(recorded([...a, ...b]).toPairs());
        expect(merged.total).toBe(a.length + b.length);
      }),
    );
  });

  test('is read back from its pairs', () => {
    fc.assert(
      fc.property(values, (all) => {
        const read = Histogram.fromPairs(recorded(all).toPairs());
        expect(read.toPairs()).toEqual(recorded(all).toPairs());
        expect(read.total).toBe(all.length);
      }),
    );
  });

  test('rounds values down, and takes what is below 0 as 0', () => {
    expect(recorded([7.9]).toPairs()).toEqual([7, 1]);
    expect(recorded([-3]).toPairs()).toEqual([0, 1]);
  });

  test('has no quantile while it is empty', () => {
    expect(new Histogram().quantile(0.5)).toBeUndefined();
  });

  test('counts what lies above a limit', () => {
    const histogram = recorded([10, 20, 30, 30, 40]);
    expect(histogram.countAbove(20)).toBe(3.5);
    expect(histogram.countAbove(50)).toBe(0);
  });

  test.each([
    ['an odd number of entries', [1]],
    ['a count of 0', [1, 0]],
    ['a fraction', [1.5, 1]],
    ['a step back', [5, 1, -1, 1]],
    ['the same bucket twice', [5, 1, 0, 1]],
    ['a bucket above the last', [3969, 1]],
    ['no number', [Number.NaN, 1]],
  ])('refuses pairs with %s', (_, pairs) => {
    expect(() => Histogram.fromPairs(pairs)).toThrow(RangeError);
  });
});
