/**
 * Iterations that were under way when the drain ended. The tool ends them without a sample, so that the longest times of
 * all would be missing without a word: a target that freezes shortly before the end would look fast.
 */
import { levelSeconds, loadModel, peakLevel, plannedMs } from '../plan/load';
import type { LoadPhase } from '../plan/schema';
import { counted, percent } from './figure';
import type { PhaseTotals } from './phase-totals';
import { invalidDroppedShare, suspectDroppedShare, type Finding } from './validity';

/** Per scenario: a load may hold an arrival more or less than its rate times its length, at either end. */
const roundingPerScenario = 2;

/** What there is to say about what never ended. A drain that was not used up ended with the last iteration. */
export function unfinishedFindings(load: LoadPhase, totals: PhaseTotals): Finding[] {
  const lengthMs = plannedMs(load);
  if (totals.coveredMs < lengthMs + load.drain) return [];
  return loadModel(load) === 'open'
    ? missingArrivals(load, totals, lengthMs)
    : usersStillAtWork(load, totals);
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
