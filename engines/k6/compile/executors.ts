/** The load of a phase as k6's scenarios. */
import { formatDuration } from '../../../core/plan/units';
import { loadModel, peakLevel, scenarioStages, shareOut, type LoadStage } from '../../../core/plan/load';
import type { LoadPhase, Scenario, Step, ThinkStep } from '../../../core/plan/schema';
import { allSteps, isSending } from '../../../core/plan/steps';
import { object, quote, type Code, type Entry } from './code';

export interface Executor {
  readonly scenario: string;
  /** `undefined`: the scenario gets no load in this phase. */
  readonly code: ((functionName: string) => Code) | undefined;
  /** The most users at once. */
  readonly users: number;
}

/**
 * One executor per scenario of the phase, in the order of the plan. Of an open load, each of several generators gets
 * the same number of users: one that had none would leave out its arrivals without a word.
 *
 * @param seed of arrivals at random; the executor adds the name of the scenario.
 */
export function executorsOf(
  phase: LoadPhase,
  scenarios: Readonly<Record<string, Scenario>>,
  seed: number,
): Executor[] {
  const stages = Object.entries(scenarioStages(phase));
  const isOpen = loadModel(phase) === 'open';
  const users = isOpen ? usersForArrivals(phase, scenarios) : {};
  const generators = phase.generators ?? 1;
  return stages.map(([scenario, own]) => {
    const peak = Math.max(0, ...own.flatMap(({ level }) => [level.from, level.to]));
    if (peak === 0) return { scenario, code: undefined, users: 0 };
    const most = isOpen ? evenly(users[scenario] ?? 1, phase.maxUsers === undefined ? generators : 1) : peak;
    const entries = entriesOf(phase, own, most, seed);
    const tail: Entry[] = [['gracefulStop', quote(formatDuration(phase.drain + cutOffMs))]];
    const code = (name: string) => object([...entries, ...tail, ['exec', quote(name)]]);
    return { scenario, code, users: most };
  });
}

/** A task may be waited for that long; somebody who looks on can end it at any time. */
const longestIteration = '10m';

/** One user, once. */
export function oneIteration(scenario: string): Executor {
  const code = (name: string): Code =>
    object([
      ['executor', "'per-vu-iterations'"],
      ['vus', '1'],
      ['iterations', '1'],
      ['maxDuration', quote(longestIteration)],
      ['gracefulStop', "'0s'"],
      ['exec', quote(name)],
    ]);
  return { scenario, users: 1, code };
}

function evenly(users: number, generators: number): number {
  return Math.ceil(users / generators) * generators;
}

/**
 * What is under way at the end of the drain is ended so long before k6 would drop it: time for a sample of it to be
 * taken, so k6 is given that much more.
 */
export const cutOffMs = 250;

function entriesOf(phase: LoadPhase, own: readonly LoadStage[], users: number, seed: number): Entry[] {
  if (loadModel(phase) === 'closed') return closedEntries(own, phase.drain);
  return phase.arrivals === 'poisson' ? poissonEntries(own, users, seed) : openEntries(own, users);
}

/** @param drainMs a user who leaves on a ramp down ends what is under way, which may take until then. */
function closedEntries(stages: readonly LoadStage[], drainMs: number): Entry[] {
  const [first, ...others] = stages;
  if (first !== undefined && others.length === 0 && first.level.from === first.level.to)
    return [
      ['executor', "'constant-vus'"],
      ['vus', String(first.level.from)],
      ['duration', lasting(first)],
    ];
  return [
    ['executor', "'ramping-vus'"],
    ['startVUs', String(first?.level.from ?? 0)],
    ['stages', stagesCode(stages, String)],
    ['gracefulRampDown', quote(formatDuration((stages.at(-1)?.toMs ?? 0) + drainMs + cutOffMs))],
  ];
}

function openEntries(stages: readonly LoadStage[], users: number): Entry[] {
  const unit = timeUnit(stages.flatMap(({ level }) => [level.from, level.to]));
  const perUnit = (rate: number) => String(Math.round(rate * unit));
  const pool: Entry[] = [
    ['timeUnit', quote(`${unit}s`)],
    // Users that k6 has to make in the middle of a load cost arrivals, so all are made before it.
    ['preAllocatedVUs', String(users)],
    ['maxVUs', String(users)],
  ];
  const [first, ...others] = stages;
  if (first !== undefined && others.length === 0 && first.level.from === first.level.to)
    return [
      ['executor', "'constant-arrival-rate'"],
      ['rate', perUnit(first.level.from)],
      ['duration', lasting(first)],
      ...pool,
    ];
  return [
    ['executor', "'ramping-arrival-rate'"],
    ['startRate', perUnit(first?.level.from ?? 0)],
    ['stages', stagesCode(stages, perUnit)],
    ...pool,
  ];
}

