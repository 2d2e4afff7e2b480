/** The peak of a system before and after: what load it sustains, and at which latency. */
import type { Capacity, Run } from '../run/run';

export interface PeakBounds {
  readonly unit: Capacity['unit'];
  /** In that unit: the highest load that held and the lowest that broke; `null` where there was none. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** At the load that held, of the slowest step, in milliseconds. */
  readonly p95: number | null;
}

export interface PeakComparison {
  readonly phase: string;
  readonly baseline: PeakBounds;
  readonly candidate: PeakBounds;
  /** Beyond doubt only where the bounds of the two searches do not meet. */
  readonly verdict: 'higher' | 'lower' | 'no-evidence' | 'not-comparable';
  readonly reason: string;
}

/** @param baseline one or more runs; their bounds are taken together. */
export function comparePeaks(baseline: readonly Run[], candidate: Run): PeakComparison[] {
  return candidate.phases.flatMap(({ name, capacity }) => {
    const before = baseline.flatMap(({ phases }) => phases.find((one) => one.name === name)?.capacity ?? []);
    if (capacity === undefined || before.length === 0) return [];
    const { unit } = before.find((one) => one.unit !== capacity.unit) ?? capacity;
    const bounds = { baseline: together(before, unit), candidate: together([capacity], capacity.unit) };
    return [{ phase: name, ...bounds, ...judge(bounds.baseline, bounds.candidate) }];
  });
}

function together(all: readonly Capacity[], unit: Capacity['unit']): PeakBounds {
  const found = all.filter((one) => one.unit === unit);
  const lowers = found.flatMap(({ lower }) => lower ?? []);
  const uppers = found.flatMap(({ upper }) => upper ?? []);
  const p95s = found.flatMap(({ p95 }) => p95 ?? []);
  return {
    unit,
    lower: lowers.length < found.length ? null : Math.min(...lowers),
    upper: uppers.length < found.length ? null : Math.max(...uppers),
    p95: p95s.length === 0 ? null : Math.max(...p95s),
  };
}

function judge(before: PeakBounds, after: PeakBounds): Pick<PeakComparison, 'verdict' | 'reason'> {
  if (before.unit !== after.unit)
    return { verdict: 'not-comparable', reason: 'one search went by users, and the other by arrivals' };
  if (isAbove(after, before)) return { verdict: 'higher', reason: 'what holds now broke before' };
  if (isAbove(before, after)) return { verdict: 'lower', reason: 'what held before breaks now' };
  return { verdict: 'no-evidence', reason: 'the bounds of the two searches meet' };
}

/** A load that one run held and the other broke at says that they differ; it need not lie apart from both. */
function isAbove({ lower }: PeakBounds, { upper }: PeakBounds): boolean {
  return lower !== null && upper !== null && lower >= upper;
}
