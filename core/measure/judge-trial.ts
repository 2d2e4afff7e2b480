/** How one trial of a search went: it held, something broke, or there is no answer. */
import { loadModel, unitOfLoad } from '../plan/load';
import type { LoadPhase } from '../plan/schema';
import type { PhaseResult, TrialResult, Verdict } from '../run/run';
import type { Trial, TrialOutcome } from './capacity-search';
import type { Conditions } from './conditions';
import { pileInWords, type EarlyEnd } from './early-end';
import { inFlightOf } from './explain-capacity';
import { levelInWords } from './figure';
import { judgeGoals } from './goals';
import { judgePhase, type PhaseEvidence } from './judge-phase';
import type { LoadPoint } from './knee';
import { deliveredPerSecond, iterationMsOf, pileUp, type LoadSample } from './load-samples';
import { overload } from './overload';
import { findPlateau, lowestBehind, standTo, type Plateau } from './plateau';

export interface TrialEvidence extends PhaseEvidence {
  readonly trial: Trial;
  readonly number: number;
  readonly load: LoadPhase;
  readonly until: Conditions;
  readonly samples: readonly LoadSample[];
  /** What broke, so that the trial was ended early. */
  readonly endedFor: EarlyEnd | undefined;
  /** The trials before this one. */
  readonly earlier: readonly JudgedTrial[];
}

interface Broken {
  readonly why: string;
  readonly isBeyondDoubt: boolean;
  /** It was ended at the first signs, to spare the target. */
  readonly isSuspected?: boolean;
  /** Iterations per second that a target got done which was overloaded beyond doubt. */
  readonly served?: number;
}

export type TrialAnswer =
  | { readonly kind: 'held' }
  | (Broken & { readonly kind: 'broke' })
  /** The trial says nothing about the target: the search cannot go on. */
  | { readonly kind: 'void'; readonly verdict: Verdict; readonly why: string };

export interface JudgedTrial {
  readonly trial: TrialResult;
  /** Whether it was ended as soon as something broke. */
  readonly isCut: boolean;
  readonly answer: TrialAnswer;
  /** The trial by itself, as if it were a phase of load. */
  readonly phase: PhaseResult;
  /** How long an iteration took, in the mean; `undefined` where the target did not keep up. */
  readonly iterationMs: number | undefined;
  /** Of users: where they are not followed any more, by all trials up to this one, if the plan asks for that. */
  readonly plateau: TrialOutcome['plateau'];
}

/** How long an iteration takes where the target keeps up, by the last trial that held. */
export function iterationMsBefore(earlier: readonly JudgedTrial[]): number | undefined {
  return earlier.findLast(({ iterationMs }) => iterationMs !== undefined)?.iterationMs;
}

/** Judges a trial by the goals about its phase, by the conditions that end the climb, and by what piled up. */
export function judgeTrial(evidence: TrialEvidence): JudgedTrial {
  const { trial, number, load, totals } = evidence;
  const phase = judgePhase(load, { ...evidence, conditions: evidence.until.goals });
  const { fromMs } = totals.window;
  const toMs = Math.min(totals.window.toMs, evidence.samples.at(-1)?.endMs ?? Infinity);
  // What was begun before the trial is over by then, so that as much ends as begins, if the target keeps up.
  const halfMs = Math.max(fromMs, toMs / 2);
  const achieved = deliveredPerSecond(evidence.samples, { fromMs: halfMs, toMs });
  const course = courseOf(evidence, achieved);
  const answer = answerOf(evidence, phase, course);
  return {
    trial: {
      number,
      purpose: trial.purpose,
      level: trial.level,
      achieved,
      inFlight: inFlightOf(
        totals,
        loadModel(load) === 'closed' ? { users: trial.level } : { achieved, rate: trial.level },
      ),
      errors: phase.requests === 0 ? null : phase.failed / phase.requests,
      p95: slowestP95(phase),
      held: answer.kind === 'void' ? null : answer.kind === 'held',
      why: answer.kind === 'held' ? null : answer.why,
    },
    isCut: evidence.endedFor !== undefined && evidence.endedFor.kind !== 'clear',
    answer,
    phase,
    iterationMs: answer.kind === 'held' ? iterationMsOf(evidence.samples, totals.window) : undefined,
    plateau: course && plateauOfUsers(course, load),
  };
}

/** The trials so far beside a plateau that they show. */
interface Course {
  readonly plateau: Plateau;
  readonly points: readonly LoadPoint[];
  /** That of this trial. */
  readonly here: LoadPoint;
}

function courseOf({ until, earlier, trial }: TrialEvidence, achieved: number | null): Course | undefined {
  if (!until.hasPlateau || achieved === null) return undefined;
  const here = { offered: trial.level, delivered: achieved };
  const points = [...loadPoints(earlier), here];
  const plateau = findPlateau(points);
  return plateau && { plateau, points, here };
}

function plateauOfUsers({ plateau, points }: Course, load: LoadPhase): TrialOutcome['plateau'] {
  if (loadModel(load) === 'open') return undefined;
  return { why: plateau.why, bend: plateau.bend, behind: lowestBehind(plateau, points) };
}

