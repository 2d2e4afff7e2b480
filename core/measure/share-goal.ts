/**
 * What a goal on a share (`errors`, `success`) needs before it has an answer.
 *
 * Judged tasks: unjudged ones may have ended either way, so that a share of the rest says little where they are many.
 *
 * A goal is broken all the same where it would be with everything that is missing in its favour.
 */
import type { GoalOperator } from '../plan/expression/goal';
import type { GoalResult } from '../run/run';
import { counted } from './figure';
import { holds, isUpperBound } from './holds';

/** Above this share of tasks without a judgement those that have one do not speak for all. */
const maxUnjudgedShare = 0.01;

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
  return undefined;
}

/** Whether the goal is broken with `all` samples, if those that are missing are all as it wants them. */
function isBrokenAtBest(operator: GoalOperator, limit: number, { value, samples }: Share, all: number) {
  const counts = Math.round(value * samples);
  const best = (isUpperBound(operator) ? counts : all - samples + counts) / all;
  return !holds(best, operator, limit);
}
