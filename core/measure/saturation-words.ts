/** The sentences of the finding of what saturated first. Every figure in them was measured. */
import { bytes, counted, levelInWords, milliseconds, perSecond, percent } from './figure';
import type { Gauge } from './saturation-gauges';
import type { Onset } from './saturation-onset';
import type { LoadCourse, Stage } from './saturation-stages';

/** What the load did to whom it was for: a goal that was left, or the end of a search. */
export interface Consequence {
  /** Such as `p95(execute) in load < 300ms no longer held`. */
  readonly what: string;
  /** Wall clock at which it began, where the load moves; the load at which it began, in a search. */
  readonly atMs?: number;
  readonly load?: number;
}

/** Times that are nearer than this cannot be told apart. */
export function resolutionMs({ stages }: LoadCourse): number {
  const [first] = stages;
  return first === undefined ? 0 : first.toMs - first.fromMs;
}

/** What is told of a core that a process was ready to use and did not get, from this share on. */
const toldDenied = 0.02;

/** `agents, with one core of one process (pid 7) at 98 %`: no colon, for it often follows one. */
export function fillInWords(gauge: Gauge, { share, denied }: Pick<Onset, 'share' | 'denied'>): string {
  const { component, kind, instance, limit } = gauge;
  const full = wholePercent(share);
  if (kind === 'core') {
    const waited =
      denied < toldDenied ? '' : `, ready to run and waiting for a core in ${wholePercent(denied)}`;
    return `${component}, with one core of one process${named(instance)} at ${full}${waited}`;
  }
  if (kind === 'machine') return `the machine, with its ${cores(limit)} at ${full}`;
  if (kind === 'cores') return `${component}, with its ${cores(limit)} at ${full}`;
  if (gauge.metric === 'throttled')
    return `${component}, held back by its quota of CPU for ${full} of the time`;
  return `${component}, with ${resourceName(gauge.metric)}${named(instance)} at ${full} of ${limitInWords(gauge)}`;
}

/** Readings overshoot a little; more than all there is would only puzzle. */
function wholePercent(share: number): string {
  return percent(Math.min(1, Math.round(share * 100) / 100));
}

function named(instance: string | null): string {
  return instance === null ? '' : ` (${instance})`;
}

function cores(count: number): string {
  return count === 1 ? 'one core' : `${Number(count.toFixed(2))} cores`;
}

function resourceName(metric: string): string {
  return metric === 'files' ? 'open files' : metric;
}

function limitInWords({ limit, unit }: Gauge): string {
  if (unit === 'bytes') return bytes(limit);
  return unit === 'ms' ? milliseconds(limit) : counted(limit, '').trim();
}

/** `from 212 requests/s (64 users) on`; `throughout` where it began with the load. */
export function sinceInWords({ index, fills }: Onset, course: LoadCourse): string {
  const fill = fills[index];
  if (fill === undefined) return '';
  const load = loadInWords(fill.stage, course);
  const isFirst = fills.slice(0, index).every(({ share }) => share === null);
  if (!isFirst) return `from ${load} on`;
  return course.order === 'load' ? `from the lowest load, ${load}, on` : `throughout, from ${load} on`;
}

/** The load of a trial. */
export function levelIn(load: number, unit: LoadCourse['unit']): string {
  return levelInWords(load, unit === 'users' ? 'users' : 'per-second');
}

export function loadInWords({ load, rate }: Stage, { unit, order }: LoadCourse): string {
  if (order === 'load') return levelIn(load, unit);
  const requests = rate === null ? undefined : `${perSecond(rate).replace('/s', '')} requests/s`;
  if (unit === 'arrivals') return requests ?? `${perSecond(load)} arrivals`;
  const users = counted(Math.round(load), 'user');
  return requests === undefined ? users : `${requests} (${users})`;
}

/** How the consequence stands to the onset: what came long before cannot have been caused by it. */
export function consequenceInWords(consequence: Consequence, onset: Onset, course: LoadCourse): string {
  const { what, atMs, load } = consequence;
  const stage = onset.fills[onset.index]?.stage;
  if (atMs !== undefined) {
    const lateMs = atMs - onset.atMs;
    if (lateMs < -resolutionMs(course)) return `yet ${what} ${milliseconds(-lateMs)} before that`;
    const isLater = lateMs >= Math.min(2000, resolutionMs(course));
    return isLater ? `${what} ${milliseconds(roundSecond(lateMs))} later` : `${what} at about that time`;
  }
  if (load === undefined || stage === undefined) return what;
  if (load < stage.load) {
    // Where nothing is known of the loads between, it may have been full there already.
    const known = onset.fills
      .slice(0, onset.index)
      .find((fill) => fill.share !== null && fill.stage.load >= load);
    const share =
      known?.share == null
        ? ''
        : `; at ${levelIn(known.stage.load, course.unit)} that was at ${wholePercent(known.share)}`;
    return `${what} at ${levelIn(load, course.unit)} already${share}`;
  }
  return load === stage.load ? `${what} at that load` : `${what} at ${levelIn(load, course.unit)}`;
}

function roundSecond(ms: number): number {
  return Math.round(ms / 1000) * 1000;
}
