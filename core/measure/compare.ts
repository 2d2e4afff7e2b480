/**
 * Whether one set of runs is faster than another. The unit is the run, not the request: requests of one run share its
 * luck, and thousands of them prove nothing about the next run.
 */
import { counted, percent } from './figure';
import { Histogram } from './histogram';
import { below, type Random } from './random';
import { countWays, holm, rankTest } from './rank-test';

/** One metric of one subject, with a value for each run. */
export interface MetricOfRuns {
  /** What is compared, such as `p95(execute) in load`. */
  readonly name: string;
  readonly better: 'lower' | 'higher';
  /** Above zero, one per run. */
  readonly baseline: readonly number[];
  readonly candidate: readonly number[];
}

export interface CompareOptions {
  readonly random: Random;
  /** The change that counts, as a share: the larger of 5 % and the noise between runs of the same build. */
  readonly minEffect?: number;
  /** The chance of a false alarm over all metrics together. */
  readonly alpha?: number;
  /** Ways in which the two sides differ that make a comparison void: another machine, another load. */
  readonly differences?: readonly string[];
}

export type ComparisonVerdict = 'faster' | 'slower' | 'equivalent' | 'no-evidence' | 'not-comparable';

export interface MetricComparison {
  readonly name: string;
  readonly verdict: ComparisonVerdict;
  /** Candidate over baseline; 1.1 is a tenth more. `null` where it cannot be told. */
  readonly ratio: number | null;
  /** Where the ratio lies with a confidence of at least 95 %. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Corrected for the number of metrics. */
  readonly p: number | null;
  readonly reason: string;
}

const defaultMinEffect = 0.05;
const defaultAlpha = 0.05;

/** Compares all metrics as one family, so that many metrics do not make false alarms likely. */
export function compareRuns(metrics: readonly MetricOfRuns[], options: CompareOptions): MetricComparison[] {
  const voids = metrics.map((metric) => whyVoid(metric, options));
  const tests = metrics.map(({ baseline, candidate }, i) =>
    voids[i] === undefined ? rankTest(baseline, candidate, options.random) : undefined,
  );
  const adjusted = holm(tests.flatMap((test) => (test === undefined ? [] : [test.p])));
  let next = 0;
  return metrics.map((metric, i) => {
    const reason = voids[i];
    if (reason !== undefined)
      return { name: metric.name, verdict: 'not-comparable', ratio: null, interval: null, p: null, reason };
    return judgeDifference(metric, adjusted[next++] ?? 1, options);
  });
}

function whyVoid(metric: MetricOfRuns, options: CompareOptions): string | undefined {
  const { differences = [], alpha = defaultAlpha } = options;
  if (differences.length > 0) return `the runs differ in ${differences.join(', ')}`;
  const { baseline, candidate } = metric;
  if (![...baseline, ...candidate].every((value) => value > 0 && Number.isFinite(value)))
    return 'a run has no value for it';
  const ways = countWays(baseline.length, candidate.length).reduce((sum, count) => sum + count, 0);
  if (2 / ways > alpha)
    return `${baseline.length} against ${counted(candidate.length, 'run')} can prove nothing: at least 4 of each are needed, 5 are better`;
  return undefined;
}

function judgeDifference(metric: MetricOfRuns, p: number, options: CompareOptions): MetricComparison {
  const { minEffect = defaultMinEffect, alpha = defaultAlpha } = options;
  const { ratio, low, high } = shift(metric.baseline, metric.candidate, alpha);
  const told = { name: metric.name, ratio, interval: { low, high }, p };
  const range = `${change(ratio)}, between ${change(low)} and ${change(high)}`;
  const isProven = p <= alpha;
  const isLarge = ratio >= 1 + minEffect || ratio <= 1 / (1 + minEffect);
  if (isProven && isLarge) {
    const verdict = ratio > 1 === (metric.better === 'lower') ? 'slower' : 'faster';
    return { ...told, verdict, reason: range };
  }
  if (low > 1 / (1 + minEffect) && high < 1 + minEffect)
    return {
      ...told,
      verdict: 'equivalent',
      reason: `${range}: within the ${percent(minEffect)} that count`,
    };
  const why = isProven ? `less than the ${percent(minEffect)} that count` : 'chance alone may explain it';
  return { ...told, verdict: 'no-evidence', reason: `${range}: ${why}` };
}

function change(ratio: number): string {
  return `${ratio >= 1 ? '+' : '-'}${percent(Math.abs(ratio - 1))}`;
}

/**
 * The typical ratio between a candidate and a baseline run (Hodges and Lehmann), with the interval of all ratios that
 * the rank test would not reject.
 */
function shift(
  baseline: readonly number[],
  candidate: readonly number[],
  alpha: number,
): { readonly ratio: number; readonly low: number; readonly high: number } {
  const ratios = candidate.flatMap((after) => baseline.map((before) => after / before)).sort((a, b) => a - b);
  const ways = countWays(baseline.length, candidate.length);
  const total = ways.reduce((sum, count) => sum + count, 0);
  let outside = -1;
  let tail = 0;
  for (const [u, count] of ways.entries()) {
    tail += count;
    if (tail / total > alpha / 2) break;
    outside = u;
  }
  const at = (index: number): number => ratios[Math.min(Math.max(index, 0), ratios.length - 1)] ?? 1;
  const middle = ratios.length / 2;
  return {
    ratio: Math.sqrt(at(Math.ceil(middle) - 1) * at(Math.floor(middle))),
    low: at(outside + 1),
    high: at(ratios.length - 2 - outside),
  };
}

export interface BlockComparison {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

const resamples = 500;

/** Fewer blocks than this do not show how much a run varies within itself. */
const minBlocks = 6;

/**
 * The ratio of a quantile between two single runs, with a 95 % interval from resampling blocks of time. It speaks of
 * these two runs only: how runs differ from each other it cannot know.
 *
 * @param baseline histograms of stretches of at least five seconds, long enough to be nearly independent.
 * @returns `undefined` where a side has too few blocks.
 */
export function compareWithinRuns(
  baseline: readonly Histogram[],
  candidate: readonly Histogram[],
  q: number,
  random: Random,
): BlockComparison | undefined {
  if (baseline.length < minBlocks || candidate.length < minBlocks) return undefined;
  const before = quantileOf(baseline, q);
  const after = quantileOf(candidate, q);
  if (before === undefined || after === undefined || before === 0) return undefined;
  const ratios: number[] = [];
  for (let i = 0; i < resamples; i++) {
    const below = quantileOf(resample(baseline, random), q);
    const above = quantileOf(resample(candidate, random), q);
    if (below !== undefined && above !== undefined && below > 0) ratios.push(above / below);
  }
  ratios.sort((a, b) => a - b);
  const at = (share: number): number => ratios[Math.floor(share * (ratios.length - 1))] ?? after / before;
  return { ratio: after / before, low: at(0.025), high: at(0.975) };
}

function resample(blocks: readonly Histogram[], random: Random): Histogram[] {
  return blocks.flatMap(() => blocks[below(blocks.length, random)] ?? []);
}

function quantileOf(blocks: readonly Histogram[], q: number): number | undefined {
  const whole = new Histogram();
  for (const block of blocks) whole.merge(block);
  return whole.quantile(q);
}
