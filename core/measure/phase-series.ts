import type { Latency, Tasks } from '../run/run';
import { Bins } from './bins';
import { Distribution } from './distribution';
import type { MetricCell, RequestCell, StreamRecord, TickRecord } from './record';
import { samplesNeeded } from './sample-size';
import { isOfStep, StepTotals, timesOf } from './step-totals';
import { Track, type ShownQuantile } from './track';

/** A bin of the live chart. Percentiles are of successful requests that started in it, in milliseconds. */
export interface SeriesPoint {
  readonly phase: string;
  /** Start of the bin, in milliseconds from the start of the phase's load. */
  readonly atMs: number;
  /** The same as wall clock, in milliseconds since the epoch. */
  readonly timeMs: number;
  readonly widthMs: number;
  /** `null` where the time in `overMs` has too few samples. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  /** The time over which each percentile was taken: wider than the bin where the bin has too few samples. */
  readonly overMs: { readonly p50: number; readonly p95: number; readonly p99: number };
  readonly okPerSecond: number;
  readonly failedPerSecond: number;
  readonly users: number | null;
  readonly usersMax: number | null;
  /** Share of judged tasks that succeeded; `null` where none was judged. */
  readonly taskSuccess: number | null;
  readonly dropped: number;
  readonly iterations: number;
  /** Requests that started in this bin may still be under way: it can only grow. */
  readonly isPartial: boolean;
}

/** Figures of one step over some time. Times in milliseconds; `null` where there are too few samples. */
interface RowFigures {
  readonly requests: number;
  readonly rps: number | null;
  readonly failedShare: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly intervals: Latency['intervals'];
  readonly tasks: Tasks;
  readonly ttcP50: number | null;
  readonly ttcP95: number | null;
  readonly ttftP95: number | null;
  readonly betweenP95: number | null;
}

export interface StepRow {
  readonly scenario: string;
  readonly step: string;
  /** Since the start of the load. */
  readonly total: RowFigures;
}

export interface PointSelection {
  readonly scenario?: string;
  readonly step?: string;
  readonly maxPoints: number;
}

/** No phase is longer than this; a cell beyond it is damaged and would only widen the bins. */
const maxSecond = 31 * 86_400;

/** A bin is taken as complete once it is this long past, however slow the requests. */
const longestWaitMs = 10_000;

interface LoadBin {
  users: number;
  usersMax: number;
  dropped: number;
  iterations: number;
}

interface StepSeries {
  readonly totals: StepTotals;
  readonly track: Track;
}

/** What happened in one phase over time, in bounded memory. */
export class PhaseSeries {
  readonly phase: string;
  readonly #maxBins: number;
  readonly #whole: Track;
  readonly #scenarios = new Map<string, Track>();
  readonly #steps = new Map<string, StepSeries>();
  readonly #load: Bins<LoadBin>;
  readonly #latency = new Distribution();
  #loadStartMs: number | undefined;
  #lastMs: number | undefined;
  #lastSecond = -1;
  #hasEnded = false;

