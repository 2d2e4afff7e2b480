import type { Latency, PercentileInterval } from '../../core/run/run';
import type { LiveInterval, LiveIntervals } from '../../protocol/live';

/** How well percentiles are known, for the view; nothing for a run that does not say. */
export function liveIntervals(intervals: Latency['intervals']): { intervals?: LiveIntervals } {
  if (intervals === undefined) return {};
  const { p50, p95, p99 } = intervals;
  return { intervals: { p50: liveInterval(p50), p95: liveInterval(p95), p99: liveInterval(p99) } };
}

function liveInterval(interval: PercentileInterval | null): LiveInterval | null {
  if (interval === null) return null;
  const { low, high, grade, isLowerBound } = interval;
  return { low, high, isLowerBound, isRough: grade === 'rough' };
}
