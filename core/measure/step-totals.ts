import type { StepSummary, Tasks } from '../run/run';
import { Distribution, merged } from './distribution';
import type { MetricCell, RequestCell, TaskOutcome } from './record';

/** All that was measured of one step within some time. */
export class StepTotals {
  readonly scenario: string;
  readonly step: string;
  readonly ok = new Distribution();
  readonly failed = new Distribution();
  readonly statuses: Record<string, number> = {};
  readonly errorCodes: Record<string, number> = {};
  readonly tasks: Record<TaskOutcome, number> = { success: 0, failed: 0, unjudged: 0, timeout: 0 };
  /** Times to completion; those of `timeout` are censored: the task took at least as long. */
  readonly ttc: Record<TaskOutcome, Distribution> = {
    success: new Distribution(),
    failed: new Distribution(),
    unjudged: new Distribution(),
    timeout: new Distribution(),
  };

  constructor(scenario: string, step: string) {
    this.scenario = scenario;
    this.step = step;
  }

  get requests(): number {
    return this.ok.count + this.failed.count;
  }

  get hasTasks(): boolean {
    return Object.values(this.tasks).some((count) => count > 0);
  }

  addRequests(cell: RequestCell): void {
    this[cell.outcome].add(cell);
    addCounts(this.statuses, cell.statuses);
    addCounts(this.errorCodes, cell.errorCodes);
  }

  /** Takes `task` and `ttc`; any other metric is the plan's own and is not of this. */
  addMetric(cell: MetricCell): void {
    const outcome = taskOutcome(cell);
    if (outcome === undefined) return;
    this.tasks[outcome] += cell.count;
    if (cell.metric === 'ttc' && cell.type === 'trend') this.ttc[outcome].add(inMicroseconds(cell));
  }

  /** @param seconds the length of the window; `null` where the load was moving and no rate is stated. */
  summary(seconds: number | null): StepSummary {
    const ttc = timesToCompletion([this]);
    return {
      scenario: this.scenario,
      step: this.step,
      requests: this.requests,
      failed: this.failed.count,
      rps: seconds === null || seconds <= 0 ? null : this.requests / seconds,
      latencyMs: this.ok.latency(),
      failedLatencyMs: this.failed.latency(),
      statuses: { ...this.statuses },
      errorCodes: { ...this.errorCodes },
      ...(this.hasTasks && { tasks: { ...this.tasks } }),
      ...(ttc.whole.count > 0 && { ttcMs: ttc.whole.latency() }),
    };
  }
}

/** The outcome that a cell counts tasks of; `undefined` for a cell that counts none. */
export function taskOutcome(cell: MetricCell): TaskOutcome | undefined {
  return cell.metric === 'task' || cell.metric === 'ttc' ? (cell.outcome ?? 'unjudged') : undefined;
}

function inMicroseconds(cell: Extract<MetricCell, { type: 'trend' }>) {
  return {
    histogram: cell.histogram,
    sumUs: cell.sum * 1000,
    minUs: cell.min * 1000,
    maxUs: cell.max * 1000,
  };
}

/** Times to completion over some steps. */
export interface TimesToCompletion {
  /** Finished and timed-out tasks; a percentile that falls on a timed-out one is a lower bound. */
  readonly whole: Distribution;
  /** Tasks that were given up: they took at least their time. */
  readonly censored: Distribution;
}

/** Tasks that failed are left out, as failed requests are of latencies: failing fast is not being fast. */
export function timesToCompletion(steps: readonly StepTotals[]): TimesToCompletion {
  const censored = merged(steps.map((step) => step.ttc.timeout));
  const finished = steps.flatMap((step) => [step.ttc.success, step.ttc.unjudged]);
  return { whole: merged([...finished, censored]), censored };
}

export function sumTasks(steps: readonly StepTotals[]): Tasks {
  const sum = { success: 0, failed: 0, unjudged: 0, timeout: 0 };
  for (const { tasks } of steps) {
    sum.success += tasks.success;
    sum.failed += tasks.failed;
    sum.unjudged += tasks.unjudged;
    sum.timeout += tasks.timeout;
  }
  return sum;
}

/** @returns the share of judged tasks that succeeded; `null` where none was judged. A timeout is a failure. */
export function successShare(tasks: Tasks): number | null {
  const judged = tasks.success + tasks.failed + tasks.timeout;
  return judged === 0 ? null : tasks.success / judged;
}

/** A target that answers with ever new codes must not fill the memory. */
const maxCodes = 200;

function addCounts(into: Record<string, number>, from: Readonly<Record<string, number>>): void {
  for (const [key, count] of Object.entries(from)) {
    const isKnown = Object.hasOwn(into, key);
    const name = isKnown || Object.keys(into).length < maxCodes ? key : 'other';
    into[name] = (Object.hasOwn(into, name) ? (into[name] ?? 0) : 0) + count;
  }
}
