/** Whether a trial that still goes on has broken already: more load would only hurt the target and cost time. */
import { levelSeconds } from '../plan/load';
import type { LoadPhase } from '../plan/schema';
import { counted, percent } from './figure';
import { judgeGoals, type StatedGoal } from './goals';
import { overload, pileUp, type LoadSample } from './load-samples';
import type { PhaseTotals } from './phase-totals';
import type { TickRecord } from './record';
import { invalidDroppedShare } from './validity';

/** A condition must hold for so long, and over so many samples, to be beyond doubt. */
const heldMs = 2000;
const minSamples = 50;

export interface EarlyEnd {
  /** `condition`: a condition of the plan holds, or arrivals were lost. `pile`: the target does not keep up. */
  readonly kind: 'condition' | 'pile';
  readonly why: string;
}

/** The trial that is watched. */
export interface Watched {
  readonly load: LoadPhase;
  /** Those of the trial. The tick was added to both before. */
  readonly totals: PhaseTotals;
  readonly samples: readonly LoadSample[];
  /** Arrivals per second. */
  readonly rate: number;
  /** How long an iteration takes where the target keeps up, as far as it is known. */
  readonly iterationMs: number | undefined;
}

/** @returns what to call with each tick; it answers what broke, or `undefined` as long as nothing did. */
export function watchForEnd(
  trial: Watched,
  conditions: readonly StatedGoal[],
): (tick: TickRecord) => EarlyEnd | undefined {
  const { load, totals } = trial;
  const since = new Map<string, number>();
  const arrivals = levelSeconds(load, totals.window);
  // A rate is that of the whole window, which is not over yet.
  const context = { scenarios: Object.keys(load.scenarios), loadHolds: false };
  return (tick) => {
    // Arrivals that found no user do not come back, so what is lost is lost.
    const dropped = totals.dropped / arrivals;
    if (dropped > invalidDroppedShare) {
      const why = `${counted(totals.dropped, 'arrival')} (${percent(dropped)}) found no free user`;
      return { kind: 'condition', why };
    }
    const results = judgeGoals(conditions, totals, context);
    for (const { text, state, samples } of results) {
      if (state !== 'broken' || samples < minSamples) since.delete(text);
      else if (!since.has(text)) since.set(text, tick.timeMs);
    }
    const why = [...since].find(([, sinceMs]) => tick.timeMs - sinceMs >= heldMs)?.[0];
    return why === undefined ? whyPiled(trial) : { kind: 'condition', why };
  };
}

/** Beyond doubt at any time, and as the trial is judged once its arrivals are over: what is left only comes later. */
function whyPiled({ load, totals, samples, rate, iterationMs }: Watched): EarlyEnd | undefined {
  const { window } = totals;
  const isOver = (samples.at(-1)?.endMs ?? 0) >= window.toMs;
  const found = overload(samples, window, rate, iterationMs);
  const pile =
    isOver || found !== undefined ? pileUp(samples, window, rate, load.arrivals === 'poisson') : undefined;
  return pile === undefined ? undefined : { kind: 'pile', why: pileInWords(pile) };
}

export function pileInWords({ from, to }: { readonly from: number; readonly to: number }): string {
  return `arrivals piled up from ${Math.round(from)} to ${counted(Math.round(to), 'iteration')} under way`;
}
