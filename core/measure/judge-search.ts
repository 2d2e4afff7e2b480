/** The result of a search for the capacity, from its trials: bounds, where throughput bends, and the verdict. */
import type { Capacity, PhaseResult, TrialResult } from '../run/run';
import { provenUpper, type Search, type SearchSettings } from './capacity-search';
import { explainCapacity } from './explain-capacity';
import { levelInWords } from './figure';
import { loadPoints, type JudgedTrial } from './judge-trial';
import { findKnee, type LoadPoint } from './knee';
import { isLevelFrom } from './plateau';
import type { JudgedVerdict } from './verdict';

/**
 * @param trials in order.
 * @returns `undefined` where no trial was made.
 */
export function judgeSearch(
  name: string,
  search: Search,
  trials: readonly JudgedTrial[],
): PhaseResult | undefined {
  const capacity = capacityOf(search, trials);
  const decisive = decisiveTrial(capacity, trials);
  if (decisive === undefined) return undefined;
  return { ...decisive.phase, name, ...verdictOn(search, trials), capacity };
}

function capacityOf(search: Search, trials: readonly JudgedTrial[]): Capacity {
  const { next } = search;
  const isFound = next.kind === 'done' && next.capacity.kind === 'found';
  const lower = lowerBound(search);
  const held = trials.findLast(({ trial }) => trial.held === true && trial.level === lower);
  return {
    unit: search.settings.unit,
    lower,
    upper: provenUpper(search) ?? null,
    reached: isFound,
    brokeFirst: search.brokeFirst ?? null,
    p95: held?.trial.p95 ?? null,
    plateau: plateauOf(loadPoints(trials), search.settings),
    explanation: explainCapacity(trials.map(({ trial }) => trial)),
    trials: trials.map(({ trial }) => inHindsight(trial, search)),
  };
}

function plateauOf(points: readonly LoadPoint[], { unit, least }: SearchSettings): Capacity['plateau'] {
  const knee = findKnee(points);
  if (knee.kind === 'not-reached') return { kind: 'not-reached', reason: knee.reason };
  const { offered, delivered, reason } = knee;
  const lowest = Math.min(...points.map((point) => point.offered));
  if (lowest === least || !isLevelFrom(lowest, offered)) return { kind: 'knee', offered, delivered, reason };
  const level = `throughput was level from the lowest load tried on, ${levelInWords(lowest, unit)}`;
  return { kind: 'not-reached', reason: `${level}: it stopped following below that` };
}

/** A trial of users holds as long as it is not seen that they are not followed any more, which takes levels beyond it. */
function inHindsight(trial: TrialResult, { plateau, upper = Infinity }: Search): TrialResult {
  const isBehind = plateau?.behind !== undefined && trial.level >= Math.max(plateau.behind, upper);
  return isBehind && trial.held === true ? { ...trial, held: false, why: plateau.why } : trial;
}

/** What was asked to be confirmed and was not is no bound. */
function lowerBound({ next, lower, upper }: Search): number | null {
  if (next.kind === 'done') return 'lower' in next.capacity ? next.capacity.lower : null;
  return lower === undefined || (upper !== undefined && lower >= upper) ? null : lower;
}

/** The last trial at the lower bound, else the last of all. */
function decisiveTrial({ lower }: Capacity, trials: readonly JudgedTrial[]): JudgedTrial | undefined {
  return trials.findLast(({ trial }) => trial.held === true && trial.level === lower) ?? trials.at(-1);
}

function verdictOn(search: Search, trials: readonly JudgedTrial[]): JudgedVerdict {
  const last = trials.at(-1);
  if (last?.answer.kind === 'void') {
    const { verdict, why } = last.answer;
    return { verdict, reason: why };
  }
  if (search.next.kind !== 'done')
    return { verdict: 'incomplete', reason: 'the search ended before its answer' };
  const { capacity } = search.next;
  const { start, max, unit } = search.settings;
  const level = (value: number): string => levelInWords(value, unit);
  const what = unit === 'users' ? 'number of users' : 'rate';
  const first = `not even the first ${unit === 'users' ? 'load' : 'rate'}, ${level(start)}, holds`;
  switch (capacity.kind) {
    case 'found': {
      const bounds = `it holds ${level(capacity.lower)} and breaks at ${level(capacity.upper)}: ${capacity.brokeFirst}`;
      return capacity.lower < Math.min(start, max ?? start)
        ? { verdict: 'fail', reason: `${first}; ${bounds}` }
        : { verdict: 'pass', reason: bounds };
    }
    case 'not-reached':
      return {
        verdict: 'pass',
        reason: `the limit was not reached: everything held up to the highest ${what} allowed, ${level(capacity.lower)}`,
      };
    case 'below':
      return {
        verdict: 'fail',
        reason: `${first}, nor any tried down to ${level(capacity.upper)}: ${capacity.brokeFirst}`,
      };
    case 'unstable':
      return {
        verdict: 'no-data',
        reason: `no ${what} could be confirmed, since trials disagree; the last broke at ${level(capacity.upper)}: ${capacity.brokeFirst}`,
      };
  }
}
