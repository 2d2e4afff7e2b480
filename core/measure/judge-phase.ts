import { parseGoal } from '../plan/expression/goal';
import { isLevel, isSteady, levelSeconds, loadModel, peakLevel } from '../plan/load';
import type { LoadPhase, Plan, Step } from '../plan/schema';
import { allSteps, isSending } from '../plan/steps';
import type { PhaseResult } from '../run/run';
import { judgeGoals, type Baseline, type StatedGoal } from './goals';
import { droppedShare, isGeneratorHot, judgeValidity, suspectDroppedShare, type Finding } from './validity';
import { arrivalsPerSecond, summarisePhase, wholeSeconds, type PhaseTotals } from './phase-totals';
import { generatorFateFindings, whyNotOfferedByAll, type GeneratorFate } from './lost-generators';
import type { SeriesPoint } from './series';
import { steadyFindings } from './steady';
import type { StepTotals } from './step-totals';
import { unfinishedFindings, whyFrozen } from './unfinished';
import { decideVerdict, type ToolExit, type VerdictFacts } from './verdict';

/** All that is known once a phase is over. */
export interface PhaseEvidence {
  readonly plan: Plan;
  readonly phase: string;
  /** The totals of the phase's measured window. */
  readonly totals: PhaseTotals;
  readonly exit: ToolExit;
  /** Who or what stopped the run before its time. */
  readonly stopped?: string | undefined;
  readonly isDeadlineHit: boolean;
  /** Why the stream could not be written in full. */
  readonly recorderFault?: string | undefined;
  /** Whether the generator shares the machine with a target. */
  readonly isCoLocated: boolean;
  /** What goals on a baseline are judged against. */
  readonly baseline?: Baseline | undefined;
  /** The phase over time, from `RunSeries`: with it a load that holds is checked for a steady state. */
  readonly points?: readonly SeriesPoint[];
  /** Conditions that end a search, as the goals that they break: they too say how many failures are tolerated. */
  readonly conditions?: readonly StatedGoal[];
  /** What else was found about the figures. */
  readonly findings?: readonly Finding[];
  /** Where several made the load. */
  readonly generators?: GeneratorFate | undefined;
}

/** Fewer planned arrivals than this, and a single one that is late looks like a rate that is not reached. */
const minArrivals = 20;

/** The count of random arrivals scatters by the root of its mean; it is further below by chance once in 700 times. */
const chanceDeviations = 3;

/** A step with fewer requests than this that all failed may have met a passing fault. */
const minDeadRequests = 5;

/** The result of a phase of load: its figures, its goals, what they are worth, and the verdict. */
export function judgePhase(load: LoadPhase, evidence: PhaseEvidence): PhaseResult {
  const { plan, phase, totals, generators } = evidence;
  const loadHolds = isSteady(load, totals.window);
  const stated = statedGoals(plan);
  const goals = judgeGoals(stated, totals, {
    scenarios: Object.keys(load.scenarios),
    loadHolds,
    ...(evidence.baseline && { baseline: evidence.baseline }),
  });
  const seconds = wholeSeconds(totals.window);
  const planned = levelSeconds(load, { fromMs: seconds.from * 1000, toMs: seconds.to * 1000 });
  const seen = totals.iterations + totals.dropped;
  const arrivals = loadModel(load) === 'open' ? Math.max(planned, totals.dropped) : seen;
  const validity = judgeValidity({
    health: totals.health,
    windowMs: totals.window.toMs - totals.window.fromMs,
    dropped: totals.dropped,
    arrivals,
    samples: totals.requests - totals.failed,
    isCoLocated: evidence.isCoLocated,
    findings: [
      ...(evidence.findings ?? []),
      ...(generators === undefined ? [] : generatorFateFindings(load, totals.window, generators)),
      ...unfinishedFindings(totals),
      ...(loadHolds ? steadyFindings(evidence.points ?? [], totals.window) : []),
    ],
  });
  const open = ungovernedSteps(
    totals.steps,
    [...stated, ...(evidence.conditions ?? [])].filter(
      ({ goal }) => goal.phase === undefined || goal.phase.name === phase,
    ),
  );
  const facts = {
    ...factsOf(evidence),
    ...plannedLoad(load, planned, evidence),
    arrivals,
    goals,
    ungoverned: ungoverned(open),
    frozen: whyFrozen(load, totals, open),
    notOffered: generators && whyNotOfferedByAll(load, totals.window, generators),
    validity,
  };
  const figures = summarisePhase(
    totals,
    loadHolds,
    droppedShare(totals.dropped, arrivals) > suspectDroppedShare,
  );
  const told = generators && { count: generators.count, lost: generators.lost.length };
  return {
    ...{ name: phase, ...decideVerdict(facts), validity, goals, ...figures },
    ...(told && { generators: told }),
  };
}

