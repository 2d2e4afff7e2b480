/**
 * Iterations that were under way when the drain ended. The tool ends them without a sample, so that the longest times of
 * all would be missing without a word: a target that freezes shortly before the end would look fast.
 */
import { levelSeconds, loadModel, peakLevel, plannedMs } from '../plan/load';
import type { LoadPhase, Plan, Step } from '../plan/schema';
import { allSteps } from '../plan/steps';
import { counted, percent } from './figure';
import type { PhaseTotals } from './phase-totals';
import { invalidDroppedShare, suspectDroppedShare, type Finding } from './validity';

/** Per scenario: a load may hold an arrival more or less than its rate times its length, at either end. */
const roundingPerScenario = 2;

/** What there is to say about what never ended. A drain that was not used up ended with the last iteration. */
export function unfinishedFindings(load: LoadPhase, plan: Plan, totals: PhaseTotals): Finding[] {
  const lengthMs = plannedMs(load);
  if (totals.coveredMs < lengthMs + load.drain) return [];
  const findings =
    loadModel(load) === 'open' ? missingArrivals(load, totals, lengthMs) : usersStillAtWork(load, totals);
  // Who pauses for longer than the drain waits for nobody: that is no proof of times that are missing.
  return longestPauseMs(load, plan) < load.drain ? findings : findings.map(toSuspect);
}

function toSuspect(finding: Finding): Finding {
  return { ...finding, weight: 'suspect' };
}

/** The pauses of an iteration in all, of the scenario with the longest. */
function longestPauseMs(load: LoadPhase, plan: Plan): number {
  const pauses = Object.keys(load.scenarios).map((scenario) =>
    allSteps(plan.scenarios[scenario]).reduce((sum, { step, turns }) => sum + pauseMs(step) * turns, 0),
  );
  return Math.max(0, ...pauses);
}

/** A pause that scatters around a mean is hardly ever longer than this many means. */
const meansOfLongPause = 4;

function pauseMs(step: Step): number {
  if (!('think' in step)) return 0;
  if (typeof step.think === 'number') return step.think;
  return 'to' in step.think ? step.think.to : step.think.mean * meansOfLongPause;
}

/** Every planned arrival ends, is dropped, or is missing. */
function missingArrivals(load: LoadPhase, { health }: PhaseTotals, lengthMs: number): Finding[] {
  const planned = levelSeconds(load, { fromMs: 0, toMs: lengthMs });
  const missing = Math.floor(planned) - health.iterations - health.dropped;
  const share = missing / planned;
  const rounding = roundingPerScenario * Object.keys(load.scenarios).length;
  if (missing <= rounding || share <= suspectDroppedShare) return [];
  return [
    {
      code: 'unfinished',
      weight: share > invalidDroppedShare ? 'invalid' : 'suspect',
      message: `${counted(missing, 'arrival')} (${percent(share)}) had not ended when the drain did, and their times are missing: a longer drain would show them`,
    },
  ];
}

/** From this share of the users on, what did not end is what most of them met last. */
const invalidUsersShare = 0.5;

/** Users are counted once in this time, so some of these may have ended after all, and in a shorter drain all. */
const countedEachMs = 1000;

function usersStillAtWork(load: LoadPhase, { health }: PhaseTotals): Finding[] {
  const { usersAtEnd, iterations } = health;
  const isMost = load.drain >= countedEachMs && usersAtEnd >= peakLevel(load) * invalidUsersShare;
  if (!isMost && usersAtEnd / Math.max(1, usersAtEnd + iterations) <= suspectDroppedShare) return [];
  return [
    {
      code: 'unfinished',
      weight: isMost ? 'invalid' : 'suspect',
      message: `up to ${counted(usersAtEnd, 'iteration')} had not ended when the drain did, and their times are missing: a longer drain would show them`,
    },
  ];
}
