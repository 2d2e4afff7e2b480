/**
 * Requests that were under way when the drain ended. They are in the stream as failures with the time that they had
 * taken, so that they count, and percentiles know that they would have taken longer. What they tell beyond that is
 * here: a target that freezes leaves few of them under a closed load, since users who wait ask for nothing more.
 */
import { loadModel, peakLevel } from '../plan/load';
import type { LoadPhase } from '../plan/schema';
import { counted, percent } from './figure';
import type { PhaseTotals } from './phase-totals';
import type { StepTotals } from './step-totals';
import { invalidDroppedShare, suspectDroppedShare, type Finding } from './validity';

/** What there is to say about what never ended. */
export function unfinishedFindings(totals: PhaseTotals): Finding[] {
  const count = totals.steps.reduce((sum, step) => sum + step.unfinished.count, 0);
  if (count === 0) return [];
  const share = count / totals.requests;
  return [
    {
      code: 'unfinished',
      weight: share > suspectDroppedShare ? 'suspect' : 'info',
      message: `${counted(count, 'request')} (${percent(share)}) had not ended when the drain did: they count as failed, and as at least as long as they had taken`,
    },
  ];
}

/** How much longer than the slowest answer a request must have waited to be stuck, and not just slow. */
const timesLonger = 3;

/** From this share of the users on, what is stuck is what most of them met last. */
const frozenUsersShare = 0.5;

/**
 * Whether the target stopped answering before the end: half of the users of a closed load are stuck, or more than a
 * hundredth of the requests of an open one, where no goal says how many may fail.
 *
 * @param ungoverned the steps without such a goal.
 * @returns why, in words.
 */
export function whyFrozen(
  load: LoadPhase,
  totals: PhaseTotals,
  ungoverned: readonly StepTotals[],
): string | undefined {
  const isClosed = loadModel(load) === 'closed';
  const stuck = (isClosed ? totals.steps : ungoverned).reduce((sum, step) => sum + stuckIn(step), 0);
  const users = load.shape === undefined ? peakLevel(load) : totals.usersMax;
  const limit = isClosed ? users * frozenUsersShare : totals.requests * invalidDroppedShare;
  if (stuck === 0 || stuck < limit) return undefined;
  return `the target stopped answering: ${counted(stuck, 'request')} had waited more than three times as long as any answer took when the drain ended`;
}

function stuckIn({ ok, unfinished }: StepTotals): number {
  return unfinished.count === 0 ? 0 : Math.floor(unfinished.histogram.countAbove(timesLonger * ok.maxUs));
}
