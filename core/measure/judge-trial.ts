/** How one trial of a search went: it held, something broke, or there is no answer. */
import type { LoadPhase } from '../plan/schema';
import type { PhaseResult, TrialResult, Verdict } from '../run/run';
import type { Trial } from './capacity-search';
import type { Conditions } from './conditions';
import { inFlightOf } from './explain-capacity';
import { counted, perSecond } from './figure';
import { judgeGoals } from './goals';
import { judgePhase, type PhaseEvidence } from './judge-phase';
import { findKnee, type LoadPoint } from './knee';
import { deliveredPerSecond, pileUp, type LoadSample } from './load-samples';

export interface TrialEvidence extends PhaseEvidence {
  readonly trial: Trial;
  readonly number: number;
  readonly load: LoadPhase;
  readonly until: Conditions;
  readonly samples: readonly LoadSample[];
  /** What broke beyond doubt, so that the trial was ended early. */
  readonly endedFor: string | undefined;
  /** The trials before this one. */
  readonly earlier: readonly JudgedTrial[];
}

export type TrialAnswer =
  | { readonly kind: 'held' }
  | { readonly kind: 'broke'; readonly why: string }
  /** The trial says nothing about the target: the search cannot go on. */
  | { readonly kind: 'void'; readonly verdict: Verdict; readonly why: string };

export interface JudgedTrial {
  readonly trial: TrialResult;
  readonly lengthMs: number;
  readonly answer: TrialAnswer;
  /** The trial by itself, as if it were a phase of load. */
  readonly phase: PhaseResult;
}

/** Judges a trial by the goals about its phase, by the conditions that end the climb, and by what piled up. */
export function judgeTrial(evidence: TrialEvidence): JudgedTrial {
  const { trial, number, load, totals } = evidence;
  const phase = judgePhase(load, { ...evidence, conditions: evidence.until.goals });
  const { fromMs, toMs } = totals.window;
  // What was begun before the trial is over by then, so that as much ends as begins, if the target keeps up.
  const halfMs = Math.max(fromMs, toMs / 2);
  const achieved = deliveredPerSecond(evidence.samples, { fromMs: halfMs, toMs });
  const lengthMs = load.for ?? 0;
  const answer = answerOf(evidence, phase, achieved);
  return {
    trial: {
      number,
      purpose: trial.purpose,
      rate: trial.rate,
      achieved,
      inFlight: inFlightOf(totals, achieved, trial.rate),
      errors: phase.requests === 0 ? null : phase.failed / phase.requests,
      p95: slowestP95(phase),
      held: answer.kind === 'void' ? null : answer.kind === 'held',
      why: answer.kind === 'held' ? null : answer.why,
    },
    lengthMs,
    answer,
    phase,
  };
}

function answerOf(evidence: TrialEvidence, phase: PhaseResult, achieved: number | null): TrialAnswer {
  const { verdict, reason } = phase;
  if (verdict === 'tool-error' || verdict === 'aborted') return { kind: 'void', verdict, why: reason };
  if (evidence.endedFor !== undefined) return { kind: 'broke', why: evidence.endedFor };
  if (verdict === 'incomplete') return { kind: 'void', verdict, why: reason };
  const why = whyBroken(evidence, phase, achieved);
  if (why !== undefined) return { kind: 'broke', why };
  if (verdict !== 'no-data' || isOnlyWithoutBaseline(phase)) return { kind: 'held' };
  const told = `a trial of ${(evidence.load.for ?? 0) / 1000} s at ${perSecond(evidence.trial.rate)} has no answer: ${reason}`;
  return { kind: 'void', verdict, why: told };
}

/** The most telling first: what the plan says, then what became of the load. */
function whyBroken(evidence: TrialEvidence, phase: PhaseResult, achieved: number | null): string | undefined {
  const { load, totals, until, trial, samples } = evidence;
  const goal = phase.goals.find(({ state }) => state === 'broken');
  if (goal !== undefined) return goal.text;
  const context = { scenarios: Object.keys(load.scenarios), loadHolds: true };
  const condition = judgeGoals(until.goals, totals, context).find(({ state }) => state === 'broken');
  if (condition !== undefined) return condition.text;
  const pile = pileUp(samples, totals.window, trial.rate, load.arrivals === 'poisson');
  if (pile !== undefined) {
    const under = `arrivals piled up from ${Math.round(pile.from)} to ${counted(Math.round(pile.to), 'iteration')} under way`;
    return until.hasPlateau ? `plateau: ${under}` : under;
  }
  if (phase.verdict === 'fail') return phase.reason;
  return until.hasPlateau ? whyPlateau(evidence, achieved) : undefined;
}

function whyPlateau(evidence: TrialEvidence, achieved: number | null): string | undefined {
  const { earlier, trial, load } = evidence;
  if (achieved === null) return undefined;
  const here = { offered: trial.rate, delivered: achieved };
  const knee = findKnee([...loadPoints(earlier, load.for ?? 0), here]);
  return knee.kind === 'reached' && knee.offered < trial.rate ? `plateau: ${knee.reason}` : undefined;
}

/** Trials of one length: the share of a trial that goes into its start differs between lengths. */
export function loadPoints(trials: readonly JudgedTrial[], lengthMs: number): LoadPoint[] {
  return trials.flatMap(({ trial, lengthMs: own }) =>
    trial.achieved === null || own !== lengthMs ? [] : [{ offered: trial.rate, delivered: trial.achieved }],
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
