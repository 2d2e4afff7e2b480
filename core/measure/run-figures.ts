/** The figures of runs that are compared: for each phase and step its percentiles, rate, success and times of tasks. */
import type { PhaseResult, StepSummary } from '../run/run';
import type { MetricOfRuns } from './compare';
import { median } from './median';
import { successShare } from './step-totals';

export const comparedMetrics = [
  'p50',
  'p95',
  'p99',
  'rps',
  'success',
  'p50 ttc',
  'p95 ttc',
  'p50 ttft',
  'p95 ttft',
] as const;
/** `capacity` is the lower bound that a search found, and the only figure of a search: its trials differ in rate. */
export type ComparedMetric = (typeof comparedMetrics)[number] | 'capacity';
export type FigureUnit = 'ms' | 'share' | 'per-second' | 'users';

/** One figure of a step in every run of both sides. Of a capacity, scenario and step are empty. */
export interface Figure {
  readonly phase: string;
  readonly scenario: string;
  readonly step: string;
  readonly metric: ComparedMetric;
  readonly unit: FigureUnit;
  /** One per run; `null` where the run cannot state it. */
  readonly baseline: readonly (number | null)[];
  readonly candidate: readonly (number | null)[];
  /** Why it cannot be compared, whatever the values. */
  readonly lacks?: string;
}

/** A phase in the runs of both sides. */
export interface PhaseOfRuns {
  readonly phase: string;
  readonly baseline: readonly PhaseResult[];
  readonly candidate: readonly PhaseResult[];
  /** Whether the plan fixes the arrivals: the rate is then no figure of the service, and is not compared. */
  readonly isRateGiven: boolean;
}

/** Half a success for none: a ratio needs a number above zero. */
const halfOne = 0.5;

type StepMetric = (typeof comparedMetrics)[number];

const readers: Readonly<Record<StepMetric, (step: StepSummary) => number | null | undefined>> = {
  p50: (step) => ofRequests(step, step.latencyMs.p50, 0.5),
  p95: (step) => ofRequests(step, step.latencyMs.p95, 0.95),
  p99: (step) => ofRequests(step, step.latencyMs.p99, 0.99),
  // Polls are no requests of a step that awaits a task.
  rps: ({ requests, rps }) => (requests === 0 ? null : rps),
  success: successOf,
  'p50 ttc': (step) => ofTasks(step, step.ttcMs?.p50, 0.5),
  'p95 ttc': (step) => ofTasks(step, step.ttcMs?.p95, 0.95),
  'p50 ttft': (step) => ofTasks(step, step.ttftMs?.p50, 0.5),
  'p95 ttft': (step) => ofTasks(step, step.ttftMs?.p95, 0.95),
};

function ofRequests(
  { requests, failed, unfinished = 0 }: StepSummary,
  value: number | null,
  q: number,
): number | null {
  return unlessGivenUp(value, q, { finished: requests - failed, givenUp: unfinished });
}

function ofTasks({ tasks }: StepSummary, value: number | null | undefined, q: number): number | null {
  const { timeout = 0, success = 0, unjudged = 0 } = tasks ?? {};
  return unlessGivenUp(value, q, { finished: success + unjudged, givenUp: timeout });
}

/** A percentile that falls on what was given up is only a lower bound, and no value to compare. */
function unlessGivenUp(
  value: number | null | undefined,
  q: number,
  { finished, givenUp }: { readonly finished: number; readonly givenUp: number },
): number | null {
  return givenUp > (1 - q) * (givenUp + finished) ? null : (value ?? null);
}

/** The share of tasks that succeeded; of requests, where the step judges no task. */
function successOf({ tasks, requests, failed }: StepSummary): number | null {
  const share = tasks && successShare(tasks);
  if (tasks !== undefined && share != null)
    return Math.max(share, halfOne / (tasks.success + tasks.failed + tasks.timeout));
  return requests === 0 ? null : Math.max(1 - failed / requests, halfOne / requests);
}