function answerOf(evidence: TrialEvidence, phase: PhaseResult, course: Course | undefined): TrialAnswer {
  const { verdict, reason } = phase;
  if (verdict === 'tool-error' || verdict === 'aborted') return { kind: 'void', verdict, why: reason };
  const { endedFor } = evidence;
  if (verdict === 'incomplete' && endedFor === undefined) return { kind: 'void', verdict, why: reason };
  if (endedFor?.kind === 'clear') return { kind: 'held' };
  const why = whyItBroke(evidence, phase);
  const broken = why === undefined ? leftBehind(course, evidence.load) : { why, ...doubtOf(evidence) };
  if (broken !== undefined) return { kind: 'broke', ...broken };
  if (verdict !== 'no-data' || isOnlyWithoutBaseline(phase)) return { kind: 'held' };
  return { kind: 'void', verdict, why: whyUnanswered(evidence, reason) };
}

function leftBehind(course: Course | undefined, load: LoadPhase): Broken | undefined {
  if (course === undefined) return undefined;
  const stand = standTo(course.plateau, course.here, loadModel(load));
  return stand === 'followed'
    ? undefined
    : { why: course.plateau.why, isBeyondDoubt: stand === 'plainly-behind' };
}

/** A goal that is broken tells more than that arrivals piled up. */
function whyItBroke(evidence: TrialEvidence, phase: PhaseResult): string | undefined {
  const { endedFor } = evidence;
  if (endedFor?.kind === 'condition' || endedFor?.kind === 'goal') return endedFor.why;
  const told = isPile(endedFor) ? pileOf(evidence, endedFor.why) : undefined;
  return whyBroken(evidence, phase) ?? told;
}

function isPile(end: EarlyEnd | undefined): end is Extract<EarlyEnd, { kind: 'pile' | 'collapse' }> {
  return end?.kind === 'pile' || end?.kind === 'collapse';
}

function pileOf({ until }: TrialEvidence, pile: string): string {
  return until.hasPlateau ? `plateau: ${pile}` : pile;
}

function whyUnanswered({ load, trial }: TrialEvidence, reason: string): string {
  return `a trial of ${(load.for ?? 0) / 1000} s at ${levelInWords(trial.level, unitOfLoad(load))} has no answer: ${reason}`;
}

/** What the search is told of a trial. @param isFromUnrest whether the target was not at rest before it. */
export function outcomeOf({ answer, plateau }: JudgedTrial, isFromUnrest: boolean): TrialOutcome {
  const seen = plateau === undefined ? {} : { plateau };
  if (answer.kind !== 'broke') return seen;
  const { why, isBeyondDoubt, isSuspected = false, served } = answer;
  const broken = { broke: why, isBeyondDoubt, isSuspected, isFromUnrest };
  return { ...broken, ...seen, ...(served !== undefined && { served }) };
}

function doubtOf({ samples, totals, trial, earlier, endedFor, load }: TrialEvidence): Omit<Broken, 'why'> {
  // Users who wait for their answers are never more than there are: only arrivals overload a target.
  const found =
    loadModel(load) === 'closed'
      ? undefined
      : overload(samples, totals.window, trial.level, iterationMsBefore(earlier));
  return found === undefined
    ? { isBeyondDoubt: endedFor?.kind === 'goal', isSuspected: endedFor?.kind === 'collapse' }
    : { isBeyondDoubt: true, served: found.served };
}

/** The most telling first: what the plan says, then what became of the load. */
function whyBroken(evidence: TrialEvidence, phase: PhaseResult): string | undefined {
  const { load, totals, until, trial, samples } = evidence;
  const goal = phase.goals.find(({ state }) => state === 'broken');
  if (goal !== undefined) return goal.text;
  const context = { scenarios: Object.keys(load.scenarios), loadHolds: true };
  const condition = judgeGoals(until.goals, totals, context).find(({ state }) => state === 'broken');
  if (condition !== undefined) return condition.text;
  const pile =
    loadModel(load) === 'closed'
      ? undefined
      : pileUp(samples, totals.window, trial.level, load.arrivals === 'poisson');
  if (pile !== undefined) return pileOf(evidence, pileInWords(pile));
  // A trial that was ended early did not have the load that was planned.
  if (isPile(evidence.endedFor)) return undefined;
  return phase.verdict === 'fail' ? phase.reason : undefined;
}

/** What was got done is that of the second half of a trial, so that trials of different lengths can be compared. */
export function loadPoints(trials: readonly JudgedTrial[]): LoadPoint[] {
  return trials.flatMap(({ trial }) =>
    trial.achieved === null ? [] : [{ offered: trial.level, delivered: trial.achieved }],
  );
}

function isOnlyWithoutBaseline({ goals, validity }: PhaseResult): boolean {
  const unknown = goals.filter(({ state }) => state === 'no-data');
  return (
    unknown.length > 0 && unknown.every(({ lacks }) => lacks === 'baseline') && validity.state !== 'invalid'
  );
}

function slowestP95({ steps }: PhaseResult): number | null {
  const known = steps
    .map(({ ttcMs, latencyMs }) => ttcMs?.p95 ?? latencyMs.p95)
    .filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
