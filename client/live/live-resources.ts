/** The resources of a run on the bins of its charts, so that one cursor reads them all. */
import type { ResourceGap, ResourcePoint, ResourceSeries } from '../../core/measure/resource-series';
import { usualDistanceMs } from '../../core/measure/saturation-gauges';
import type { Run } from '../../core/run/run';
import {
  liveLimits,
  type LivePoints,
  type LiveResource,
  type LiveResourceGap,
  type LiveSaturation,
} from '../../protocol/live';
import { clipText } from './clip';
import type { LiveColumns } from './live-points';

/** Where there is no room for all, the figures of whole components are worth more than those of single processes. */
export function liveResources(
  series: readonly ResourceSeries[],
  { points, binS }: LiveColumns,
  zeroMs: number,
): LiveResource[] {
  const wholeFirst = [...series].sort((a, b) => Number(a.instance !== null) - Number(b.instance !== null));
  return wholeFirst.slice(0, liveLimits.resources).map((one) => {
    const { component, metric, source, instance, unit, limit } = one;
    const key = clipText([component, metric, source, instance ?? ''].join('\n'));
    const values = binned(one.points, points, binS, zeroMs);
    return { key, component, metric, source, instance, unit, limit, values };
  });
}

/** A reading stands for the time since the one before, but not for more than this many usual distances. */
const standsForDistances = 1.5;

/**
 * A value for each bin: the mean of the readings in it; where readings are rarer than bins, the one that comes next.
 * Nothing is drawn over a gap.
 */
function binned(
  readings: readonly ResourcePoint[],
  points: LivePoints,
  binS: number,
  zeroMs: number,
): (number | null)[] {
  const reachMs = usualDistanceMs(readings) * standsForDistances;
  let next = 0;
  return points.t.map((t, index) => {
    const fromMs = zeroMs + t * 1000;
    const toMs = Math.min(fromMs + binS * 1000, zeroMs + (points.t[index + 1] ?? Infinity) * 1000);
    const first = firstAt(readings, next, fromMs);
    next = firstAt(readings, first, toMs);
    if (isBreak(points, index)) return null;
    return next > first ? meanOf(readings.slice(first, next)) : valueWithin(readings[next], fromMs + reachMs);
  });
}

/** Index of the first reading at `timeMs` or later, looked for from `start` on. */
function firstAt(readings: readonly ResourcePoint[], start: number, timeMs: number): number {
  let index = start;
  while ((readings[index]?.timeMs ?? Infinity) < timeMs) index += 1;
  return index;
}

function meanOf(readings: readonly ResourcePoint[]): number | null {
  const known = readings.flatMap(({ value }) => value ?? []);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function valueWithin(reading: ResourcePoint | undefined, untilMs: number): number | null {
  return reading !== undefined && reading.timeMs <= untilMs ? reading.value : null;
}

/** Points between two loads have no value at all. */
function isBreak({ users, ok, dropped }: LivePoints, index: number): boolean {
  return users[index] === null && ok[index] === null && dropped[index] === null;
}

export function liveGaps(gaps: readonly ResourceGap[], zeroMs: number): LiveResourceGap[] {
  return gaps.map(({ component, source, reason, fromMs, toMs }) => ({
    component,
    source,
    reason,
    fromS: (fromMs - zeroMs) / 1000,
    toS: (toMs - zeroMs) / 1000,
  }));
}

export function liveSaturation(run: Run | undefined): LiveSaturation[] {
  return (run?.phases ?? []).flatMap(({ name, saturation }) => {
    if (saturation === undefined) return [];
    const { message } = saturation;
    const isFound = saturation.kind === 'saturated';
    // What the sentence itself tells need not be told again.
    const notes = saturation.notes
      .filter((note) => !message.startsWith(note))
      .slice(0, liveLimits.notes)
      .map(clipText);
    return [{ phase: name, isFound, component: isFound ? saturation.component : null, message, notes }];
  });
}
