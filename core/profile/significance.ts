/** Whether two sets of measurements differ, and how sure one can be when asking of many things at once. */
import { regularisedBeta } from '../measure/binomial';

export interface Estimate {
  readonly mean: number;
  /** Of the mean, not of single values. */
  readonly variance: number;
  readonly count: number;
}

/**
 * @param least the variance of a single value that counting alone gives; the one that was seen is never taken for
 * less, since a few alike values prove nothing.
 */
export function estimate(values: readonly number[], least: number): Estimate {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const seen = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return { mean, variance: Math.max(seen, least) / count, count };
}

export interface Difference {
  /** `b` less `a`. */
  readonly value: number;
  /** Within which the true difference lies with 95 %. */
  readonly low: number;
  readonly high: number;
  /** Two-sided. */
  readonly p: number;
}

/** Welch's test: the sides may vary differently. */
export function welch(a: Estimate, b: Estimate): Difference {
  const value = b.mean - a.mean;
  const variance = a.variance + b.variance;
  if (variance === 0) return { value, low: value, high: value, p: value === 0 ? 1 : 0 };
  const freedom = variance ** 2 / (a.variance ** 2 / (a.count - 1) + b.variance ** 2 / (b.count - 1));
  const error = Math.sqrt(variance);
  const reach = studentReach(freedom) * error;
  return { value, low: value - reach, high: value + reach, p: studentP(value / error, freedom) };
}

/** How often Student's t lies at least as far from zero. */
export function studentP(t: number, freedom: number): number {
  return regularisedBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

/** The t that is passed in one of twenty. */
export function studentReach(freedom: number): number {
  let [low, high] = [0, 1e4];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (studentP(middle, freedom) > 0.05) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Corrects for many tests at once: of all that are called different, the share that is so by chance stays below the
 * level at which the answers are read.
 */
export function benjaminiHochberg(ps: readonly number[]): number[] {
  const order = ps.map((p, i) => ({ p, i })).sort((x, y) => y.p - x.p);
  const adjusted = ps.map(() => 1);
  let lowest = 1;
  for (const [place, { p, i }] of order.entries()) {
    lowest = Math.min(lowest, (p * ps.length) / (ps.length - place));
    adjusted[i] = lowest;
  }
  return adjusted;
}
