/** Whether a trial that still goes on has broken already: more load would only hurt the target and cost time. */
import { levelSeconds } from '../plan/load';
import type { LoadPhase } from '../plan/schema';
import { counted, percent } from './figure';
import { judgeGoals, type StatedGoal } from './goals';
import type { PhaseTotals } from './phase-totals';
import type { TickRecord } from './record';
import { invalidDroppedShare } from './validity';

/** A condition must hold for so long, and over so many samples, to be beyond doubt. */
const heldMs = 2000;
const minSamples = 50;

/**
 * @param totals those of the trial, which the tick was added to before.
 * @returns what to call with each tick; it answers what broke, or `undefined` as long as nothing did.
 */
export function watchForEnd(
  load: LoadPhase,
  conditions: readonly StatedGoal[],
  totals: PhaseTotals,
): (tick: TickRecord) => string | undefined {
  const since = new Map<string, number>();
  const arrivals = levelSeconds(load, totals.window);
  // A rate is that of the whole window, which is not over yet.
  const context = { scenarios: Object.keys(load.scenarios), loadHolds: false };
  return (tick) => {
    // Arrivals that found no user do not come back, so what is lost is lost.
    const dropped = totals.dropped / arrivals;
    if (dropped > invalidDroppedShare)
      return `${counted(totals.dropped, 'arrival')} (${percent(dropped)}) found no free user`;
    const results = judgeGoals(conditions, totals, context);
    for (const { text, state, samples } of results) {
      if (state !== 'broken' || samples < minSamples) since.delete(text);
      else if (!since.has(text)) since.set(text, tick.timeMs);
    }
    return [...since].find(([, sinceMs]) => tick.timeMs - sinceMs >= heldMs)?.[0];
  };
}
