/**
 * Whether the answer of a trial that still goes on is known already: more load would only cost time, and where something
 * broke it would hurt the target.
 */
import { levelSeconds, loadModel } from '../plan/load';
import type { LoadPhase } from '../plan/schema';
import type { GoalResult } from '../run/run';
import { counted, percent } from './figure';
import { judgeGoals, type StatedGoal } from './goals';
import { whyHopeless } from './hopeless-goal';
import { iterationMsOf, pileUp, type LoadSample } from './load-samples';
import { backlogsOf, collapse, largeShare, overload } from './overload';
import type { PhaseTotals } from './phase-totals';
import type { TickRecord } from './record';
import { invalidDroppedShare } from './validity';

/** A condition must hold for so long, and over so many samples, to be beyond doubt. */
const heldMs = 2000;
const minSamples = 50;

export type EarlyEnd =
  /** `condition`: a condition of the plan holds, or arrivals were lost. `goal`: a goal cannot hold any more. */
  | { readonly kind: 'condition' | 'goal'; readonly why: string }
  /** `pile`: the target does not keep up. `collapse`: it looks so, and goes on to get worse. */
  | { readonly kind: 'pile' | 'collapse'; readonly why: string }
  /** Everything holds, and nothing is near its limit. */
  | { readonly kind: 'clear' };

/** The trial that is watched. */
export interface Watched {
  readonly load: LoadPhase;
  /** Those of the trial. The tick was added to both before. */
  readonly totals: PhaseTotals;
  readonly samples: readonly LoadSample[];
  /** The records of the tool as they come, shorter than the samples. */
  readonly records?: readonly LoadSample[];
  /** Arrivals per second, or users; and the highest that held where the target is spared: the first signs then end the trial. */
  readonly level: number;
  readonly sparedAbove?: number | undefined;
  /** How long an iteration takes where the target keeps up, as far as it is known. */
  readonly iterationMs: number | undefined;
  /** Of the plan. */
  readonly goals: readonly StatedGoal[];
  readonly conditions: readonly StatedGoal[];
  /** Whether it is given all its time to hold: its answer is the one that is reported, or takes all of it to show. */
  readonly isWhole: boolean;
}

/** @returns what to call with each tick; it answers why the trial can end, or `undefined` as long as it cannot. */
export function watchForEnd(trial: Watched): (tick: TickRecord) => EarlyEnd | undefined {
  const { load, totals, conditions, goals } = trial;
  const since = new Map<string, number>();
  const arrivals = levelSeconds(load, totals.window);
  // A rate is that of the whole window, which is not over yet.
  const context = { scenarios: Object.keys(load.scenarios), loadHolds: false };
  return (tick) => {
    const dropped = whyDropped(totals, arrivals);
    if (dropped !== undefined) return { kind: 'condition', why: dropped };
    const condition = brokenFor(judgeGoals(conditions, totals, context), since, tick.timeMs);
    if (condition !== undefined) return { kind: 'condition', why: condition };
    const pile = whyPiled(trial);
    if (pile !== undefined) return { kind: 'pile', why: pile };
    const collapsing = whyCollapsing(trial);
    if (collapsing !== undefined) return { kind: 'collapse', why: collapsing };
    if (reachOf(trial) < totals.window.fromMs + hopelessAfterShare * lengthOf(totals)) return undefined;
    const hopeless = whyHopeless(goals, totals, load);
    // What piles up soon proves by itself how much is served, which tells where to look next.
    if (hopeless !== undefined && !isPilingUp(trial)) return { kind: 'goal', why: hopeless };
    return isClear(trial, [...goals, ...conditions], context) ? { kind: 'clear' } : undefined;
  };
}

/** @param since when each was seen to be broken first. @returns the one that has been so for long enough. */
function brokenFor(
  results: readonly GoalResult[],
  since: Map<string, number>,
  timeMs: number,
): string | undefined {
  for (const { text, state, samples } of results) {
    if (state !== 'broken' || samples < minSamples) since.delete(text);
    else if (!since.has(text)) since.set(text, timeMs);
  }
  return [...since].find(([, sinceMs]) => timeMs - sinceMs >= heldMs)?.[0];
}

/** Arrivals that found no user do not come back, so what is lost is lost. */
function whyDropped(totals: PhaseTotals, arrivals: number): string | undefined {
  const share = totals.dropped / arrivals;
  if (share <= invalidDroppedShare) return undefined;
  return `${counted(totals.dropped, 'arrival')} (${percent(share)}) found no free user`;
}

const hopelessAfterShare = 0.4;

/** Users wait for their answers: however slow those are, nothing piles up. */
function isPilingUp({ load, samples, totals, level }: Watched): boolean {
  if (loadModel(load) === 'closed') return false;
  const end = backlogsOf(samples, totals.window, level).at(-1);
  return end !== undefined && end.unserved >= (largeShare * level * end.toMs) / 1000;
}

function lengthOf({ window }: PhaseTotals): number {
  return window.toMs - window.fromMs;
}

function reachOf({ samples }: Watched): number {
  return samples.at(-1)?.endMs ?? 0;
}

/** Beyond doubt at any time, and as the trial is judged once its arrivals are over: what is left only comes later. */
function whyPiled({ load, totals, samples, level, iterationMs }: Watched): string | undefined {
  if (loadModel(load) === 'closed') return undefined;
  const { window } = totals;
  const found = overload(samples, window, level, iterationMs);
  if (found !== undefined) return pileInWords(found);
  if ((samples.at(-1)?.endMs ?? 0) < window.toMs) return undefined;
  const pile = pileUp(samples, window, level, load.arrivals === 'poisson');
  return pile && pileInWords(pile);
}

function whyCollapsing(trial: Watched): string | undefined {
  const { records, totals, level, sparedAbove: held, iterationMs, load } = trial;
  if (loadModel(load) === 'closed') return undefined;
  if (records === undefined || held === undefined || iterationMs === undefined) return undefined;
  const found = collapse(records, totals.window, { rate: level, held, iterationMs });
  return found && pileInWords(found);
}

export function pileInWords({ from, to }: { readonly from: number; readonly to: number }): string {
  return `arrivals piled up from ${Math.round(from)} to ${counted(Math.round(to), 'iteration')} under way`;
}

/** The share of the measured time after which a trial may be clear, and the least of it. */
const clearShare = 0.4;
const minClearMs = 3000;

/** An iteration that takes hardly longer than at a lower load waits for nothing. */
const clearSlowdown = 1.2;

/** What is under way is counted in whole iterations: one more or less says nothing. */
const clearUsers = 1;

/** Not where it is the answer: a limit may show late. */
function isClear(
  trial: Watched,
  stated: readonly StatedGoal[],
  context: Parameters<typeof judgeGoals>[2],
): boolean {
  const { load, totals, samples, level, iterationMs, isWhole } = trial;
  const { fromMs } = totals.window;
  const reachMs = reachOf(trial);
  if (isWhole || iterationMs === undefined) return false;
  if (reachMs < fromMs + Math.max(minClearMs, clearShare * lengthOf(totals))) return false;
  const now = iterationMsOf(samples, { fromMs, toMs: reachMs });
  const byCountMs = loadModel(load) === 'closed' ? 0 : (clearUsers * 1000) / level;
  if (now === undefined || now > clearSlowdown * iterationMs + byCountMs) return false;
  return judgeGoals(stated, totals, context).every(({ state }) => state === 'held');
}
