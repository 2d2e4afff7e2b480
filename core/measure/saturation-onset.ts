/** From which stage on a resource is at its limit for good: one high reading is no saturation. */
import { isAtLimit, usualDistanceMs, type Gauge, type SharePoint } from './saturation-gauges';
import type { LoadCourse, Stage } from './saturation-stages';

/** How full a resource was in a stage. */
export interface Fill {
  readonly stage: Stage;
  /** Mean share of the limit; `null` where there are too few readings to tell. */
  readonly share: number | null;
  /** Mean share that it was ready to use besides, and did not get. */
  readonly denied: number;
  readonly isFull: boolean;
  readonly readings: number;
}

export interface Onset {
  /** Index of the stage in the course, from which on the resource was full. */
  readonly index: number;
  /** Wall clock of its first reading at the limit. */
  readonly atMs: number;
  /** Mean share of the limit from there on. */
  readonly share: number;
  /** Mean share that it was ready to use besides from there on, and did not get. */
  readonly denied: number;
  readonly fills: readonly Fill[];
}

/** A resource that reached its limit. */
export interface Candidate {
  readonly gauge: Gauge;
  readonly onset: Onset;
}

/** The share of the readings of a stage that must be at the limit. */
const fullReadings = 0.7;

/** Fewer readings are an accident. */
const minReadings = 3;

/** The share of the later stages, under at least this load, that must be full too. */
const fullStages = 0.8;

/** Stages of one moving load that must be full: a burst is no saturation. */
const minFullStages = 2;

/** A load that is lower than this share of that at the onset is a lower one. */
const sameLoad = 0.95;

/** The fills of a resource by the stages of a course, of which trials at one load are one. */
export function fillsOf(gauge: Gauge, { stages, order }: LoadCourse): Fill[] {
  const slackMs = Math.min(1000, usualDistanceMs(gauge.shares)) / 2;
  const groups: Stage[][] = [];
  for (const stage of stages) {
    const last = groups.at(-1);
    if (order === 'load' && last?.[0]?.load === stage.load) last.push(stage);
    else groups.push([stage]);
  }
  return groups.map((group) => fillOf(gauge, group, slackMs));
}

/** A rate of CPU is over the time before its reading, so that a stage begins and ends a little late for readings. */
function fillOf(gauge: Gauge, group: readonly Stage[], slackMs: number): Fill {
  const points = group.flatMap(({ fromMs, toMs }) => known(gauge.shares, fromMs + slackMs, toMs + slackMs));
  const full = points.filter((point) => isAtLimit(gauge, point)).length;
  const isEnough = points.length >= minReadings;
  return {
    stage: merged(group),
    share: isEnough ? points.reduce((sum, { value }) => sum + (value ?? 0), 0) / points.length : null,
    denied: points.reduce((sum, { denied = 0 }) => sum + denied, 0) / Math.max(1, points.length),
    isFull: isEnough && full >= points.length * fullReadings,
    readings: points.length,
  };
}

function known(points: readonly SharePoint[], fromMs: number, toMs: number): SharePoint[] {
  return points.filter(({ timeMs, value }) => value !== null && timeMs > fromMs && timeMs <= toMs);
}

function merged(group: readonly Stage[]): Stage {
  const [first, ...others] = group;
  if (first === undefined) throw new Error('a group of stages is never empty');
  const highest = (values: readonly (number | null)[]): number | null => {
    const told = values.filter((value) => value !== null);
    return told.length === 0 ? null : Math.max(...told);
  };
  return {
    ...first,
    toMs: others.at(-1)?.toMs ?? first.toMs,
    rate: highest(group.map(({ rate }) => rate)),
    delivered: highest(group.map(({ delivered }) => delivered)),
  };
}

/** @returns `undefined` where the resource was never at its limit for long. */
export function onsetOf(gauge: Gauge, course: LoadCourse): Onset | undefined {
  const fills = fillsOf(gauge, course);
  const least = course.order === 'time' ? Math.min(minFullStages, fills.length) : 1;
  for (const [index, fill] of fills.entries()) {
    if (!fill.isFull) continue;
    const later = laterUnderLoad(fills, index);
    const full = later.filter(({ isFull }) => isFull);
    if (full.length < least || full.length < later.length * fullStages) continue;
    return {
      index,
      atMs: firstFullMs(gauge, fills, index, course),
      share: meanOf(full, ({ share }) => share ?? 0),
      denied: meanOf(full, ({ denied }) => denied),
      fills,
    };
  }
  return undefined;
}

/** The stages from `index` on, of which enough is known, under no less load than there. */
function laterUnderLoad(fills: readonly Fill[], index: number): Fill[] {
  const least = (fills[index]?.stage.load ?? 0) * sameLoad;
  return fills.slice(index).filter(({ share, stage }) => share !== null && stage.load >= least);
}

/** In one moving load, a resource may have filled up at the end of the stage before. */
function firstFullMs(gauge: Gauge, fills: readonly Fill[], index: number, { order }: LoadCourse): number {
  const stage = fills[index]?.stage;
  const earliestMs = (order === 'time' ? fills[index - 1] : fills[index])?.stage.fromMs ?? 0;
  const before = gauge.shares.filter(({ timeMs }) => timeMs > earliestMs && timeMs <= (stage?.toMs ?? 0));
  const lastLow = before.findLastIndex(
    (point) => point.timeMs <= (stage?.fromMs ?? 0) && point.value !== null && !isAtLimit(gauge, point),
  );
  const first = before.slice(lastLow + 1).find((point) => isAtLimit(gauge, point));
  return first?.timeMs ?? stage?.fromMs ?? 0;
}

/** Stages of one load count by their readings. */
function meanOf(fills: readonly Fill[], valueOf: (fill: Fill) => number): number {
  const readings = fills.reduce((sum, fill) => sum + fill.readings, 0);
  return fills.reduce((sum, fill) => sum + valueOf(fill) * fill.readings, 0) / Math.max(1, readings);
}

/** The mean share over the stages from `index` on; `undefined` where none is known. */
export function meanFrom(fills: readonly Fill[], index: number): number | undefined {
  const known = fills.slice(index).filter(({ share }) => share !== null);
  return known.length === 0 ? undefined : meanOf(known, ({ share }) => share ?? 0);
}
