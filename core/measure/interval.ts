import { binomialAtMost } from './binomial';
import type { Histogram } from './histogram';

/** Ranks count from 1; `null` where no sample bounds the quantile on that side with the confidence asked for. */
export interface RankInterval {
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The ranks of the order statistics between which the true quantile lies, whatever the distribution: each side is
 * missed with at most half of `1 - confidence`.
 *
 * @param q above 0 and below 1.
 * @param samples how many samples, taken as independent.
 */
export function rankInterval(q: number, samples: number, confidence = 0.95): RankInterval {
  const miss = (1 - confidence) / 2;
  // The quantile lies below the sample of rank r when at most r - 1 samples are below the quantile.
  const low = smallestRank(samples, (rank) => binomialAtMost(rank - 1, samples, q) > miss) - 1;
  const high = smallestRank(samples, (rank) => binomialAtMost(rank - 1, samples, q) >= 1 - miss);
  return { low: low < 1 ? null : low, high: high > samples ? null : high };
}

/** The smallest rank for which `holds`, which never turns false again; `samples + 1` where it holds for none. */
function smallestRank(samples: number, holds: (rank: number) => boolean): number {
  let below = 0;
  let above = samples + 1;
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return above;
}

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
  // At most all of them, so that the wider of the two intervals is told.
  const worth = Math.floor(histogram.total / Math.max(1, samplesPerIndependent(value, blocks, confidence)));
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
  const squares = counts.reduce((sum, block) => sum + (block.below - share * block.all) ** 2, 0);
  const observed = (squares * blocks.length) / (blocks.length - 1);
  return (observed / independent) * studentFactor(blocks.length - 1, confidence) ** 2;
}

/** How much wider an interval is when its spread was estimated with so many degrees of freedom (Hill 1970, cut short). */
function studentFactor(freedom: number, confidence: number): number {
  const z2 = normalQuantile(1 - (1 - confidence) / 2) ** 2;
  return 1 + (z2 + 1) / (4 * freedom) + (5 * z2 ** 2 + 16 * z2 + 3) / (96 * freedom ** 2);
}

/** By halving: only a handful of intervals are made, each of them once. */
function normalQuantile(p: number): number {
  let [low, high] = [0, 10];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (normalAtMost(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** For x >= 0, to 7 digits (Abramowitz and Stegun 26.2.17). */
function normalAtMost(x: number): number {
  const t = 1 / (1 + 0.2316419 * x);
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
