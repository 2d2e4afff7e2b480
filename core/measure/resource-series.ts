/** Resources over time, for charts and for the finding of what saturated first. */
import {
  generatorComponent,
  type ResourceReading,
  type ResourceRecord,
  type ResourceSource,
  type StreamRecord,
  type TickRecord,
} from './record';
import { resourceUnit, type ResourceUnit } from './resource-metrics';
import { SeriesTrack, type ResourcePoint } from './resource-track';

export type { ResourcePoint } from './resource-track';

/** One resource of one instance of a component over time. */
export interface ResourceSeries {
  /** A target, or `generator`. */
  readonly component: string;
  readonly metric: string;
  readonly source: ResourceSource;
  /** Which of several; `null` where the values are of the whole component. */
  readonly instance: string | null;
  readonly unit: ResourceUnit;
  /** What the value cannot exceed, as last told; `null` where none is known. */
  readonly limit: number | null;
  /** In order of time. */
  readonly points: readonly ResourcePoint[];
}

/** Why nothing could be read of a component for some time. */
export interface ResourceGap {
  readonly component: string;
  readonly source: ResourceSource;
  readonly reason: string;
  /** Wall clock of the first and the last record that told this reason. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly records: number;
}

export interface ResourceOptions {
  /** Records of other phases and trials change nothing. */
  readonly phase?: string;
  /** Points kept of each series; a longer one has wider spaced ones. */
  readonly maxPoints?: number;
}

const defaultMaxPoints = 600;
/** A label set that changes with every request would make a series of each. */
const maxSeries = 500;
const maxGaps = 200;

/** CPU over a shorter time is a matter of when a process came to its turn. */
const readingMs = 900;
const noCpu = { cpuUs: 0, durationMs: 0 };

interface Kept {
  readonly head: Pick<ResourceSeries, 'component' | 'metric' | 'source' | 'instance' | 'unit'>;
  /** Whose records would have the reading: where one has not, there is a gap. */
  readonly feed: string;
  readonly track: SeriesTrack;
  limit: number | null;
}

/** Resources as they come in, in bounded memory. Records may come late and in any order. */
export class ResourceTracks {
  readonly #phase: string | undefined;
  readonly #maxPoints: number;
  readonly #series = new Map<string, Kept>();
  readonly #feeds = new Map<string, Kept[]>();
  readonly #gaps = new Map<string, ResourceGap>();
  /** What k6 used since its last reading. */
  #tickCpu = noCpu;
  /** Readings of series that there was no more room for. */
  leftOut = 0;

  constructor({ phase, maxPoints = defaultMaxPoints }: ResourceOptions = {}) {
    this.#phase = phase;
    this.#maxPoints = maxPoints;
  }

  /** Adds a record; those that tell of no resource change nothing. */
  add(record: StreamRecord): void {
    if (this.#phase !== undefined && record.phase !== this.#phase) return;
    if (record.kind === 'tick') this.#addTick(record);
    if (record.kind !== 'resources') return;
    const { component, source, timeMs } = record;
    this.#addReadings(`${source}\n${component}`, { component, source }, timeMs, record.readings);
    if (record.gap !== undefined) this.#addGap(record, record.gap);
  }

  /** The series so far, in the order in which they first came. */
  series(): ResourceSeries[] {
    return [...this.#series.values()].map(({ head, limit, track }) => ({
      ...head,
      limit,
      points: track.points(),
    }));
  }

  /** What could not be read, in the order in which it first could not. */
  gaps(): ResourceGap[] {
    return [...this.#gaps.values()];
  }

  /** A load tool tells its own CPU and memory in each tick, be it every second or more often. */
  #addTick(tick: TickRecord): void {
    const { cpuUs, durationMs } = this.#tickCpu;
    const [usedUs, coveredMs] = [cpuUs + (tick.cpuUs ?? 0), durationMs + tick.durationMs];
    const isWhole = coveredMs >= readingMs;
    this.#tickCpu = isWhole ? noCpu : { cpuUs: usedUs, durationMs: coveredMs };
    if (!isWhole) return;
    const readings: ResourceReading[] = [];
    if (tick.cpuUs !== undefined)
      readings.push({ metric: 'cpu', instance: tick.source, value: usedUs / 1000 / coveredMs });
    if (tick.rssBytes !== undefined)
      readings.push({ metric: 'memory', instance: tick.source, value: tick.rssBytes });
    const whose = { component: generatorComponent, source: 'generator' as const };
    this.#addReadings('tick', whose, tick.timeMs, readings);
  }

  #addReadings(
    feed: string,
    whose: Pick<ResourceSeries, 'component' | 'source'>,
    timeMs: number,
    readings: readonly ResourceReading[],
  ): void {
    const told = new Set<Kept>();
    for (const reading of readings) {
      const kept = this.#seriesOf(feed, whose, reading);
      if (kept === undefined) continue;
      kept.track.add(timeMs, reading.value);
      kept.limit = reading.limit ?? kept.limit;
      told.add(kept);
    }
    for (const kept of this.#feeds.get(feed) ?? []) if (!told.has(kept)) kept.track.add(timeMs, null);
  }

  #seriesOf(
    feed: string,
    { component, source }: Pick<ResourceSeries, 'component' | 'source'>,
    { metric, instance }: ResourceReading,
  ): Kept | undefined {
    const key = [feed, metric, instance ?? ''].join('\n');
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (this.#series.size >= maxSeries) {
      this.leftOut++;
      return undefined;
    }
    const head = { component, metric, source, instance: instance ?? null, unit: resourceUnit(metric) };
    const kept: Kept = { head, feed, track: new SeriesTrack(this.#maxPoints), limit: null };
    this.#series.set(key, kept);
    const beside = this.#feeds.get(feed);
    if (beside === undefined) this.#feeds.set(feed, [kept]);
    else beside.push(kept);
    return kept;
  }

  #addGap({ component, source, timeMs }: ResourceRecord, reason: string): void {
    const key = [component, source, reason].join('\n');
    const known = this.#gaps.get(key);
    if (known === undefined && this.#gaps.size >= maxGaps) return;
    this.#gaps.set(key, {
      component,
      source,
      reason,
      fromMs: Math.min(timeMs, known?.fromMs ?? timeMs),
      toMs: Math.max(timeMs, known?.toMs ?? timeMs),
      records: (known?.records ?? 0) + 1,
    });
  }
}

/** The resources that records tell of, as series. */
export function resourceSeries(
  records: Iterable<StreamRecord>,
  options: ResourceOptions = {},
): ResourceSeries[] {
  const tracks = new ResourceTracks(options);
  for (const record of records) tracks.add(record);
  return tracks.series();
}
