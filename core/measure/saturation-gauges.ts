/** Which resources have a limit that can be reached, and how full each was over time, as a share of that limit. */
import { generatorComponent, type ResourceSource } from './record';
import type { ResourcePoint, ResourceSeries } from './resource-series';
import { hotCpuShare } from './health';

/**
 * `core`: one process that never gets beyond one core. `cores`: all the cores that a component may use. `machine`: all
 * components together. `limit`: any other resource with a limit.
 */
export type LimitKind = 'core' | 'cores' | 'machine' | 'limit';

/** A share of a limit at a time; `null` in a gap. */
export interface SharePoint extends ResourcePoint {
  /** The share that it was ready to use besides, and did not get because other processes had the cores. */
  readonly denied?: number;
}

export interface Gauge {
  /** A target, `generator`, or `machine`. */
  readonly component: string;
  readonly metric: string;
  readonly kind: LimitKind;
  readonly source: ResourceSource;
  readonly instance: string | null;
  readonly unit: ResourceSeries['unit'];
  readonly limit: number;
  /** The share of the limit from which on it counts as reached. */
  readonly fullFrom: number;
  readonly shares: readonly SharePoint[];
}

/** What of its limit was used or would have been, had others not been in the way; `null` in a gap. */
export function wantedShare({ value, denied = 0 }: SharePoint): number | null {
  return value === null ? null : value + denied;
}

export function isAtLimit({ fullFrom }: Gauge, point: SharePoint): boolean {
  const wanted = wantedShare(point);
  return wanted !== null && wanted >= fullFrom;
}

/** The machine that the generator runs on. */
export interface Machine {
  readonly cpus: number;
  /** Whether a target runs on it too. */
  readonly isShared: boolean;
}

/** The component of the machine as a whole. */
export const machineComponent = 'machine';

const fullShare = 0.9;

/** A component that its quota holds back in this share of its periods has used it up, whatever its mean use is. */
const heldBackShare = 0.05;

/** A process that has been seen above this is not held by one core; readings of rates overshoot a little. */
const coreCeiling = 1.15;
const minAboveCeiling = 0.05;

/** Sources that read a machine or a process themselves; what a server elsewhere tells may be of another machine. */
const localSources: ReadonlySet<ResourceSource> = new Set(['process', 'generator']);

export function gaugesOf(series: readonly ResourceSeries[], machine: Machine): Gauge[] {
  return [
    ...series.flatMap(coreGauge),
    ...limitGauges(series),
    ...coresGauges(series),
    ...machineGauge(series, machine),
    ...generatorGauge(series, machine),
  ];
}

/** A process that got less than this of a core was held by those that took the cores, and not by being one thread. */
const leastGot = 0.7;

/** A process of a runtime that runs one thread at a time is full at one core, however many there are. */
function coreGauge(one: ResourceSeries, _index: number, all: readonly ResourceSeries[]): Gauge[] {
  const isTarget = one.component !== generatorComponent;
  if (one.metric !== 'cpu' || !isTarget || !isOneProcess(one, all)) return [];
  const shares = withDenied(one, all);
  if (!isHeldByOneCore(shares)) return [];
  return one.limit !== null && one.limit < 1 ? [] : [{ ...gaugeOf(one, 'core', 1), shares }];
}

/** On a machine that is shared, a process waits for its turn: it has no more to give, although its CPU is below a core. */
function withDenied(
  { component, source, instance, points }: ResourceSeries,
  all: readonly ResourceSeries[],
): readonly SharePoint[] {
  const waiting = all.find(
    (other) =>
      other.metric === 'waiting' &&
      other.component === component &&
      other.source === source &&
      other.instance === instance,
  );
  if (waiting === undefined) return points;
  const waited = new Map(waiting.points.map(({ timeMs, value }) => [timeMs, value]));
  return points.map((point) => {
    const denied = waited.get(point.timeMs);
    return denied == null || point.value === null || point.value < leastGot ? point : { ...point, denied };
  });
}

function limitGauges(series: readonly ResourceSeries[]): Gauge[] {
  return series.flatMap((one) => {
    if (isWholeMachine(one)) return [];
    if (one.metric === 'throttled') return [{ ...gaugeOf(one, 'limit', 1), fullFrom: heldBackShare }];
    return one.metric === 'cpu' || one.limit === null || one.limit <= 0
      ? []
      : [gaugeOf(one, 'limit', one.limit)];
  });
}

/** Each component against all the cores that it may use, by each source. */
function coresGauges(series: readonly ResourceSeries[]): Gauge[] {
  const bySource = new Map<string, ResourceSeries[]>();
  for (const one of cpuParts(series)) {
    if (one.component === generatorComponent) continue;
    const key = `${one.source}\n${one.component}`;
    bySource.set(key, [...(bySource.get(key) ?? []), one]);
  }
  return [...bySource.values()].flatMap((parts) => {
    const first = parts[0];
    const limit = Math.max(...parts.map((part) => part.limit ?? 0));
    if (first === undefined || limit <= 0) return [];
    const points = sumOf(parts.map((part) => part.points));
    const instance = parts.length === 1 ? first.instance : null;
    return [gaugeOf({ ...first, instance, points }, 'cores', limit)];
  });
}

