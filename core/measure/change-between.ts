/** A figure of one run against that of the run before it, said only as far as the intervals of the two allow. */
import { classify, type ComparisonVerdict } from './compare';
import { minEffectOf } from './run-figures';

/** Milliseconds; a side of the interval is `null` where it is open or unknown. */
export interface KnownTime {
  readonly ms: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface Change {
  /** After over before; 1.1 is a tenth more. */
  readonly ratio: number;
  /** About these two runs alone: how runs differ from each other, two of them cannot show. */
  readonly verdict: ComparisonVerdict;
}

/**
 * Both intervals would have to miss for this one to miss, so it is wider than it needs to be: what it calls faster or
 * slower, a comparison of the two runs calls so too.
 *
 * @returns `undefined` where there is no ratio.
 */
export function changeBetween(before: KnownTime, after: KnownTime): Change | undefined {
  if (!(before.ms > 0)) return undefined;
  const ratio = after.ms / before.ms;
  if (before.low === null || before.high === null || after.low === null || after.high === null)
    return { ratio, verdict: 'no-evidence' };
  if (!(before.low > 0)) return { ratio, verdict: 'no-evidence' };
  const [low, high] = [after.low / before.high, after.high / before.low];
  const isProven = low > 1 || high < 1;
  const minEffect = minEffectOf('p95');
  return { ratio, verdict: classify({ ratio, low, high, isProven, minEffect, better: 'lower' }).verdict };
}