/** Every figure that at least one run has; a metric that no run can state is left out. */
export function figuresOf(phase: PhaseOfRuns): Figure[] {
  const all = [...phase.baseline, ...phase.candidate];
  if (all.some(({ capacity }) => capacity !== undefined)) return [capacityOf(phase)];
  const steps = new Map<string, StepSummary>();
  for (const result of all)
    for (const step of result.steps) steps.set(`${step.scenario}\n${step.step}`, step);
  return [...steps.values()].flatMap((step) =>
    comparedMetrics
      .filter((metric) => metric !== 'rps' || !phase.isRateGiven)
      .map((metric) => figureOf(phase, step, metric))
      .filter((figure) => [...figure.baseline, ...figure.candidate].some((value) => value !== null)),
  );
}

function figureOf(
  { phase, baseline, candidate }: PhaseOfRuns,
  { scenario, step }: StepSummary,
  metric: StepMetric,
): Figure {
  const read = ({ steps }: PhaseResult): number | null => {
    const own = steps.find((each) => each.scenario === scenario && each.step === step);
    return (own === undefined ? null : readers[metric](own)) ?? null;
  };
  const [before, after] = [baseline.map(read), candidate.map(read)];
  return { phase, scenario, step, metric, unit: unitOf(metric), baseline: before, candidate: after };
}

function capacityOf({ phase, baseline, candidate }: PhaseOfRuns): Figure {
  const units = [...candidate, ...baseline].flatMap(({ capacity }) => capacity?.unit ?? []);
  const [unit = 'per-second'] = units;
  const isMixed = units.some((other) => other !== unit);
  const read = ({ capacity }: PhaseResult): number | null =>
    capacity?.unit === unit ? capacity.lower : null;
  return {
    phase,
    scenario: '',
    step: '',
    metric: 'capacity',
    unit,
    baseline: baseline.map(read),
    candidate: candidate.map(read),
    ...(isMixed && { lacks: 'one search went by users, and the other by arrivals' }),
  };
}

function unitOf(metric: StepMetric): FigureUnit {
  if (metric === 'success') return 'share';
  return metric === 'rps' ? 'per-second' : 'ms';
}

/** `p95(execute: POST /execute)`: what a figure is called within its phase. */
export function figureName({ metric, scenario, step }: Pick<Figure, 'metric' | 'scenario' | 'step'>): string {
  return metric === 'capacity' ? metric : `${metric}(${scenario}: ${step})`;
}

/** Successes of 99 % against 98 % are twice the failures: a smaller change counts than for times. */
const minSuccessEffect = 0.01;
const minTimeEffect = 0.05;

/** @param floor the change that the same build reaches by chance, where it is known. */
export function minEffectOf(metric: ComparedMetric, floor = 0): number {
  return Math.max(metric === 'success' ? minSuccessEffect : minTimeEffect, floor);
}

/** A figure as one of the family that is tested. */
export function metricOf(figure: Figure, floor: number | undefined): MetricOfRuns {
  const lacks = figure.lacks ?? whyLacking(figure);
  return {
    name: figureName(figure),
    better: figure.unit === 'ms' ? 'lower' : 'higher',
    baseline: known(figure.baseline),
    candidate: known(figure.candidate),
    minEffect: minEffectOf(figure.metric, floor),
    ...(lacks !== undefined && { lacks }),
  };
}

function whyLacking({ baseline, candidate }: Figure): string | undefined {
  const missing = (values: readonly (number | null)[]): number =>
    values.filter((value) => value === null).length;
  const [before, after] = [missing(baseline), missing(candidate)];
  if (before + after === 0) return undefined;
  const told = (count: number, of: number, side: string): string[] =>
    count === 0 ? [] : [`${count} of ${of} ${side} ${of === 1 ? 'run' : 'runs'}`];
  const who = [
    ...told(before, baseline.length, 'baseline'),
    ...told(after, candidate.length, 'candidate'),
  ].join(' and ');
  return `${who} cannot state it: too few samples, what was given up, or nothing of the kind`;
}

function known(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

/** @returns the middle of the runs that state it. */
export function middleOf(values: readonly (number | null)[]): number | null {
  return median(known(values)) ?? null;
}
