/** Figures as people read them, in the terminal and in reports. */
import { counted } from '../measure/figure';
import type { Capacity, GoalResult, Latency } from '../run/run';

/** `850 ms`, `1.24 s`; a dash where there is none. */
export function milliseconds(ms: number | null): string {
  if (ms === null) return '–';
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return ms >= 100 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(1)} ms`;
}

/**
 * A percentile with its 95 % interval, `312 ms (298–331)`, and `≥` where it can only be higher. An open side of the
 * interval is left out, and a run that is too short to tell has none.
 */
export function percentile(times: Latency, name: 'p50' | 'p95' | 'p99'): string {
  const value = times[name];
  const interval = times.intervals?.[name];
  if (value === null || interval === undefined || interval === null) return milliseconds(value);
  const unitMs = value >= 1000 ? 1000 : 1;
  const side = (ms: number | null): string => (ms === null ? '' : digits(ms / unitMs));
  const figure = `${interval.isLowerBound ? '≥ ' : ''}${milliseconds(value)}`;
  if (interval.low === null && interval.high === null) return figure;
  return `${figure} (${side(interval.low)}–${side(interval.high)})`;
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/** `0:42`, `12:05`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function perSecond(rate: number | null): string {
  return rate === null ? '–' : `${rate >= 100 ? rate.toFixed(0) : rate.toFixed(1)}/s`;
}

/** How high a load is: `20.0/s` of arrivals, or `20 users`. */
export function loadLevel(level: number | null, unit: Capacity['unit']): string {
  if (unit === 'per-second' || level === null) return perSecond(level);
  return counted(Math.round(level), 'user');
}

export function share(value: number | null): string {
  if (value === null) return '–';
  const percent = value * 100;
  return `${percent === 0 || percent >= 99.995 ? percent.toFixed(0) : percent.toFixed(percent < 1 ? 2 : 1)} %`;
}

export function inUnit(value: number | null, unit: GoalResult['unit']): string {
  if (unit === 'ms') return milliseconds(value);
  return unit === 'share' ? share(value) : loadLevel(value, unit);
}