/** The goals of a plan that was found right; those that cannot be read are not goals. */
export function statedGoals(plan: Plan): readonly StatedGoal[] {
  return plan.goals.flatMap((text) => {
    const { goal } = parseGoal(text);
    return goal === undefined ? [] : [{ text, goal }];
  });
}

function factsOf(
  evidence: PhaseEvidence,
): Omit<VerdictFacts, 'arrivals' | 'goals' | 'ungoverned' | 'validity'> {
  const { totals, exit, isDeadlineHit, stopped, recorderFault } = evidence;
  const { health } = totals;
  return {
    exit,
    ...(stopped !== undefined && { stopped }),
    isDeadlineHit,
    hasEnded: health.hasEnded,
    endError: health.endError,
    lostRecords: health.gaps,
    recorderFault,
    coveredMs: totals.coveredMs,
    windowEndMs: totals.window.toMs,
    requests: totals.requests,
    failed: totals.failed,
    iterations: health.iterations,
    dropped: totals.dropped,
    scriptErrors: health.scriptErrors,
    scriptErrorExample: health.errors[0]?.message,
    isGeneratorHot: isGeneratorHot(health),
  };
}

/** What was planned, in the terms of the load's model, where it can be compared with what happened. */
function plannedLoad(
  load: LoadPhase,
  plannedArrivals: number,
  { plan, totals }: PhaseEvidence,
): Pick<VerdictFacts, 'rate' | 'users'> {
  if (loadModel(load) === 'closed')
    return isLevel(load, totals.window) ? { users: { planned: peakLevel(load), seen: totals.usersMax } } : {};
  const entries = entrySteps(load, plan);
  if (entries === undefined || totals.seconds <= 0 || plannedArrivals < minArrivals) return {};
  return {
    rate: {
      planned: plannedArrivals / totals.seconds,
      achieved: arrivalsPerSecond(totals, entries) ?? 0,
      ...(load.arrivals === 'poisson' && {
        chance: (chanceDeviations * Math.sqrt(plannedArrivals)) / totals.seconds,
      }),
    },
  };
}

/** The request that opens each scenario; `undefined` where one has none, so that arrivals cannot be counted by it. */
function entrySteps(
  load: LoadPhase,
  plan: Plan,
): readonly { readonly scenario: string; readonly step: string }[] | undefined {
  const entries = Object.keys(load.scenarios).map((scenario) => {
    const first = allSteps(plan.scenarios[scenario]).find(({ step }) => isSending(step));
    const isOnce = first?.branches.length === 0 && first.turns === 1 && isRequest(first.step);
    const name = isOnce ? first.name : undefined;
    return name === undefined ? undefined : { scenario, step: name };
  });
  const known = entries.filter((entry) => entry !== undefined);
  return known.length === entries.length ? known : undefined;
}

function isRequest(step: Step): boolean {
  return isSending(step) && !('await' in step);
}

/** The steps for which no goal says how many failures are tolerated. */
function ungovernedSteps(steps: readonly StepTotals[], goals: readonly StatedGoal[]): readonly StepTotals[] {
  const governing = goals.filter(
    ({ goal }) => goal.metric.kind === 'errors' || goal.metric.kind === 'success',
  );
  return steps.filter(
    (totals) =>
      !governing.some(
        ({ goal }) =>
          (goal.scenario === undefined || goal.scenario.name === totals.scenario) &&
          (goal.step === undefined || goal.step.name === totals.step),
      ),
  );
}

function ungoverned(open: readonly StepTotals[]): VerdictFacts['ungoverned'] {
  return {
    requests: open.reduce((sum, step) => sum + step.requests, 0),
    failed: open.reduce((sum, step) => sum + step.failed.count, 0),
    judgedTasks: open.reduce((sum, { tasks }) => sum + tasks.success + tasks.failed + tasks.timeout, 0),
    failedTasks: open.reduce((sum, { tasks }) => sum + tasks.failed + tasks.timeout, 0),
    deadSteps: open
      .filter((step) => step.ok.count === 0 && step.failed.count >= minDeadRequests)
      .map((step) => `${step.scenario}: ${step.step}`),
  };
}
