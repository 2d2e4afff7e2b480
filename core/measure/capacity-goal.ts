/** Goals on the capacity that a search found: `capacity in stress >= 200/s`. */
import type { Goal } from '../plan/expression/goal-shape';
import type { Capacity, GoalResult, PhaseResult } from '../run/run';
import { perSecond } from './figure';
import type { StatedGoal } from './goals';
import { median } from './median';

/** The capacities of the runs that `baseline` stands for, as their lower bounds, or why there are none. */
export type CapacityBaseline =
  | { readonly kind: 'runs'; readonly lower: readonly number[] }
  | { readonly kind: 'none'; readonly reason: string };

/**
 * The result of a search with the goals on its capacity, which only now can be judged. A goal holds where the rate of its
 * limit held in a confirmed trial, and is broken where that rate broke; between the two bounds nobody knows.
 */
export function judgeCapacity(
  result: PhaseResult,
  goals: readonly StatedGoal[],
  baseline: CapacityBaseline | undefined,
): PhaseResult {
  const { capacity } = result;
  const own = goals.filter(({ goal }) => isAbout(goal, result.name));
  if (own.length === 0 || capacity === undefined) return result;
  const judged = own.map(({ text, goal }) => judge(text, goal, capacity, baseline));
  return { ...result, goals: [...result.goals, ...judged], ...verdictOf(result, judged) };
}

function isAbout({ metric, phase }: Goal, name: string): boolean {
  return metric.kind === 'capacity' && (phase === undefined || phase.name === name);
}

function judge(
  text: string,
  { limit }: Goal,
  { lower, upper, trials }: Capacity,
  baseline: CapacityBaseline | undefined,
): GoalResult {
  const base = { text, measured: lower, unit: 'per-second', samples: trials.length } as const;
  const wanted = limit.kind === 'fixed' ? limit.value : baselineLimit(limit.factor, baseline);
  if (typeof wanted === 'string')
    return { ...base, limit: null, state: 'no-data', lacks: 'baseline', reason: wanted };
  if (lower !== null && lower >= wanted) return { ...base, limit: wanted, state: 'held' };
  if (upper !== null && upper <= wanted)
    return { ...base, limit: wanted, state: 'broken', reason: `it breaks at ${perSecond(upper)}` };
  return { ...base, limit: wanted, state: 'no-data', lacks: 'bounds', reason: whyOpen(lower, upper) };
}

function whyOpen(lower: number | null, upper: number | null): string {
  if (upper === null)
    return lower === null
      ? 'the search has no bounds'
      : `the search went up to ${perSecond(lower)} only, where all still held`;
  return `the limit lies between the bounds of the search, ${lower === null ? 'below' : `${perSecond(lower)} to`} ${perSecond(upper)}`;
}

function baselineLimit(factor: number, baseline: CapacityBaseline | undefined): number | string {
  const middle = baseline?.kind === 'runs' ? median(baseline.lower) : undefined;
  if (middle !== undefined) return middle * factor;
  return baseline?.kind === 'none' ? baseline.reason : 'there is no baseline run to compare with';
}

/** Only what passed can become worse; a missing baseline is no fault of the run. */
function verdictOf(
  { verdict, reason }: PhaseResult,
  judged: readonly GoalResult[],
): Pick<PhaseResult, 'verdict' | 'reason'> {
  const broken = judged.find(({ state }) => state === 'broken');
  const open = judged.find(({ state, lacks }) => state === 'no-data' && lacks !== 'baseline');
  if (verdict === 'pass' && broken !== undefined)
    return { verdict: 'fail', reason: `a goal is broken: ${broken.text}: ${broken.reason ?? ''}` };
  if (verdict === 'pass' && open !== undefined)
    return { verdict: 'no-data', reason: `a goal cannot be judged: ${open.text}: ${open.reason ?? ''}` };
  return { verdict, reason };
}