  constructor(phase: string, maxBins: number) {
    this.phase = phase;
    this.#maxBins = maxBins;
    this.#whole = new Track(maxBins);
    this.#load = new Bins<LoadBin>(
      maxBins,
      () => ({ users: 0, usersMax: 0, dropped: 0, iterations: 0 }),
      mergeLoad,
    );
  }

  /** Wall clock of the start of the load; estimated from the first requests where its record was lost. */
  get loadStartMs(): number | undefined {
    return this.#loadStartMs;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Milliseconds from the start of the load to the last record. */
  get elapsedMs(): number {
    if (this.#loadStartMs === undefined || this.#lastMs === undefined) return 0;
    return Math.max(0, this.#lastMs - this.#loadStartMs);
  }

  /** Histogram buckets held. */
  get buckets(): number {
    let sum = this.#whole.buckets;
    for (const track of this.#scenarios.values()) sum += track.buckets;
    for (const { track } of this.#steps.values()) sum += track.buckets;
    return sum;
  }

  add(record: StreamRecord): void {
    if (record.kind === 'clock') this.#loadStartMs = record.timeMs;
    if (record.kind === 'end' && record.source !== 'runner') this.#hasEnded = true;
    if (record.kind !== 'tick') return;
    this.#lastMs = Math.max(this.#lastMs ?? record.timeMs, record.timeMs);
    this.#loadStartMs ??= estimatedStart(record);
    this.#addLoad(record);
    for (const cell of record.requests) this.#addRequests(cell);
    for (const cell of record.metrics) this.#addTasks(cell);
  }

  /** The bins of a selection in order of time, at most `maxPoints`. */
  points(selection: PointSelection): SeriesPoint[] {
    const track = this.#trackOf(selection);
    const start = this.#loadStartMs;
    if (track === undefined || start === undefined) return [];
    const seconds = this.#lastSecond + 1;
    const width = binWidth(seconds, Math.max(1, selection.maxPoints), this.#load.width);
    const spans = {
      p50: spanFor(track, 0.5, seconds, width),
      p95: spanFor(track, 0.95, seconds, width),
      p99: spanFor(track, 0.99, seconds, width),
    };
    const completeMs = this.#completeMs();
    const points: SeriesPoint[] = [];
    for (let at = 0; at < seconds; at += width)
      points.push(this.#point(track, at, width, spans, start, (at + width) * 1000 > completeMs));
    return points;
  }

  rows(): StepRow[] {
    return [...this.#steps.values()].map(({ totals }) => ({
      scenario: totals.scenario,
      step: totals.step,
      total: figuresOf(totals, this.elapsedMs / 1000),
    }));
  }

  #point(
    track: Track,
    at: number,
    width: number,
    spans: { readonly p50: number; readonly p95: number; readonly p99: number },
    start: number,
    isPartial: boolean,
  ): SeriesPoint {
    const span = track.span(at, width);
    const load = this.#load.between(at, at + width);
    const quantile = (q: ShownQuantile, seconds: number): number | null =>
      track.quantiles(Math.floor(at / seconds) * seconds, seconds)[q];
    return {
      phase: this.phase,
      atMs: at * 1000,
      timeMs: start + at * 1000,
      widthMs: width * 1000,
      p50: quantile(0.5, spans.p50),
      p95: quantile(0.95, spans.p95),
      p99: quantile(0.99, spans.p99),
      overMs: { p50: spans.p50 * 1000, p95: spans.p95 * 1000, p99: spans.p99 * 1000 },
      okPerSecond: span.ok / width,
      failedPerSecond: span.failed / width,
      users: load.at(-1)?.users ?? null,
      usersMax: load.length === 0 ? null : Math.max(...load.map((bin) => bin.usersMax)),
      taskSuccess: span.judgedTasks === 0 ? null : span.succeededTasks / span.judgedTasks,
      dropped: load.reduce((sum, bin) => sum + bin.dropped, 0),
      iterations: load.reduce((sum, bin) => sum + bin.iterations, 0),
      isPartial,
    };
  }

  /** Up to when all requests that started have ended, by what is known of their length. */
  #completeMs(): number {
    if (this.#hasEnded) return Infinity;
    const usualMs = this.#latency.quantileMs(0.99) ?? 0;
    return this.elapsedMs - Math.min(longestWaitMs, Math.max(1000, usualMs));
  }

  #trackOf({ scenario, step }: PointSelection): Track | undefined {
    if (scenario === undefined) return this.#whole;
    if (step === undefined) return this.#scenarios.get(scenario);
    return this.#steps.get(stepKey(scenario, step))?.track;
  }

  #addLoad(tick: TickRecord): void {
    const middleMs = tick.timeMs - tick.durationMs / 2 - (this.#loadStartMs ?? tick.timeMs);
    const second = Math.floor(middleMs / 1000);
    if (!isSecond(second)) return;
    this.#lastSecond = Math.max(this.#lastSecond, second);
    const bin = this.#load.at(second);
    bin.users = tick.users;
    bin.usersMax = Math.max(bin.usersMax, tick.usersMax, tick.users);
    bin.dropped += tick.dropped;
    bin.iterations += tick.iterations;
  }

  #addRequests(cell: RequestCell): void {
    if (!isSecond(cell.at)) return;
    if (cell.outcome === 'ok') this.#latency.add(cell);
    for (const track of this.#tracks(cell)) track.addRequests(cell);
    this.#series(cell).totals.addRequests(cell);
  }

  #addTasks(cell: MetricCell): void {
    if (!isSecond(cell.at) || !isOfStep(cell)) return;
    for (const track of this.#tracks(cell)) track.addTasks(cell);
    this.#series(cell).totals.addMetric(cell);
  }

  #tracks(cell: { readonly scenario: string; readonly step: string; readonly at: number }): Track[] {
    this.#lastSecond = Math.max(this.#lastSecond, cell.at);
    let scenario = this.#scenarios.get(cell.scenario);
    if (scenario === undefined) this.#scenarios.set(cell.scenario, (scenario = new Track(this.#maxBins)));
    return [this.#whole, scenario, this.#series(cell).track];
  }

  #series(cell: { readonly scenario: string; readonly step: string }): StepSeries {
    const key = stepKey(cell.scenario, cell.step);
    let series = this.#steps.get(key);
    if (series === undefined) {
      series = {
        totals: new StepTotals(cell.scenario, cell.step),
        track: new Track(this.#maxBins),
      };
      this.#steps.set(key, series);
    }
    return series;
  }
}

function stepKey(scenario: string, step: string): string {
  return `${scenario}\n${step}`;
}

function isSecond(second: number): boolean {
  return Number.isInteger(second) && second >= 0 && second <= maxSecond;
}

/** Where the record of the start was lost, the first second with requests gives it, to within a second. */
function estimatedStart(tick: TickRecord): number | undefined {
  if (tick.requests.length === 0) return undefined;
  const first = Math.min(...tick.requests.map((cell) => cell.at));
  return tick.timeMs - tick.durationMs - first * 1000;
}

/** Seconds per point: a power of two, so that points are whole bins and stay where they are as the run grows. */
function binWidth(seconds: number, maxPoints: number, atLeast: number): number {
  let width = atLeast;
  while (Math.ceil(seconds / width) > maxPoints) width *= 2;
  return width;
}

/** The share of spans that must have enough samples for their width to do. */
const enoughSpans = 0.8;

/** The narrowest span, in seconds, of which most have enough samples for the quantile; at most a quarter of the time. */
function spanFor(track: Track, q: ShownQuantile, seconds: number, width: number): number {
  const need = samplesNeeded(q);
  let span = width;
  while (span * 2 <= seconds / 2 && !isEnough(track, span, seconds, need)) span *= 2;
  return span;
}

function isEnough(track: Track, span: number, seconds: number, need: number): boolean {
  let busy = 0;
  let enough = 0;
  for (let from = 0; from + span <= seconds; from += span) {
    const { ok } = track.span(from, span);
    if (ok > 0) busy++;
    if (ok >= need) enough++;
  }
  return busy > 0 && enough >= busy * enoughSpans;
}

function mergeLoad(into: LoadBin, later: LoadBin): void {
  into.users = later.users;
  into.usersMax = Math.max(into.usersMax, later.usersMax);
  into.dropped += later.dropped;
  into.iterations += later.iterations;
}

function figuresOf(totals: StepTotals, seconds: number): RowFigures {
  const { ok, failed, requests, tasks } = totals;
  const { p50, p95, p99, intervals } = ok.latency();
  const ttc = timesOf('ttc', [totals]).whole;
  return {
    requests,
    rps: seconds > 0 ? requests / seconds : null,
    failedShare: requests === 0 ? null : failed.count / requests,
    ...{ p50, p95, p99, intervals, tasks: { ...tasks } },
    ttcP50: ttc.statedQuantileMs(0.5),
    ttcP95: ttc.statedQuantileMs(0.95),
    ttftP95: timesOf('ttft', [totals]).whole.statedQuantileMs(0.95),
    betweenP95: timesOf('between', [totals]).whole.statedQuantileMs(0.95),
  };
}
