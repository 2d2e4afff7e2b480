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

/** In the unit of the histogram; `null` where that side is open. */
export interface QuantileInterval {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * A quantile with its 95 % interval from order statistics. Requests of one run resemble their neighbours, so the
 * interval is a lower bound on the uncertainty: the next run may well lie outside it.
 *
 * @returns `undefined` where the histogram is empty.
 */
export function interval(q: number, histogram: Histogram, confidence = 0.95): QuantileInterval | undefined {
  const value = histogram.quantile(q);
  if (value === undefined) return undefined;
  const ranks = rankInterval(q, histogram.total, confidence);
  return { value, low: atRank(histogram, ranks.low), high: atRank(histogram, ranks.high) };
}

function atRank(histogram: Histogram, rank: number | null): number | null {
  if (rank === null) return null;
  // Half a rank below, so that rounding cannot push the share past the rank that is meant.
  return histogram.quantile((rank - 0.5) / histogram.total) ?? null;
}
