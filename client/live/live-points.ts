/** The series of a run as the columns that the live panel draws. */
import type { RunSeries, SeriesPoint } from '../../core/measure/series';
import { liveColumns, liveLimits, noPoints, type LivePoints, type LiveResource } from '../../protocol/live';

export interface Selection {
  readonly scenario: string;
  readonly step: string;
}

/** As many as a wide screen has room for. */
const pointsPerPhase = 300;

export interface LiveColumns {
  readonly points: LivePoints;
  readonly binS: number;
}

export interface PointOptions {
  /** Wall clock of the zero of the time axis. */
  readonly zeroMs: number;
  readonly selection: Selection | undefined;
  /** Bins whose requests may still be under way are then left open: their rates would look like a fall. */
  readonly isUnderWay: boolean;
  /** Length of the load by phase; what starts in the drain after it is no part of the load. */
  readonly plannedMs: ReadonlyMap<string, number>;
}

export function livePoints(series: RunSeries, options: PointOptions): LiveColumns {
  const columns: LivePoints = {
    t: [],
    p50: [],
    p95: [],
    p99: [],
    ok: [],
    failed: [],
    users: [],
    dropped: [],
    success: [],
  };
  const perPhase = Math.floor(liveLimits.points / Math.max(1, series.phases.length)) - 1;
  let binS = 1;
  for (const { phase } of series.phases) {
    const endMs = options.plannedMs.get(phase) ?? Infinity;
    const points = series
      .points({ phase, ...options.selection, maxPoints: Math.min(pointsPerPhase, perPhase) })
      .filter(({ atMs }) => atMs < endMs);
    if (points.length > 0 && columns.t.length > 0) addGap(columns, binS);
    for (const point of points) {
      addPoint(columns, point, options);
      binS = Math.max(binS, point.widthMs / 1000);
    }
  }
  return { points: columns, binS };
}

/** Between two phases nothing is measured, and no line may cross. */
function addGap(columns: LivePoints, binS: number): void {
  const last = columns.t.at(-1) ?? 0;
  columns.t.push(last + binS / 2);
  for (const name of liveColumns) columns[name].push(null);
}

function addPoint(columns: LivePoints, point: SeriesPoint, { zeroMs, isUnderWay }: PointOptions): void {
  const isOpen = isUnderWay && point.isPartial;
  const settled = (value: number | null): number | null => (isOpen ? null : value);
  columns.t.push((point.timeMs - zeroMs) / 1000);
  columns.p50.push(settled(point.p50));
  columns.p95.push(settled(point.p95));
  columns.p99.push(settled(point.p99));
  columns.ok.push(settled(point.okPerSecond));
  columns.failed.push(settled(point.failedPerSecond));
  columns.users.push(point.users);
  columns.dropped.push(point.dropped / (point.widthMs / 1000));
  columns.success.push(settled(point.taskSuccess));
}

/** What is drawn over time. */
export interface Drawn {
  readonly points: LivePoints;
  readonly resources: readonly LiveResource[];
}

/** Whether a change can be told at all: a resource that is new, or has a new limit, needs a new picture. */
export function hasSameResources(before: Drawn, after: Drawn): boolean {
  const headsOf = ({ resources }: Drawn): string =>
    resources.map(({ key, limit }) => `${key}\n${limit ?? ''}`).join('\n\n');
  return headsOf(before) === headsOf(after);
}

/** What has to be sent so that `before` becomes `after`: everything from the first difference on. */
export function pointsChange(
  { points: before, resources: resourcesBefore }: Drawn,
  { points: after, resources: resourcesAfter }: Drawn,
): { readonly fromS: number; readonly points: LivePoints; readonly resources: LiveResource[] } {
  const first = resourcesAfter.reduce(
    (index, { values }, which) =>
      Math.min(index, firstUnlike(resourcesBefore[which]?.values ?? [], values, index)),
    firstDifference(before, after),
  );
  const times = [before.t[first], after.t[first]].filter((t) => t !== undefined);
  const last = after.t.at(-1) ?? 0;
  const tail: LivePoints = { ...noPoints, t: after.t.slice(first) };
  for (const name of liveColumns) tail[name] = after[name].slice(first);
  return {
    fromS: times.length === 0 ? last + 1e-6 : Math.min(...times),
    points: tail,
    resources: resourcesAfter.map((resource) => ({ ...resource, values: resource.values.slice(first) })),
  };
}

function firstUnlike(
  before: readonly (number | null)[],
  after: readonly (number | null)[],
  end: number,
): number {
  for (let index = 0; index < end; index += 1) if (before[index] !== after[index]) return index;
  return end;
}

function firstDifference(before: LivePoints, after: LivePoints): number {
  const common = Math.min(before.t.length, after.t.length);
  for (let index = 0; index < common; index += 1) {
    const isSame =
      before.t[index] === after.t[index] &&
      liveColumns.every((name) => before[name][index] === after[name][index]);
    if (!isSame) return index;
  }
  return common;
}
