/** What changed in a profile, in words that every view shares. */
import type { Delta, FunctionDelta } from '../profile/compare-profiles';

/** Whether the recordings were long enough for intervals. */
export function isProvable(functions: readonly FunctionDelta[]): boolean {
  return functions.some(({ total }) => total.interval !== null);
}

/** In points of the whole, with the interval that holds the true difference with 95 %. */
export function pointsText({ difference, interval }: Delta): string {
  const points = (value: number): string => `${value > 0 ? '+' : ''}${(value * 100).toFixed(1)}`;
  const range = interval === null ? '' : ` (${points(interval.low)} to ${points(interval.high)})`;
  return `${points(difference)} points${range}`;
}

/** Without intervals nothing is proven, and a difference is only what was seen. */
export function verdictWord({ before, after, verdict }: Delta, isSure: boolean): string {
  if (verdict === 'no-evidence') return isSure ? 'no evidence of change' : 'seen once, which proves nothing';
  if (after === 0) return 'gone';
  return before === 0 ? 'new' : verdict;
}
