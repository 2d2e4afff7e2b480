/**
 * Whether a series reached a steady state, after it was measured: MSER-5 finds where the start-up ends, then what
 * remains must neither drift nor scatter. No plateau means that no steady value may be stated.
 */
import type { TimeWindow } from '../plan/load';
import { percent } from './figure';
import type { SeriesPoint } from './phase-series';
import type { Finding } from './validity';

/** MSER-5 works on means of five: single values are too noisy to tell where the start-up ends. */
const batchSize = 5;

/** Fewer batches prove nothing either way. */
const minBatches = 10;

/** A drift over the whole of the series that is less than this share of its level is no drift. */
const maxDrift = 0.05;

/** Mann-Kendall score beyond which a trend is no accident: p < 0.003, stricter because neighbours resemble. */
const provenScore = 3;

/** A cut that lowers the standard error by less than this has cut off noise, not a start-up. */
const minGain = 1.5;

/** Standard deviation of the batches as a share of their mean. */
const maxVariation = 0.3;

export type SteadyState =
  /** Too few values to tell. */
  | { readonly kind: 'unknown' }
  /** `from`: how many values at the start belong to the start-up. */
  | { readonly kind: 'plateau'; readonly from: number; readonly level: number }
  /** `change`: the drift from start to end, as a share of the level. Up is overload or a leak, down is start-up. */
  | { readonly kind: 'drifting-up' | 'drifting-down'; readonly change: number }
  /** The best cut lies in the second half: nothing settled. */
  | { readonly kind: 'unsettled' }
  | { readonly kind: 'scattered'; readonly variation: number };

/** @param values one per equal stretch of time. */
export function steadyState(values: readonly number[]): SteadyState {
  const batches = batchMeans(values);
  if (batches.length < minBatches) return { kind: 'unknown' };
  const cut = mserCut(batches);
  const isLate = cut > batches.length / 2;
  const rest = isLate ? batches : batches.slice(cut);
  // A long fall looks like a start-up and is cut off in part; the median slope of the whole hardly sees a short one.
  const drift = driftOf(rest, maxDrift) ?? driftOf(batches, 4 * maxDrift);
  if (drift !== undefined) return { kind: drift > 0 ? 'drifting-up' : 'drifting-down', change: drift };
  if (isLate) return { kind: 'unsettled' };
  const level = mean(rest);
  const variation = level === 0 ? 0 : deviation(rest) / Math.abs(level);
  if (variation > maxVariation) return { kind: 'scattered', variation };
  return { kind: 'plateau', from: cut * batchSize, level };
}

function batchMeans(values: readonly number[]): number[] {
  const batches: number[] = [];
  for (let i = 0; i + batchSize <= values.length; i += batchSize)
    batches.push(mean(values.slice(i, i + batchSize)));
  return batches;
}

/**
 * The number of batches to cut off the start so that the standard error of the mean of the rest is smallest. The last
 * five are never cut: a handful of values that happen to be alike would always win.
 */
export function mserCut(batches: readonly number[]): number {
  let late = { cut: 0, error: Infinity };
  let early = { cut: 0, error: Infinity };
  let uncut = 0;
  let sum = 0;
  let squares = 0;
  // Sums from the end, around the last value so that no digits are lost.
  const origin = batches.at(-1) ?? 0;
  for (let cut = batches.length - 1; cut >= 0; cut--) {
    const value = (batches[cut] ?? 0) - origin;
    sum += value;
    squares += value * value;
    const count = batches.length - cut;
    const error = Math.max(0, squares - (sum * sum) / count) / (count * count);
    uncut = error;
    if (count < batchSize) continue;
    if (cut > batches.length / 2 && error <= late.error) late = { cut, error };
    if (cut <= batches.length / 2 && error <= early.error) early = { cut, error };
  }
  if (late.error * minGain < early.error) return late.cut;
  return uncut <= early.error * minGain ? 0 : early.cut;
}

/**
 * The median of all slopes between two values (Theil and Sen) from start to end, as a share of the level, where the
 * test of Mann and Kendall proves a trend and it is at least `least`.
 */
function driftOf(values: readonly number[], least: number): number | undefined {
  const n = values.length;
  if (n < minBatches / 2) return undefined;
  const slopes: number[] = [];
  let score = 0;
  for (const [i, earlier] of values.entries()) {
    for (let j = i + 1; j < n; j++) {
      const rise = (values[j] ?? 0) - earlier;
      score += Math.sign(rise);
      slopes.push(rise / (j - i));
    }
  }
  const z = (score - Math.sign(score)) / Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  slopes.sort((a, b) => a - b);
  const slope = slopes[Math.floor(slopes.length / 2)] ?? 0;
  const level = Math.abs(mean(values));
  const change = level === 0 ? 0 : (slope * (n - 1)) / level;
  return Math.abs(z) > provenScore && Math.abs(change) >= least ? change : undefined;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

/**
 * What there is to say about the steadiness of a phase whose load stays the same; nothing where nothing is proven.
 *
 * @param points those of the phase as a whole.
 */
export function steadyFindings(points: readonly SeriesPoint[], window: TimeWindow): Finding[] {
  const within = points.filter(
    (point) => point.atMs >= window.fromMs && point.atMs + point.widthMs <= window.toMs,
  );
  return [
    ...findingOf('median latency', steadyState(medians(within))),
    ...findingOf('throughput', steadyState(within.map((point) => point.okPerSecond))),
  ];
}

/** One value for each stretch that a median was taken over; none where some stretch has too few samples. */
function medians(points: readonly SeriesPoint[]): number[] {
  const own = points.filter((point) => point.atMs % point.overMs.p50 === 0);
  const known = own.flatMap(({ p50 }) => (p50 === null ? [] : [p50]));
  return known.length === own.length ? known : [];
}

function findingOf(what: string, state: SteadyState): Finding[] {
  const message = notSteady(what, state);
  return message === undefined ? [] : [{ code: 'not-steady', weight: 'suspect', message }];
}

function notSteady(what: string, state: SteadyState): string | undefined {
  switch (state.kind) {
    case 'unknown':
    case 'plateau':
      return undefined;
    case 'drifting-up':
      return `the ${what} rose by ${percent(state.change)} through the measured window: it is no steady state`;
    case 'drifting-down':
      return `the ${what} fell by ${percent(-state.change)} through the measured window: it is no steady state`;
    case 'unsettled':
      return `the ${what} did not settle within the first half of the measured window`;
    case 'scattered':
      return `the ${what} scattered by ${percent(state.variation)} around its mean in the measured window`;
  }
}
