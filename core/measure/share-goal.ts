/**
 * What a goal on a share (`errors`, `success`) needs before it has an answer.
 *
 * Judged tasks: unjudged ones may have ended either way, so that a share of the rest says little where they are many.
 *
 * Samples: n samples resolve a share of 1/n, so that a limit that allows a share `a` of exceptions needs 1/a of them:
 * with fewer, a single exception decides, and none at all proves nothing. `success >= 99%` needs 100 and
 * `errors < 0.1%` needs 1,000. No goal is judged on fewer than 30, and those that allow no exception need no more: none
 * in 30 shows with 95 % confidence that less than a tenth are one. That a confidence bound keeps the limit is not
 * asked: 99.5 % of 400 would then not hold `>= 99%`.
 *
 * In both cases a goal is broken all the same where it would be with everything that is missing in its favour.
 */
import type { GoalOperator } from '../plan/expression/goal-shape';
import type { GoalResult } from '../run/run';
import { counted } from './figure';
import { holds, isUpperBound } from './holds';

/** Above this share of tasks without a judgement those that have one do not speak for all. */
const maxUnjudgedShare = 0.01;

const leastSamples = 30;

interface Share {
  readonly value: number;
  readonly samples: number;
  readonly unjudged?: number;
}

type Unproven = Pick<GoalResult, 'state' | 'lacks' | 'reason'>;

/** @returns why a share gives no plain answer, or `undefined` where it can be held against its limit as it is. */
export function judgeShare(operator: GoalOperator, limit: number, share: Share): Unproven | undefined {
  const { samples, unjudged = 0 } = share;
  const all = samples + unjudged;
  if (unjudged > all * maxUnjudgedShare) {
    const reason = `${unjudged} of ${counted(all, 'task')} were not judged`;
    if (isBrokenAtBest(operator, limit, share, all))
      return {
        state: 'broken',
        reason: `${reason}, and it is broken even if all of them count in its favour`,
      };
    return { state: 'no-data', lacks: 'judgement', reason };
  }
  const needed = samplesForShare(operator, limit);
  if (samples >= needed) return undefined;
  const reason = `its limit needs ${counted(needed, 'sample')}, there are ${samples}`;
  if (isBrokenAtBest(operator, limit, share, needed))
    return { state: 'broken', reason: `${reason}, but no others could make it hold` };
  return { state: 'no-data', lacks: 'samples', reason };
}

/** @returns the fewest samples with which a share can be held against `limit`, a share as well. */
function samplesForShare(operator: GoalOperator, limit: number): number {
  const allowed = isUpperBound(operator) ? limit : 1 - limit;
  // The guard keeps 1 - 0.99 and its like, which are no exact hundredths, from asking for one more.
  return allowed <= 1e-9 ? leastSamples : Math.max(leastSamples, Math.ceil(1 / allowed - 1e-6));
}

/** Whether the goal is broken with `all` samples, if those that are missing are all as it wants them. */
function isBrokenAtBest(operator: GoalOperator, limit: number, { value, samples }: Share, all: number) {
  const counts = Math.round(value * samples);
  const best = (isUpperBound(operator) ? counts : all - samples + counts) / all;
  return !holds(best, operator, limit);
}
