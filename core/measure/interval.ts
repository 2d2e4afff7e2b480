import { regularisedBeta } from './binomial';
import type { Histogram } from './histogram';

/** Ranks count from 1; `null` where no sample bounds the quantile on that side with the confidence asked for. */
export interface RankInterval {
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The ranks of the order statistics between which the true quantile lies, whatever the distribution: each side is
 * missed with half of `1 - confidence`. Ranks may lie between whole numbers (fractional order statistics, Hutson 1999),
 * since whole ones alone hold the truth more often than is said.
 *
 * @param q above 0 and below 1.
 * @param samples how many samples, taken as independent; need not be whole.
 */
export function rankInterval(q: number, samples: number, confidence = 0.95): RankInterval {
  const miss = (1 - confidence) / 2;
  /** The probability that the sample of a rank lies below the quantile: it falls as the rank grows. */
  const isBelow = (rank: number): number => regularisedBeta(q, rank, samples + 1 - rank);
  return {
    low: samples < 1 || isBelow(1) < 1 - miss ? null : rankAt(isBelow, 1 - miss, samples),
    high: samples < 1 || isBelow(samples) > miss ? null : rankAt(isBelow, miss, samples),
  };
}

/** The rank at which a falling function has a value, by halving. */
function rankAt(fallsWith: (rank: number) => number, value: number, samples: number): number {
  let [low, high] = [1, samples];
  while (high - low > rankPrecision * samples) {
    const middle = (low + high) / 2;
    if (fallsWith(middle) > value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** As a share of all ranks: far finer than the buckets of a histogram. */
const rankPrecision = 1e-7;

/** In the unit of the histogram; `null` where that side is open, both where nothing can be said. */
export interface QuantileInterval {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * A quantile with its 95 % interval from order statistics. Requests of one run resemble their neighbours: where the
 * samples are also given by blocks of time, the interval is as wide as the blocks differ from each other. It tells how
 * well this run knows its own quantile; the next run may well lie outside it.
 *
 * @param blocks the same samples, by stretches of 5 s or more. With fewer than `minBlocks` nobody knows how much they
 * differ, and both sides are open; without any, samples are taken as independent of each other.
 * @returns `undefined` where the histogram is empty.
 */
export function interval(
  q: number,
  histogram: Histogram,
  confidence = 0.95,
  blocks: readonly Histogram[] = [],
): QuantileInterval | undefined {
  const value = histogram.quantile(q);
  if (value === undefined) return undefined;
  if (blocks.length > 0 && blocks.length < minBlocks) return { value, low: null, high: null };
  const worth = histogram.total / samplesPerIndependent(value, blocks, confidence);
  const ranks = rankInterval(q, worth, confidence);
  return { value, low: atRank(histogram, ranks.low, worth), high: atRank(histogram, ranks.high, worth) };
}

function atRank(histogram: Histogram, rank: number | null, ranks: number): number | null {
  if (rank === null) return null;
  // Half a rank below, so that rounding cannot push the share past the rank that is meant.
  return histogram.quantile((rank - 0.5) / ranks) ?? null;
}

/**
 * Taken as independent, fewer blocks would make intervals that hold the truth in 41 to 67 of 100 runs where requests
 * resemble their neighbours: worse than none.
 */
export const minBlocks = 6;

/**
 * How many samples are worth one independent sample: the variance of the share below a value, as the blocks show it,
 * over that of as many independent samples. This is what a bootstrap over blocks comes to in the mean, without drawing;
 * few blocks tell it with an error of their own, for which Student's law allows.
 */
function samplesPerIndependent(value: number, blocks: readonly Histogram[], confidence: number): number {
  if (blocks.length === 0) return 1;
  const counts = blocks.map((block) => ({ all: block.total, below: block.total - block.countAbove(value) }));
  const all = counts.reduce((sum, block) => sum + block.all, 0);
  const share = counts.reduce((sum, block) => sum + block.below, 0) / all;
  const independent = all * share * (1 - share);
  if (!(independent > 0)) return 1;
  const off = counts.map((block) => block.below - share * block.all);
  const squares = off.reduce((sum, each) => sum + each ** 2, 0);
  if (squares === 0) return leastPerIndependent;
  const observed = (squares * blocks.length) / (blocks.length - 1);
  const factor = studentFactor(freedomOf(off, squares), confidence);
  return Math.max(leastPerIndependent, (observed / independent) * factor ** 2);
}

/** Blocks that happen to be alike do not make one sample worth any number of them. */
const leastPerIndependent = 0.25;

/**
 * How many degrees of freedom the spread of the blocks is known with: at most one less than there are. Where slow
 * requests come in bursts, a few blocks hold most of them, and the spread is known far worse, by the kurtosis of the
 * blocks. That of a sample is smaller than the true one, the more so the fewer the blocks: hence half of the
 * 2n ÷ (kurtosis - 1) that it would be were it known. Behind a queue the interval of a p99 would else hold the truth in
 * 90 of 100 runs.
 */
function freedomOf(off: readonly number[], squares: number): number {
  const blocks = off.length;
  const kurtosis = (blocks * off.reduce((sum, each) => sum + each ** 4, 0)) / squares ** 2;
  return Math.max(minFreedom, Math.min(blocks - 1, blocks / (kurtosis - 1)));
}

/** Student's law with fewer has no spread at all. */
const minFreedom = 2;

/** How much wider a two-sided interval is when its spread was estimated with so many degrees of freedom. */
function studentFactor(freedom: number, confidence: number): number {
  return studentQuantile(freedom, confidence) / studentQuantile(Infinity, confidence);
}

/** What a variable with Student's law exceeds, up or down, with `1 - confidence`. By halving: few are ever needed. */
function studentQuantile(freedom: number, confidence: number): number {
  const nu = Math.min(freedom, normalFreedom);
  let [low, high] = [0, 100];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (regularisedBeta(nu / (nu + middle ** 2), nu / 2, 0.5) > 1 - confidence) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** With so many degrees of freedom Student's law is the normal one, to six digits. */
const normalFreedom = 1e6;
