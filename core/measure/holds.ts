import type { GoalOperator } from '../plan/expression/goal-shape';

export function holds(value: number, operator: GoalOperator, limit: number): boolean {
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}

export function isUpperBound(operator: GoalOperator): boolean {
  return operator === '<' || operator === '<=';
}
