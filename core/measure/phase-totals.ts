import type { TimeWindow } from '../plan/load';
import type { PhaseResult } from '../run/run';
import { StreamHealth } from './health';
import type { StreamRecord, TickRecord } from './record';
import { StepTotals, isOfStep } from './step-totals';

/** The whole seconds of a window: requests are filed by the second of their start, so no part of one can be cut off. */
export function wholeSeconds(window: TimeWindow): { readonly from: number; readonly to: number } {
  const from = Math.ceil(window.fromMs / 1000);
  return { from, to: Math.max(from, Math.floor(window.toMs / 1000)) };
}

export interface PhaseTotalsOptions {
  /** Cores that the generator may use; 1 where it is not known. */
  readonly cpus?: number;
}

/** The last record may come this much before the end of the window without anything being missing. */
export const coverToleranceMs = 2000;

/**
 * The figures of one phase: the requests that *started* in its measured window, whenever they ended. Records are
 * added as they come and are not kept, so memory grows with the number of steps only.
 */
export class PhaseTotals {
  readonly phase: string;
  readonly window: TimeWindow;
  readonly health: StreamHealth;
  readonly #seconds: { readonly from: number; readonly to: number };
  readonly #steps = new Map<string, StepTotals>();
  /** Wall clock of the start of the load, in milliseconds since the epoch; `null` before it started. */
  loadStartMs: number | null = null;
  /** How far the records reach, in milliseconds from the start of the load. */
  coveredMs = 0;
  iterations = 0;
  dropped = 0;
  usersMax = 0;
  /** Of the whole phase. */
  tokenRequests = 0;

  constructor(phase: string, window: TimeWindow, options: PhaseTotalsOptions = {}) {
    this.phase = phase;
    this.window = window;
    this.health = new StreamHealth(options.cpus ?? 1);
    this.#seconds = wholeSeconds(window);
  }

  /** Length of the measured window in whole seconds. */
  get seconds(): number {
    return this.#seconds.to - this.#seconds.from;
  }

  /** How long the load was on within the window: all of it, unless the load ended before its time. */
  get loadedSeconds(): number {
    if (this.loadStartMs === null || this.coveredMs >= this.window.toMs - coverToleranceMs)
      return this.seconds;
    return Math.max(0, Math.min(this.#seconds.to, this.coveredMs / 1000) - this.#seconds.from);
  }

  get steps(): readonly StepTotals[] {
    return [...this.#steps.values()];
  }

  get requests(): number {
    return this.steps.reduce((sum, step) => sum + step.requests, 0);
  }

  get failed(): number {
    return this.steps.reduce((sum, step) => sum + step.failed.count, 0);
  }

  /** Adds a record; those of other phases, and those seen before, change nothing. */
  add(record: StreamRecord): void {
    // Resources that were not read lose nothing of what was measured.
    if (record.kind === 'resources') return;
    if (record.phase !== this.phase || !this.health.add(record)) return;
    if (record.kind === 'clock') this.loadStartMs = record.timeMs;
    if (record.kind !== 'tick') return;
    this.#addGauges(record);
    for (const cell of record.requests) {
      if (this.#holds(cell.at)) this.#step(cell.scenario, cell.step).addRequests(cell);
    }
    for (const cell of record.metrics) {
      if (cell.metric === 'token') this.tokenRequests += cell.count;
      if (isOfStep(cell) && this.#holds(cell.at)) this.#step(cell.scenario, cell.step).addMetric(cell);
    }
  }

  /** The steps of a subject of a goal: all, those of a scenario, or one step of it. */
  stepsOf(scenario?: string, step?: string): readonly StepTotals[] {
    return this.steps.filter(
      (totals) =>
        (scenario === undefined || totals.scenario === scenario) &&
        (step === undefined || totals.step === step),
    );
  }

  #holds(at: number): boolean {
    return at >= this.#seconds.from && at < this.#seconds.to;
  }

  /** Counts that have no start time belong to the window when any part of their record does. */
  #addGauges(tick: TickRecord): void {
    this.usersMax = Math.max(this.usersMax, tick.users);
    if (this.loadStartMs === null) return;
    const endMs = tick.timeMs - this.loadStartMs;
    this.coveredMs = Math.max(this.coveredMs, endMs);
    if (endMs <= this.window.fromMs || endMs - tick.durationMs >= this.window.toMs) return;
    this.iterations += tick.iterations;
    this.dropped += tick.dropped;
  }

  #step(scenario: string, step: string): StepTotals {
    const key = `${scenario}\n${step}`;
    let totals = this.#steps.get(key);
    if (totals === undefined) this.#steps.set(key, (totals = new StepTotals(scenario, step)));
    return totals;
  }
}

/** The parts of a phase's result that are figures. */
export type PhaseFigures = Pick<
  PhaseResult,
  | 'loadStartMs'
  | 'window'
  | 'requests'
  | 'failed'
  | 'rps'
  | 'iterations'
  | 'dropped'
  | 'usersMax'
  | 'steps'
  | 'tokenRequests'
>;

/**
 * @param loadHolds whether the load stays the same through the window; without it no rate is stated, because the
 * mean rate of a ramp describes no moment of it.
 * @param areLowerBounds whether so many arrivals were dropped that the longest times are missing.
 */
export function summarisePhase(
  totals: PhaseTotals,
  loadHolds: boolean,
  areLowerBounds = false,
): PhaseFigures {
  const seconds = loadHolds && totals.loadedSeconds > 0 ? totals.loadedSeconds : null;
  return {
    loadStartMs: totals.loadStartMs,
    window: { fromMs: totals.window.fromMs, toMs: totals.window.toMs },
    requests: totals.requests,
    failed: totals.failed,
    rps: seconds === null ? null : totals.requests / seconds,
    iterations: totals.iterations,
    dropped: totals.dropped,
    usersMax: totals.usersMax,
    steps: totals.steps.map((step) => step.summary(seconds, areLowerBounds)),
    ...(totals.tokenRequests > 0 && { tokenRequests: totals.tokenRequests }),
  };
}

/** Folds a whole stream into the totals of one phase. */
export function totalPhase(
  records: Iterable<StreamRecord>,
  phase: string,
  window: TimeWindow,
  options: PhaseTotalsOptions = {},
): PhaseTotals {
  const totals = new PhaseTotals(phase, window, options);
  for (const record of records) totals.add(record);
  return totals;
}

/**
 * Arrivals per second in the window, counted by the requests that open each scenario. More telling than completed
 * iterations, which lag behind by the length of a scenario.
 *
 * @param entries the first request of each scenario.
 * @returns `null` where the window holds no whole second.
 */
export function arrivalsPerSecond(
  totals: PhaseTotals,
  entries: readonly { readonly scenario: string; readonly step: string }[],
): number | null {
  if (totals.seconds <= 0) return null;
  let arrivals = 0;
  for (const { scenario, step } of entries)
    for (const entry of totals.stepsOf(scenario, step)) arrivals += entry.requests;
  return arrivals / totals.seconds;
}
