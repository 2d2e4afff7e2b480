import { merged } from '../../core/measure/distribution';
import type { StreamRecord, TickRecord } from '../../core/measure/record';
import { isOfStep, StepTotals, successShare, sumTasks, timesOf } from '../../core/measure/step-totals';
import type { TimeName } from '../../core/plan/expression/goal-shape';

export const recentSeconds = 10;

/** Requests that take longer than this come too late to be recent. */
const keptSeconds = 20;

export interface RecentFigures {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly rps: number | null;
  readonly failedShare: number | null;
  readonly taskSuccess: number | null;
  readonly ttcP95: number | null;
  readonly ttftP95: number | null;
  readonly betweenP95: number | null;
}

/** The last seconds of all steps together, for the figures one looks at while the load is on. */
export class RecentTotals {
  readonly #seconds = new Map<number, StepTotals>();
  #phase: string | undefined;
  #loadStartMs: number | undefined;
  #lastMs = 0;

  add(record: StreamRecord): void {
    if (record.phase !== this.#phase) this.#begin(record.phase);
    if (record.kind === 'clock') this.#loadStartMs = record.timeMs;
    if (record.kind === 'tick') this.#addTick(record);
  }

  /** The last ten whole seconds of the phase under way; percentiles only where there are enough samples. */
  figures(): RecentFigures {
    const now = this.#now();
    const from = Math.max(0, now - recentSeconds);
    const within = [...this.#seconds].filter(([at]) => at >= from && at < now).map(([, second]) => second);
    const ok = merged(within.map((second) => second.ok));
    const failed = within.reduce((sum, second) => sum + second.failed.count, 0);
    const requests = ok.count + failed;
    const p95Of = (time: TimeName): number | null => timesOf(time, within).whole.statedQuantileMs(0.95);
    return {
      p50: ok.statedQuantileMs(0.5),
      p95: ok.statedQuantileMs(0.95),
      rps: now > from ? requests / (now - from) : null,
      failedShare: requests === 0 ? null : failed / requests,
      taskSuccess: successShare(sumTasks(within)),
      ttcP95: p95Of('ttc'),
      ttftP95: p95Of('ttft'),
      betweenP95: p95Of('between'),
    };
  }

  #begin(phase: string): void {
    this.#phase = phase;
    this.#loadStartMs = undefined;
    this.#lastMs = 0;
    this.#seconds.clear();
  }

  #now(): number {
    return this.#loadStartMs === undefined ? 0 : Math.floor((this.#lastMs - this.#loadStartMs) / 1000);
  }

  #addTick(tick: TickRecord): void {
    this.#lastMs = Math.max(this.#lastMs, tick.timeMs);
    for (const cell of tick.requests) this.#second(cell.at).addRequests(cell);
    for (const cell of tick.metrics) if (isOfStep(cell)) this.#second(cell.at).addMetric(cell);
    for (const at of this.#seconds.keys()) if (at < this.#now() - keptSeconds) this.#seconds.delete(at);
  }

  /** All steps together. */
  #second(at: number): StepTotals {
    let second = this.#seconds.get(at);
    if (second === undefined) this.#seconds.set(at, (second = new StepTotals('', '')));
    return second;
  }
}
