/** The last seconds of all steps together, for the figures one looks at while the load is on. */
import { merged } from '../../core/measure/distribution';
import type { StreamRecord, TickRecord } from '../../core/measure/record';
import { isOfStep, StepTotals, successShare, sumTasks, timesOf } from '../../core/measure/step-totals';
import type { TimeName } from '../../core/plan/expression/goal-shape';
import { phaseOfName, readTrialName } from '../../core/run/trial-name';

export const recentSeconds = 10;

/** Requests that take longer than this come too late to be recent. */
const keptSeconds = 20;

/** A load that has no median after this time is shown without one. */
const patienceSeconds = 3;

export interface RecentFigures {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly rps: number | null;
  readonly users: number | null;
  readonly failedShare: number | null;
  readonly taskSuccess: number | null;
  readonly ttcP95: number | null;
  readonly ttftP95: number | null;
  readonly betweenP95: number | null;
}

export interface Recent {
  /** The load that the figures are of, as the stream calls it, and of no other; `undefined` before the first. */
  readonly load: string | undefined;
  /** Whether that load is over: another one is about to begin, or has no figures yet. */
  readonly isOver: boolean;
  readonly figures: RecentFigures | undefined;
}

/** Loads follow one another: until one has figures, those of the one before are told, as such. */
export class RecentTotals {
  #before: RecentLoad | undefined;
  #load: RecentLoad | undefined;
  #isBetween = false;

  add(record: StreamRecord): void {
    // Resources are read between loads as well.
    if (record.kind === 'resources') return;
    if (record.phase === this.#before?.name) {
      this.#before.add(record);
      return;
    }
    // What only looks whether the target is at rest is no load.
    this.#isBetween = readTrialName(record.phase) === undefined && record.phase !== phaseOfName(record.phase);
    if (this.#isBetween) return;
    if (record.phase !== this.#load?.name) {
      if (this.#load?.hasFigures === true) this.#before = this.#load;
      this.#load = new RecentLoad(record.phase);
    }
    this.#load.add(record);
  }

  latest(): Recent {
    const isNew = this.#load?.hasFigures !== true && this.#before !== undefined;
    const load = isNew ? this.#before : this.#load;
    const isOver = isNew || this.#isBetween;
    return { load: load?.name, isOver, figures: load?.figures(isOver) };
  }
}

/** The recent seconds of one load. */
class RecentLoad {
  readonly name: string;
  readonly #seconds = new Map<number, StepTotals>();
  readonly #users = new Map<number, number>();
  #startMs: number | undefined;
  #lastMs = 0;

  constructor(name: string) {
    this.name = name;
  }

  add(record: StreamRecord): void {
    if (record.kind === 'clock') this.#startMs = record.timeMs;
    if (record.kind === 'tick') this.#addTick(record);
  }

  get hasFigures(): boolean {
    return this.#now() >= patienceSeconds || this.figures(false).p50 !== null;
  }

  /**
   * The last ten whole seconds; percentiles only where there are enough samples.
   *
   * @param isOver whether they end with the last request that began, for then none does any more.
   */
  figures(isOver: boolean): RecentFigures {
    const end = isOver ? Math.max(...this.#seconds.keys(), -1) + 1 : this.#now();
    const from = Math.max(0, end - recentSeconds);
    const within = [...this.#seconds].filter(([at]) => at >= from && at < end).map(([, second]) => second);
    const ok = merged(within.map((second) => second.ok));
    const failed = within.reduce((sum, second) => sum + second.failed.count, 0);
    const requests = ok.count + failed;
    const p95Of = (time: TimeName): number | null => timesOf(time, within).whole.statedQuantileMs(0.95);
    return {
      p50: ok.statedQuantileMs(0.5),
      p95: ok.statedQuantileMs(0.95),
      rps: end > from ? requests / (end - from) : null,
      users: this.#usersAt(isOver ? end : Infinity),
      failedShare: requests === 0 ? null : failed / requests,
      taskSuccess: successShare(sumTasks(within)),
      ttcP95: p95Of('ttc'),
      ttftP95: p95Of('ttft'),
      betweenP95: p95Of('between'),
    };
  }

  #now(): number {
    return this.#secondOf(this.#lastMs);
  }

  #secondOf(timeMs: number): number {
    return this.#startMs === undefined ? 0 : Math.max(0, Math.floor((timeMs - this.#startMs) / 1000));
  }

  #usersAt(second: number): number | null {
    const [, users] = [...this.#users].findLast(([at]) => at <= second) ?? [];
    return users ?? null;
  }

  #addTick(tick: TickRecord): void {
    this.#lastMs = Math.max(this.#lastMs, tick.timeMs);
    const now = this.#now();
    this.#users.set(now, tick.users);
    for (const cell of tick.requests) this.#second(cell.at).addRequests(cell);
    for (const cell of tick.metrics) if (isOfStep(cell)) this.#second(cell.at).addMetric(cell);
    for (const kept of [this.#seconds, this.#users])
      for (const at of kept.keys()) if (at < now - keptSeconds) kept.delete(at);
  }

  /** All steps together. */
  #second(at: number): StepTotals {
    let second = this.#seconds.get(at);
    if (second === undefined) this.#seconds.set(at, (second = new StepTotals('', '')));
    return second;
  }
}
