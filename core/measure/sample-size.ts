/**
 * How many samples a percentile needs before it is stated.
 *
 * The rule: a percentile is stated once the largest of n samples bounds it from above with 95 % confidence, that is
 * once 1 - q^n >= 0.95 (order statistics, no assumption on the distribution; Le Boudec, "Performance evaluation of
 * computer and communication systems", chapter 2). Above ten the number is rounded up to tens: p50 5, p90 30, p95 60,
 * p99 300, p99.9 3,000. Requests of one run resemble their neighbours, so the true need is higher, never lower.
 */

const confidence = 0.95;

/** From this multiple of the need on, the interval is narrow enough to compare by eye. */
const fairFactor = 10;

/** From this multiple on, the figure may stand alone. */
const plainFactor = 100 / 3;

/**
 * @param q above 0 and below 1.
 * @returns the fewest samples with which the quantile `q` is stated.
 */
export function samplesNeeded(q: number): number {
  // The quantile nearer to the edge decides: a p5 is as hard as a p95.
  const tail = Math.max(q, 1 - q);
  // The guard keeps a result that is a whole number but for its last bit from being rounded up.
  const exact = Math.ceil(Math.log(1 - confidence) / Math.log(tail) - 1e-9);
  return exact > 10 ? Math.ceil(exact / 10) * 10 : exact;
}

/**
 * How far a percentile over `samples` samples may be trusted. `withheld`: not stated. `rough`: with its interval, and
 * set apart. `fair`: with its interval. `plain`: as a figure.
 */
export type SampleGrade = 'withheld' | 'rough' | 'fair' | 'plain';

export function sampleGrade(q: number, samples: number): SampleGrade {
  const need = samplesNeeded(q);
  if (samples < need) return 'withheld';
  if (samples < need * fairFactor) return 'rough';
  return samples < Math.round(need * plainFactor) ? 'fair' : 'plain';
}
