/**
 * Whether one set of runs is faster than another. The unit is the run, not the request: requests of one run share its
 * luck, and thousands of them prove nothing about the next run.
 */
import { drawnQuantile, type DrawnQuantile } from './drawn-quantile';
import { counted, percent } from './figure';
import { Histogram } from './histogram';
import type { Random } from './random';
import { countArrangements, countWays, testFamily } from './rank-test';

/** One metric of one subject, with a value for each run. */
export interface MetricOfRuns {
  /** What is compared, such as `p95(execute) in load`. */
  readonly name: string;
  readonly better: 'lower' | 'higher';
  /** Above zero, one per run. */
  readonly baseline: readonly number[];
  readonly candidate: readonly number[];
  /** The change that counts for this metric, in place of that of the options. */
  readonly minEffect?: number;
  /** Why it cannot be compared, whatever the values. */
  readonly lacks?: string;
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

/**
 * Compares all metrics as one family, so that many metrics do not make false alarms likely. A metric that is the same
 * in every run cannot raise an alarm, and does not make the family larger.
 */
export function compareRuns(metrics: readonly MetricOfRuns[], options: CompareOptions): MetricComparison[] {
  const family = metrics.filter((metric) => whyVoid(metric, options) === undefined && !isConstant(metric));
  const told = testTogether(family, options.random);
  return metrics.map((metric) => {
    const reason = whyVoid(metric, options);
    if (reason !== undefined)
      return { name: metric.name, verdict: 'not-comparable', ratio: null, interval: null, p: null, reason };
    const test = told.get(metric);
    return test === undefined ? sameInAll(metric.name) : judgeDifference(metric, test, options);
  });
}

interface Test {
  /** Corrected for all that are tested together. */
  readonly p: number;
  /** How many metrics are tested together. */
  readonly size: number;
  /** The smallest p that so many runs can give. */
  readonly smallestP: number;
}

/** Metrics of the same number of runs are one family; of several families, each has its share of the false alarms. */
function testTogether(metrics: readonly MetricOfRuns[], random: Random): Map<MetricOfRuns, Test> {
  const families = new Map<string, MetricOfRuns[]>();
  for (const metric of metrics) {
    const sizes = `${metric.baseline.length} v ${metric.candidate.length}`;
    families.set(sizes, [...(families.get(sizes) ?? []), metric]);
  }
  const told = new Map<MetricOfRuns, Test>();
  for (const family of families.values()) {
    const { ps, smallestP } = testFamily(family, random);
    for (const [i, metric] of family.entries())
      told.set(metric, {
        p: Math.min(1, (ps[i] ?? 1) * families.size),
        size: metrics.length,
        smallestP: smallestP * families.size,
      });
  }
  return told;
}

function isConstant({ baseline, candidate }: MetricOfRuns): boolean {
  return new Set([...baseline, ...candidate]).size === 1;
}

function sameInAll(name: string): MetricComparison {
  return {
    name,
    verdict: 'equivalent',
    ratio: 1,
    interval: { low: 1, high: 1 },
    p: 1,
    reason: 'the same in every run',
  };
}

function whyVoid(metric: MetricOfRuns, options: CompareOptions): string | undefined {
  const { differences = [], alpha = defaultAlpha } = options;
  if (differences.length > 0) return `the runs differ in ${differences.join(', ')}`;
  const { baseline, candidate } = metric;
  if (metric.lacks !== undefined) return metric.lacks;
  if (![...baseline, ...candidate].every((value) => value > 0 && Number.isFinite(value)))
    return 'a run has no value for it';
  if (2 / countArrangements(baseline.length, candidate.length) > alpha)
    return `${baseline.length} against ${counted(candidate.length, 'run')} can prove nothing: at least 4 of each are needed, 5 are better`;
  return undefined;
}

function judgeDifference(
  metric: MetricOfRuns,
  { p, size, smallestP }: Test,
  options: CompareOptions,
): MetricComparison {
  const { alpha = defaultAlpha } = options;
  const minEffect = metric.minEffect ?? options.minEffect ?? defaultMinEffect;
  const { ratio, low, high } = shift(metric.baseline, metric.candidate, alpha);
  const isProven = p <= alpha;
  const told = classify({ ratio, low, high, isProven, minEffect, better: metric.better });
  const hint =
    told.verdict === 'no-evidence' && smallestP > alpha
      ? `; to prove one of ${size} figures, ${runsNeeded(size, alpha)} runs a side are needed`
      : '';
  return { name: metric.name, ratio, interval: { low, high }, p, ...told, reason: told.reason + hint };
}

/** The fewest runs a side with which one of so many metrics can be proven different, whether they vary together or not. */
function runsNeeded(metrics: number, alpha: number): number {
  let ways = 2;
  let runs = 1;
  // Of 2n runs, n are chosen: the count grows by this factor with each n.
  for (; (2 * metrics) / ways > alpha; runs++) ways *= (2 * (2 * runs + 1)) / (runs + 1);
  return runs;
}

export interface Difference {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  /** Whether chance alone is ruled out. */
  readonly isProven: boolean;
  readonly minEffect: number;
  readonly better: MetricOfRuns['better'];
}

/** What a ratio with its interval comes to. */
export function classify(difference: Difference): Pick<MetricComparison, 'verdict' | 'reason'> {
  const { ratio, low, high, isProven, minEffect, better } = difference;
  const range = `${change(ratio)}, between ${change(low)} and ${change(high)}`;
  const isLarge = ratio >= 1 + minEffect || ratio <= 1 / (1 + minEffect);
  if (isProven && isLarge)
    return { verdict: ratio > 1 === (better === 'lower') ? 'slower' : 'faster', reason: range };
  const counts = `the ${percent(minEffect)} that count`;
  if (low > 1 / (1 + minEffect) && high < 1 + minEffect)
    return { verdict: 'equivalent', reason: `${range}: within ${counts}` };
  const why = isProven ? `less than ${counts}` : 'chance alone may explain it';
  return { verdict: 'no-evidence', reason: `${range}: ${why}` };
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

const fewestDraws = 500;

/** Draws beyond each end of the interval, so that an end does not hang on a single one. */
const drawsBeyond = 3;

/** Fewer blocks than this do not show how much a run varies within itself. */
export const minBlocks = 6;

/**
 * The ratio of a quantile between two single runs, with an interval from resampling blocks of time. It speaks of
 * these two runs only: how runs differ from each other it cannot know.
 *
 * @param baseline histograms of stretches of at least five seconds, long enough to be nearly independent.
 * @param alpha how often the interval may miss; less where it is one of many.
 * @returns `undefined` where a side has too few blocks.
 */
export function compareWithinRuns(
  baseline: readonly Histogram[],
  candidate: readonly Histogram[],
  q: number,
  random: Random,
  alpha = defaultAlpha,
): BlockComparison | undefined {
  if (baseline.length < minBlocks || candidate.length < minBlocks) return undefined;
  const before = quantileOf(baseline, q);
  const after = quantileOf(candidate, q);
  if (before === undefined || after === undefined || before === 0) return undefined;
  const draws = Math.max(fewestDraws, Math.ceil((2 * drawsBeyond) / alpha));
  const ratios = drawnRatios(drawnQuantile(baseline), drawnQuantile(candidate), { q, random, draws });
  // As many are left out above as below.
  const outside = Math.floor((alpha / 2) * (ratios.length - 1));
  return {
    ratio: after / before,
    low: ratios[outside] ?? after / before,
    high: ratios[ratios.length - 1 - outside] ?? after / before,
  };
}

/** In order. */
function drawnRatios(
  before: DrawnQuantile,
  after: DrawnQuantile,
  { q, random, draws }: { readonly q: number; readonly random: Random; readonly draws: number },
): number[] {
  const ratios: number[] = [];
  for (let i = 0; i < draws; i++) {
    const [old, now] = [before(q, random), after(q, random)];
    if (old !== undefined && now !== undefined && old > 0) ratios.push(now / old);
  }
  return ratios.sort((a, b) => a - b);
}

function quantileOf(blocks: readonly Histogram[], q: number): number | undefined {
  const whole = new Histogram();
  for (const block of blocks) whole.merge(block);
  return whole.quantile(q);
}
