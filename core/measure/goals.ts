import { unitOf, type Goal, type Limit } from '../plan/expression/goal-shape';
import type { GoalResult } from '../run/run';
import { phaseOfName } from '../run/trial-name';
import { bucketTolerance, type Distribution } from './distribution';
import { counted, figureInWords, milliseconds } from './figure';
import { holds, isUpperBound } from './holds';
import { interval, rankInterval } from './interval';
import { median } from './median';
import type { PhaseTotals } from './phase-totals';
import { sampleGrade, samplesNeeded } from './sample-size';
import { judgeShare } from './share-goal';
import { latenciesOf, successShare, sumTasks, timesOf, type StepTotals, type Times } from './step-totals';

/** A goal with its text in the plan. */
export interface StatedGoal {
  readonly text: string;
  readonly goal: Goal;
}

export interface GoalContext {
  /** The scenarios that the phase runs: a goal without a phase is only about phases that run its subject. */
  readonly scenarios: readonly string[];
  /** Whether the load stays the same through the window. */
  readonly loadHolds: boolean;
  /** Nothing is known of a baseline without it. */
  readonly baseline?: Baseline;
}

/** The same phase of the runs that `baseline` stands for in goals, or why there are none to compare with. */
export type Baseline =
  | { readonly kind: 'runs'; readonly runs: readonly PhaseTotals[] }
  | { readonly kind: 'none'; readonly reason: string };

/** What a metric came to, or why nothing can be said. */
type Measurement =
  | {
      readonly kind: 'value';
      readonly value: number;
      readonly samples: number;
      readonly doubt?: string;
      /** The true value is at least `value`: the percentile fell on tasks that were given up. */
      readonly isLowerBound?: boolean;
      /** Tasks that are missing from `samples`, because nobody knows how they ended. */
      readonly unjudged?: number;
    }
  | {
      readonly kind: 'nothing';
      readonly samples: number;
      readonly lacks: NonNullable<GoalResult['lacks']>;
      readonly reason: string;
      /** What the value is above with 95 % confidence, where that much is known. */
      readonly atLeast?: number;
    };

/**
 * Judges the goals that are about this phase. Percentiles and means are those of successful requests; failures show
 * in `errors`, and time to completion counts tasks that were given up as at least as slow.
 */
export function judgeGoals(
  goals: readonly StatedGoal[],
  totals: PhaseTotals,
  context: GoalContext,
): GoalResult[] {
  return goals
    .filter(({ goal }) => isAbout(goal, phaseOfName(totals.phase), context.scenarios))
    .map(({ text, goal }) => judge(text, goal, totals, context));
}

function isAbout(goal: Goal, phase: string, scenarios: readonly string[]): boolean {
  // What a search found is no figure of one load: see capacity-goal.ts.
  if (goal.metric.kind === 'capacity') return false;
  if (goal.phase !== undefined) return goal.phase.name === phase;
  return goal.scenario === undefined || scenarios.includes(goal.scenario.name);
}

function judge(text: string, goal: Goal, totals: PhaseTotals, context: GoalContext): GoalResult {
  const measurement = measure(goal, totals, context.loadHolds);
  const limit = resolveLimit(goal, goal.limit, context);
  const base = {
    text,
    measured: measurement.kind === 'value' ? measurement.value : null,
    limit: limit.value,
    unit: unitOf(goal.metric),
    samples: measurement.samples,
  };
  if (limit.value === null) return { ...base, state: 'no-data', lacks: 'baseline', reason: limit.reason };
  if (measurement.kind === 'nothing') return judgeNothing(base, measurement, goal, limit.value);
  const unproven = base.unit === 'share' ? judgeShare(goal.operator, limit.value, measurement) : undefined;
  if (unproven !== undefined) return { ...base, ...unproven };
  const isHeld = holds(measurement.value, goal.operator, limit.value);
  if (measurement.isLowerBound && isHeld && isUpperBound(goal.operator))
    return { ...base, state: 'no-data', lacks: 'completion', reason: measurement.doubt ?? '' };
  const told = [measurement.doubt, limit.spread].filter((part) => part !== undefined);
  return {
    ...base,
    state: isHeld ? 'held' : 'broken',
    ...(told.length > 0 && { reason: told.join('; ') }),
  };
}

