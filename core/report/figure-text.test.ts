import { expect, test } from 'vitest';
import type { Latency } from '../run/run';
import { percentile } from './figure-text';

const nothing: Latency = { p50: null, p90: null, p95: null, p99: null, min: null, max: null, mean: null };

function told(value: number | null, low: number | null, high: number | null, isLowerBound = false): string {
  const p95 = { low, high, isLowerBound, grade: 'fair' as const };
  return percentile({ ...nothing, p95: value, intervals: { p50: null, p90: null, p95, p99: null } }, 'p95');
}

test('a percentile stands with its interval, in its own unit', () => {
  expect(told(312, 298.4, 331)).toBe('312 ms (298–331)');
  expect(told(4213, 4100, 10_400)).toBe('4.21 s (4.1–10.4)');
});

test('an open side has no figure, and a lower bound says so', () => {
  expect(told(312, 298, null)).toBe('312 ms (298–)');
  expect(told(312, 298, 331, true)).toBe('≥ 312 ms (298–331)');
});

test('without an interval a percentile stands alone, and where there are too few samples there is none', () => {
  expect(percentile({ ...nothing, p95: 312 }, 'p95')).toBe('312 ms');
  expect(percentile(nothing, 'p95')).toBe('–');
});
