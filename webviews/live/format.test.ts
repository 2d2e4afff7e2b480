import { describe, expect, test } from 'vitest';
import { formatClock, formatInterval, formatMs, formatProgress, formatRate, formatShare } from './format';

describe('figures', () => {
  test.each([
    [0, '0 ms'],
    [3.456, '3.46 ms'],
    [41.23, '41.2 ms'],
    [312.4, '312 ms'],
    [1234, '1.23 s'],
    [119_000, '119 s'],
    [150_000, '2.5 min'],
    [null, '–'],
  ])('%s ms reads %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text);
  });

  test.each([
    [1, '100 %'],
    [0.999_99, '> 99.99 %'],
    [0.9871, '98.71 %'],
    [0.000_01, '< 0.01 %'],
    [0, '0 %'],
  ])('a share of %s reads %s: what is not whole never looks whole', (share, text) => {
    expect(formatShare(share)).toBe(text);
  });

  test('an interval has its unit, and no end on a side that is open', () => {
    const told = (low: number | null, high: number | null): string =>
      formatInterval({ low, high, isRough: false, isLowerBound: false });
    expect([
      told(298, 1310),
      told(298, null),
      told(null, 310),
      told(null, null),
      formatInterval(null),
      formatInterval({ low: null, high: null, isRough: true, isLowerBound: false }),
    ]).toEqual(['298 ms – 1.31 s', 'from 298 ms', 'to 310 ms', '', '', 'few samples']);
  });

  test('rates carry their unit, and thousands are grouped', () => {
    expect(formatRate(1234.5)).toBe('1,235/s');
  });

  test.each([
    [0, '0:00'],
    [65.9, '1:05'],
    [3725, '1:02:05'],
  ])('%s seconds read %s', (seconds, text) => {
    expect(formatClock(seconds)).toBe(text);
  });
});

test('progress is told against the plan, and as a length once it is over', () => {
  expect(formatProgress({ state: 'running', elapsedMs: 72_000, plannedMs: 300_000 })).toBe('1:12 of 5:00');
  expect(formatProgress({ state: 'running', elapsedMs: 47_000, plannedMs: 36_000 })).toBe(
    '0:47, planned 0:36',
  );
  expect(formatProgress({ state: 'finished', elapsedMs: 310_000, plannedMs: 300_000 })).toBe('took 5:10');
});