type GoalBase = Omit<GoalResult, 'state' | 'reason' | 'lacks'>;

/** A percentile that cannot be stated may still be known to lie beyond its limit. */
function judgeNothing(
  base: GoalBase,
  nothing: Extract<Measurement, { kind: 'nothing' }>,
  goal: Goal,
  limit: number,
): GoalResult {
  const { atLeast, lacks, reason } = nothing;
  if (atLeast !== undefined && isUpperBound(goal.operator) && !holds(atLeast, goal.operator, limit))
    return {
      ...base,
      state: 'broken',
      reason: `${reason}, but it is at least ${milliseconds(atLeast)} with 95 % confidence`,
    };
  return { ...base, state: 'no-data', lacks, reason };
}

type LimitReading =
  /** `spread`: how far the runs of the baseline lie apart, where there are enough to say. */
  { readonly value: number; readonly spread?: string } | { readonly value: null; readonly reason: string };

function resolveLimit(goal: Goal, limit: Limit, { baseline, loadHolds }: GoalContext): LimitReading {
  if (limit.kind === 'fixed') return { value: limit.value };
  if (baseline === undefined) return { value: null, reason: 'there is no baseline run to compare with' };
  if (baseline.kind === 'none') return { value: null, reason: baseline.reason };
  const values: number[] = [];
  for (const run of baseline.runs) {
    const before = measure(goal, run, loadHolds);
    if (before.kind === 'nothing') return { value: null, reason: `in the baseline run, ${before.reason}` };
    values.push(before.value);
  }
  const middle = median(values);
  if (middle === undefined) return { value: null, reason: 'there is no baseline run to compare with' };
  return { value: middle * limit.factor, ...(values.length >= minSpread && spreadOf(goal, middle, values)) };
}

/** Fewer runs do not show how much runs differ from each other. */
const minSpread = 3;

function spreadOf(goal: Goal, middle: number, values: readonly number[]): { readonly spread: string } {
  const told = (value: number): string => figureInWords(value, unitOf(goal.metric));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const runs = counted(values.length, 'run');
  return { spread: `the baseline is ${told(middle)}, ${told(low)} to ${told(high)} over ${runs}` };
}

function measure(goal: Goal, totals: PhaseTotals, loadHolds: boolean): Measurement {
  const steps = totals.stepsOf(goal.scenario?.name, goal.step?.name);
  switch (goal.metric.kind) {
    case 'success':
      return measureSuccess(steps);
    case 'errors':
      return measureErrors(steps);
    case 'rate':
      return measureRate(goal, steps, loadHolds ? totals.loadedSeconds : 0);
    default:
      return measureTime(goal, steps);
  }
}

function measureSuccess(steps: readonly StepTotals[]): Measurement {
  const tasks = sumTasks(steps);
  const samples = tasks.success + tasks.failed + tasks.timeout;
  const value = successShare(tasks);
  if (value === null)
    return {
      kind: 'nothing',
      samples,
      lacks: 'judgement',
      reason: tasks.unjudged > 0 ? `none of ${counted(tasks.unjudged, 'task')} was judged` : 'no task ended',
    };
  const doubt = tasks.unjudged > 0 ? `${counted(tasks.unjudged, 'task')} unjudged` : undefined;
  return { kind: 'value', value, samples, unjudged: tasks.unjudged, ...(doubt && { doubt }) };
}

function measureErrors(steps: readonly StepTotals[]): Measurement {
  const failed = steps.reduce((sum, step) => sum + step.failed.count, 0);
  const samples = steps.reduce((sum, step) => sum + step.requests, 0);
  return samples === 0 ? noRequest : { kind: 'value', value: failed / samples, samples };
}