/** The executor of our own k6. Its rates need not be whole. */
function poissonEntries(stages: readonly LoadStage[], users: number, seed: number): Entry[] {
  return [
    ['executor', "'poisson-arrival-rate'"],
    ['startRate', String(stages[0]?.level.from ?? 0)],
    ['stages', stagesCode(stages, String)],
    ['vus', String(users)],
    ['seed', String(seed)],
  ];
}

/** A jump between two stages is a stage of no length. */
function stagesCode(stages: readonly LoadStage[], print: (level: number) => string): Code {
  return {
    array: stages.flatMap((stage, index) => {
      const before = stages[index - 1]?.level.to ?? stage.level.from;
      const jump = before === stage.level.from ? [] : [stageCode("'0s'", print(stage.level.from))];
      return [...jump, stageCode(lasting(stage), print(stage.level.to))];
    }),
  };
}

function stageCode(duration: string, target: string): Code {
  return object([
    ['duration', duration],
    ['target', target],
  ]);
}

function lasting({ fromMs, toMs }: LoadStage): string {
  return quote(formatDuration(toMs - fromMs));
}

/** Candidates in seconds. The longest are for rates whose share of an arrival is large. */
const timeUnits = [
  1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 20, 25, 30, 50, 60, 100, 120, 200, 300, 500, 600, 1000, 3600,
];
const longTimeUnits = [1000, 10_000, 100_000, 1_000_000];

/** How far a rate may be off, as a share of it, where it is no fraction of whole numbers. */
const maxRounding = 1e-4;

/** k6 takes whole numbers of arrivals only, so a rate such as 2.5/s becomes 5 per 2 s. None becomes 0. */
function timeUnit(rates: readonly number[]): number {
  const isOffBy = (share: number, unit: number) =>
    rates.some((rate) => Math.abs(rate * unit - Math.round(rate * unit)) > share * rate * unit);
  const found =
    timeUnits.find((unit) => !isOffBy(1e-9, unit)) ??
    longTimeUnits.find((unit) => !isOffBy(maxRounding, unit));
  return found ?? longTimeUnits.at(-1) ?? 1;
}

/** More users than this make one process slow to start (some 8 s, 0.1 MB each) whatever the rate. */
const mostUsers = 5000;
/** How long a request may take before arrivals are dropped for want of a user. */
const requestSeconds = 1;
/** The same for an awaited task, where its timeout is longer. */
const awaitedSeconds = 10;

/**
 * The users of each scenario of an open load: its peak rate times the time that an iteration may take, doubled. Where
 * that is not enough k6 drops arrivals, and the run says so; `maxUsers` sets the sum.
 */
function usersForArrivals(
  phase: LoadPhase,
  scenarios: Readonly<Record<string, Scenario>>,
): Readonly<Record<string, number>> {
  const peak = peakLevel(phase);
  const sum = Object.values(phase.scenarios).reduce((total, weight) => total + weight, 0);
  const needs = Object.fromEntries(
    Object.entries(phase.scenarios).map(([name, weight]) => {
      const seconds = allSteps(scenarios[name]).reduce(
        (total, { step, turns }) => total + turns * secondsOf(step),
        0,
      );
      const mean = ((peak * weight) / sum) * seconds * 2;
      return [name, Math.max(1, Math.ceil(phase.arrivals === 'poisson' ? withCrowds(mean) : mean))];
    }),
  );
  const needed = Object.values(needs).reduce((total, need) => total + need, 0);
  const most = phase.maxUsers ?? mostUsers * (phase.generators ?? 1);
  if (phase.maxUsers === undefined && needed <= most) return needs;
  return Object.fromEntries(
    Object.entries(shareOut(most, needs)).map(([name, users]) => [name, Math.max(1, users)]),
  );
}

/** How many are at work at once has a Poisson law: it is hardly ever more than four deviations above its mean. */
function withCrowds(mean: number): number {
  return mean + 4 * Math.sqrt(mean) + 4;
}

function secondsOf(step: Step): number {
  if ('think' in step) return pauseMs(step) / 1000;
  if ('script' in step) return requestSeconds;
  if (!isSending(step)) return 0;
  if ('ws' in step || 'grpcStream' in step)
    return step.for === undefined ? Math.min(step.timeout / 1000, awaitedSeconds) : step.for / 1000;
  return 'await' in step || 'stream' in step ? Math.min(step.timeout / 1000, awaitedSeconds) : requestSeconds;
}

function pauseMs({ think }: ThinkStep): number {
  if (typeof think === 'number') return think;
  return 'mean' in think ? think.mean : think.to;
}
