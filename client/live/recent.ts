import { merged, Distribution } from '../../core/measure/distribution';
import type { StreamRecord, TickRecord } from '../../core/measure/record';
import { samplesNeeded } from '../../core/measure/sample-size';

export const recentSeconds = 10;

/** Requests that take longer than this come too late to be recent. */
const keptSeconds = 20;

interface Second {
  readonly ok: Distribution;
  failed: number;
  succeededTasks: number;
  judgedTasks: number;
}

export interface RecentFigures {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly rps: number | null;
  readonly failedShare: number | null;
  readonly taskSuccess: number | null;
}

/** The last seconds of all steps together, for the figures one looks at while the load is on. */
export class RecentTotals {
  readonly #seconds = new Map<number, Second>();
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
    const sum = (read: (second: Second) => number): number =>
      within.reduce((total, second) => total + read(second), 0);
    const failed = sum((second) => second.failed);
    const judged = sum((second) => second.judgedTasks);
    const requests = ok.count + failed;
    const quantile = (q: number): number | null =>
      ok.count < samplesNeeded(q) ? null : (ok.quantileMs(q) ?? null);
    return {
      p50: quantile(0.5),
      p95: quantile(0.95),
      rps: now > from ? requests / (now - from) : null,
      failedShare: requests === 0 ? null : failed / requests,
      taskSuccess: judged === 0 ? null : sum((second) => second.succeededTasks) / judged,
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
    for (const cell of tick.requests) {
      const second = this.#second(cell.at);
      if (cell.outcome === 'ok') second.ok.add(cell);
      else second.failed += cell.count;
    }
    for (const cell of tick.metrics) {
      const isJudged = cell.outcome !== undefined && cell.outcome !== 'unjudged';
      if ((cell.metric !== 'task' && cell.metric !== 'ttc') || !isJudged) continue;
      const second = this.#second(cell.at);
      second.judgedTasks += cell.count;
      if (cell.outcome === 'success') second.succeededTasks += cell.count;
    }
    for (const at of this.#seconds.keys()) if (at < this.#now() - keptSeconds) this.#seconds.delete(at);
  }

  #second(at: number): Second {
    let second = this.#seconds.get(at);
    if (second === undefined) {
      second = { ok: new Distribution(), failed: 0, succeededTasks: 0, judgedTasks: 0 };
      this.#seconds.set(at, second);
    }
    return second;
  }
}