/** @param seconds of the window; 0 where the load was moving. */
function measureRate({ count }: Goal, steps: readonly StepTotals[], seconds: number): Measurement {
  const countOf = (step: StepTotals) => (count === undefined ? step.ok.count : step.messages[count]);
  const samples = steps.reduce((sum, step) => sum + countOf(step), 0);
  if (seconds > 0) return { kind: 'value', value: samples / seconds, samples };
  return {
    kind: 'nothing',
    samples,
    lacks: 'steady-load',
    reason: 'a rate is stated only over a window of at least a second in which the load stays the same',
  };
}

const noRequest: Measurement = {
  kind: 'nothing',
  samples: 0,
  lacks: 'requests',
  reason: 'no request of this kind started in the measured window',
};

const noSuccess: Measurement = {
  kind: 'nothing',
  samples: 0,
  lacks: 'requests',
  reason: 'nothing of this kind succeeded in the measured window, and a time is that of successes',
};

function measureTime(goal: Goal, steps: readonly StepTotals[]): Measurement {
  const { whole: times, censored } = goal.time === undefined ? latenciesOf(steps) : timesOf(goal.time, steps);
  if (times.count === 0) return steps.some((step) => step.requests > 0) ? noSuccess : noRequest;
  if (goal.metric.kind === 'percentile')
    return measurePercentile(goal, goal.metric.percentile, { whole: times, censored });
  const value = goal.metric.kind === 'max' ? times.maxUs / 1000 : (times.meanMs ?? 0);
  return boundedBy(goal, censored, { kind: 'value', value, samples: times.count }, true);
}

function measurePercentile(goal: Goal, percentile: number, { whole: times, censored }: Times): Measurement {
  const q = percentile / 100;
  const samples = times.count;
  const grade = sampleGrade(q, samples);
  if (grade === 'withheld') return tooFew(percentile, times);
  const value = times.quantileMs(q) ?? 0;
  const doubt = grade === 'plain' ? undefined : intervalInWords(q, times);
  // What was given up took longer than it says: only from its time on does that move the percentile.
  const reachesCensored = censored.minUs / 1000 <= value * bucketTolerance;
  return boundedBy(
    goal,
    censored,
    { kind: 'value', value, samples, ...(doubt && { doubt }) },
    reachesCensored,
  );
}

/** Marks a value that something that was given up has a part in: it can only be higher. */
function boundedBy(
  goal: Goal,
  censored: Distribution,
  measurement: Extract<Measurement, { kind: 'value' }>,
  isTouched: boolean,
): Measurement {
  if (!isTouched || censored.count === 0) return measurement;
  const what = counted(censored.count, goal.time === 'ttc' ? 'task' : 'request');
  return {
    ...measurement,
    isLowerBound: true,
    doubt: `a lower bound: ${what} had not ended when given up`,
  };
}

function tooFew(percentile: number, times: Distribution): Measurement {
  const q = percentile / 100;
  const { low } = rankInterval(q, times.count);
  const atLeast = low === null ? undefined : times.quantileMs((low - 0.5) / times.count);
  return {
    kind: 'nothing',
    samples: times.count,
    lacks: 'samples',
    reason: `p${percentile} needs ${counted(samplesNeeded(q), 'sample')}, there are ${times.count}`,
    ...(atLeast !== undefined && { atLeast }),
  };
}

const tooShortForInterval = 'too short to say how far chance goes: that takes at least 30 s';

function intervalInWords(q: number, times: Distribution): string | undefined {
  const bounds = interval(q, times.histogram, 0.95, times.blocks);
  if (bounds === undefined) return undefined;
  const over = `over ${counted(times.count, 'sample')}`;
  const side = (us: number | null, open: string): string => (us === null ? open : milliseconds(us / 1000));
  if (bounds.low === null && bounds.high === null)
    return `${over}: ${times.isTooShort ? tooShortForInterval : 'too few to say how far chance goes'}`;
  return `${over}: 95 % interval ${side(bounds.low, 'open')} to ${side(bounds.high, 'open')}`;
}
