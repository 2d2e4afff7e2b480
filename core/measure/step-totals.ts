import { countNames, timeNames, type CountName, type TimeName } from '../plan/expression/goal-shape';
import type { Latency, StepSummary, Tasks } from '../run/run';
import { Distribution, merged } from './distribution';
import type { MetricCell, RequestCell, TaskOutcome } from './record';

/** All that was measured of one step within some time. */
export class StepTotals {
  readonly scenario: string;
  readonly step: string;
  readonly ok = new Distribution();
  /** With those that were unfinished. */
  readonly failed = new Distribution();
  /** What the end of the drain cut off: it would have taken longer. */
  readonly unfinished = new Distribution();
  readonly statuses: Record<string, number> = {};
  readonly errorCodes: Record<string, number> = {};
  readonly tasks: Record<TaskOutcome, number> = { success: 0, failed: 0, unjudged: 0, timeout: 0 };
  /** Messages of WebSockets. */
  readonly messages: Record<CountName, number> = { sent: 0, received: 0 };
  readonly #times = new Map<TimeName, ByOutcome>();

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
    (cell.outcome === 'ok' ? this.ok : this.failed).add(cell, cell.at);
    if (cell.outcome === 'unfinished') this.unfinished.add(cell, cell.at);
    addCounts(this.statuses, cell.statuses);
    addCounts(this.errorCodes, cell.errorCodes);
  }

  /** Takes `task` and the times that goals can be about; any other metric is the plan's own and is not of this. */
  addMetric(cell: MetricCell): void {
    const outcome = taskOutcome(cell);
    if (outcome !== undefined) this.tasks[outcome] += cell.count;
    const count = countNames.find((name) => name === cell.metric);
    if (count !== undefined) this.messages[count] += cell.count;
    const time = timeNames.find((name) => name === cell.metric);
    if (time === undefined || cell.type !== 'trend') return;
    const times = this.#times.get(time) ?? byOutcome();
    this.#times.set(time, times);
    times[cell.outcome ?? 'unjudged'].add(inMicroseconds(cell), cell.at);
  }

  /** One of the times by outcome; those of `timeout` are censored: what was waited for took at least as long. */
  times(time: TimeName): ByOutcome | undefined {
    return this.#times.get(time);
  }

  /**
   * @param seconds the length of the window; `null` where the load was moving and no rate is stated.
   * @param areLowerBounds whether arrivals were dropped, so that the longest times are missing.
   */
  summary(seconds: number | null, areLowerBounds = false): StepSummary {
    const told = ({ whole, censored }: Times): Latency =>
      whole.latency(areLowerBounds ? 0 : censored.count === 0 ? Infinity : censored.minUs / 1000);
    return {
      scenario: this.scenario,
      step: this.step,
      requests: this.requests,
      failed: this.failed.count,
      rps: seconds === null || seconds <= 0 ? null : this.requests / seconds,
      ...(this.unfinished.count > 0 && { unfinished: this.unfinished.count }),
      latencyMs: told(latenciesOf([this])),
      failedLatencyMs: this.failed.latency(),
      statuses: { ...this.statuses },
      errorCodes: { ...this.errorCodes },
      ...(this.hasTasks && { tasks: { ...this.tasks } }),
      ...timeNames.reduce((all, name) => ({ ...all, ...this.#timeSummary(name, told) }), {}),
      ...(this.messages.sent + this.messages.received > 0 && { messages: { ...this.messages } }),
    };
  }

  #timeSummary(name: TimeName, told: (times: Times) => Latency): Partial<Pick<StepSummary, `${TimeName}Ms`>> {
    const times = timesOf(name, [this]);
    return times.whole.count === 0 ? {} : { [`${name}Ms`]: told(times) };
  }
}

type ByOutcome = Readonly<Record<TaskOutcome, Distribution>>;

function byOutcome(): ByOutcome {
  return {
    success: new Distribution(),
    failed: new Distribution(),
    unjudged: new Distribution(),
    timeout: new Distribution(),
  };
}

/** Whether a cell is of a metric that is measured by step, and not one of the plan's own. */
export function isOfStep(cell: MetricCell): boolean {
  return cell.metric === 'task' || [...timeNames, ...countNames].some((name) => name === cell.metric);
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

/** One of the times over some steps. */
export interface Times {
  /** With those that were given up; a percentile that falls on one of them is a lower bound. */
  readonly whole: Distribution;
  /** What was given up: it took at least its time. */
  readonly censored: Distribution;
}

/** Those of tasks that failed are left out, as failed requests are of latencies: failing fast is not being fast. */
export function timesOf(time: TimeName, steps: readonly StepTotals[]): Times {
  const times = steps.map((step) => step.times(time)).filter((part) => part !== undefined);
  const censored = merged(times.map((part) => part.timeout));
  const finished = times.flatMap((part) => [part.success, part.unjudged]);
  return { whole: merged([...finished, censored]), censored };
}

/** The latencies of requests that succeeded, or might have had they been given the time. */
export function latenciesOf(steps: readonly StepTotals[]): Times {
  const censored = merged(steps.map((step) => step.unfinished));
  return { whole: merged([...steps.map((step) => step.ok), censored]), censored };
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