function gaugeOf(one: ResourceSeries, kind: LimitKind, limit: number): Gauge {
  const { component, metric, source, instance, unit, points } = one;
  const shares = sharesOf(points, limit);
  return { component, metric, kind, source, instance, unit, limit, fullFrom: fullShare, shares };
}

function sharesOf(points: readonly ResourcePoint[], limit: number): ResourcePoint[] {
  return points.map(({ timeMs, value }) => ({ timeMs, value: value === null ? null : value / limit }));
}

/** The sum of several processes near one core says nothing: each of them may be idle by half. */
function isOneProcess(one: ResourceSeries, all: readonly ResourceSeries[]): boolean {
  if (one.source === 'docker') return false;
  if (one.instance !== null) return true;
  const { component, source, metric } = one;
  return !all.some(
    (other) =>
      other !== one &&
      other.component === component &&
      other.source === source &&
      other.metric === metric &&
      other.instance !== null,
  );
}

function isHeldByOneCore(points: readonly SharePoint[]): boolean {
  const values = points.map(wantedShare).filter((value) => value !== null);
  const above = values.filter((value) => value > coreCeiling).length;
  return values.length > 0 && above <= values.length * minAboveCeiling;
}

/** What everything on the machine uses: as read, else all known processes together, which can only be less. */
function machineGauge(series: readonly ResourceSeries[], machine: Machine): Gauge[] {
  const { isShared } = machine;
  const whole = series.find(isWholeMachine);
  if (whole !== undefined && whole.limit !== null) {
    const gauge = gaugeOf(whole, isShared ? 'machine' : 'cores', whole.limit);
    return [{ ...gauge, metric: 'cpu', component: isShared ? machineComponent : generatorComponent }];
  }
  return isShared ? readGauge(series, machine) : [];
}

function isWholeMachine({ component, metric }: ResourceSeries): boolean {
  return component === generatorComponent && metric === 'machine';
}

/** All that was read of the processes of the machine, as a share of it. */
export function readGauge(series: readonly ResourceSeries[], { cpus }: Machine): Gauge[] {
  const parts = cpuParts(series.filter(({ source }) => localSources.has(source)));
  if (!parts.some(({ component }) => component !== generatorComponent)) return [];
  return [{ ...wholeGauge(parts, cpus), component: machineComponent, kind: 'machine', fullFrom: fullShare }];
}

function generatorGauge(series: readonly ResourceSeries[], { cpus }: Machine): Gauge[] {
  const parts = cpuParts(series.filter(({ component }) => component === generatorComponent));
  if (parts.length === 0) return [];
  return [
    { ...wholeGauge(parts, cpus), component: generatorComponent, kind: 'cores', fullFrom: hotCpuShare },
  ];
}

/** The CPU series that can be added: totals where there are some, else the instances. */
function cpuParts(series: readonly ResourceSeries[]): ResourceSeries[] {
  const cpu = series.filter(({ metric }) => metric === 'cpu');
  return cpu.filter(
    (one) =>
      one.instance === null ||
      !cpu.some(({ component, source, instance }) => {
        return instance === null && component === one.component && source === one.source;
      }),
  );
}

function wholeGauge(
  parts: readonly ResourceSeries[],
  cpus: number,
): Omit<Gauge, 'component' | 'kind' | 'fullFrom'> {
  const shares = sharesOf(sumOf(parts.map(({ points }) => points)), cpus);
  return { metric: 'cpu', source: 'generator', instance: null, unit: 'cores', limit: cpus, shares };
}

/** Readings are not taken at one time: each is good for this many of the usual distances. */
const goodForDistances = 1.5;

/** Values added up at the times of the longest series. What is not known at a time is left out: a sum is a lower bound. */
function sumOf(parts: readonly (readonly ResourcePoint[])[]): ResourcePoint[] {
  const longest = [...parts].sort((a, b) => b.length - a.length)[0] ?? [];
  const readers = parts.map(nearestValue);
  return longest.map(({ timeMs }) => {
    const known = readers.map((read) => read(timeMs)).filter((value) => value !== null);
    return { timeMs, value: known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) };
  });
}

/** @returns what gives the value nearest to a time, asked for times that go up; `null` where there is none near. */
function nearestValue(points: readonly ResourcePoint[]): (timeMs: number) => number | null {
  const goodForMs = Math.max(1000, goodForDistances * usualDistanceMs(points));
  let at = 0;
  return (timeMs) => {
    const distance = (index: number): number => Math.abs((points[index]?.timeMs ?? Infinity) - timeMs);
    while (at + 1 < points.length && distance(at + 1) <= distance(at)) at++;
    return distance(at) <= goodForMs ? (points[at]?.value ?? null) : null;
  };
}

/** The median distance of two readings; 0 where there are fewer than two. */
export function usualDistanceMs(points: readonly ResourcePoint[]): number {
  const distances = points.slice(1).map(({ timeMs }, index) => timeMs - (points[index]?.timeMs ?? timeMs));
  return [...distances].sort((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0;
}
