/** Goals on the capacity that a search found: `capacity in stress >= 200/s`. */
import type { Goal } from '../plan/expression/goal-shape';
import type { Capacity, GoalResult, PhaseResult } from '../run/run';
import { levelInWords } from './figure';
import type { StatedGoal } from './goals';
import { median } from './median';

/** The capacities of the runs that `baseline` stands for, as their lower bounds, or why there are none. */
export type CapacityBaseline =
  | { readonly kind: 'runs'; readonly lower: readonly number[] }
  | { readonly kind: 'none'; readonly reason: string };

/**
 * The result of a search with the goals on its capacity, which only now can be judged. A goal holds where its limit
 * held in a confirmed trial, and is broken where that load broke; between the two bounds nobody knows.
 */
export function judgeCapacity(
  result: PhaseResult,
  goals: readonly StatedGoal[],
  baseline: CapacityBaseline | undefined,
): PhaseResult {
  const { capacity } = result;
  if (capacity === undefined) return result;
  const own = goals.filter(({ goal }) => isAbout(goal, result.name, capacity.unit));
  if (own.length === 0) return result;
  const judged = own.map(({ text, goal }) => judge(text, goal, capacity, baseline));
  return { ...result, goals: [...result.goals, ...judged], ...verdictOf(result, judged) };
}

/** A goal that names no phase is about the searches by its unit. */
function isAbout({ metric, phase, limit }: Goal, name: string, unit: Capacity['unit']): boolean {
  if (metric.kind !== 'capacity') return false;
  if (phase !== undefined) return phase.name === name;
  return limit.kind === 'baseline' || limit.unit === unit;
}

function judge(
  text: string,
  { limit }: Goal,
  { unit, lower, upper, trials }: Capacity,
  baseline: CapacityBaseline | undefined,
): GoalResult {
  const base = { text, measured: lower, unit, samples: trials.length } as const;
  const wanted = limit.kind === 'fixed' ? limit.value : baselineLimit(limit.factor, baseline);
  if (typeof wanted === 'string')
    return { ...base, limit: null, state: 'no-data', lacks: 'baseline', reason: wanted };
  if (lower !== null && lower >= wanted) return { ...base, limit: wanted, state: 'held' };
  if (upper !== null && upper <= wanted)
    return { ...base, limit: wanted, state: 'broken', reason: `it breaks at ${levelInWords(upper, unit)}` };
  return { ...base, limit: wanted, state: 'no-data', lacks: 'bounds', reason: whyOpen(lower, upper, unit) };
}

function whyOpen(lower: number | null, upper: number | null, unit: Capacity['unit']): string {
  const level = (value: number): string => levelInWords(value, unit);
  if (upper === null)
    return lower === null
      ? 'the search has no bounds'
      : `the search went up to ${level(lower)} only, where all still held`;
  return `the limit lies between the bounds of the search, ${lower === null ? 'below' : `${level(lower)} to`} ${level(upper)}`;
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
