/** The conditions that end the climb of a search: `until: [ "errors > 5%", plateau ]`. */
import { parseCondition } from '../plan/expression/goal';
import type { GoalOperator } from '../plan/expression/goal-shape';
import type { FindPhase } from '../plan/schema';
import type { StatedGoal } from './goals';

export interface Conditions {
  /** Each comparison as the goal that it breaks, with the text of the condition. */
  readonly goals: readonly StatedGoal[];
  /** Whether a plateau of the throughput ends the climb. */
  readonly hasPlateau: boolean;
}

const opposite: Readonly<Record<GoalOperator, GoalOperator>> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' };

/** The conditions of a plan that was found right; those that cannot be read are none. */
export function conditionsOf({ until = [] }: FindPhase): Conditions {
  const parsed = until.map((text) => ({ text, condition: parseCondition(text).condition }));
  return {
    goals: parsed.flatMap(({ text, condition }) => {
      if (condition?.kind !== 'comparison') return [];
      const { kind: _, ...comparison } = condition;
      return [{ text, goal: { ...comparison, operator: opposite[comparison.operator] } }];
    }),
    hasPlateau: parsed.some(({ condition }) => condition?.kind === 'plateau'),
  };
}
