/** Writes goals and conditions in one spelling; what is printed parses to the same value. */
import { formatDuration } from '../units';
import { baselineChange } from './goal-limit';
import type { Comparison, Condition, Goal, Limit } from './goal-shape';
import { printPercent } from './print';
import type { NameAt } from './syntax';

const plainName = /^[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*$/;

/** The goal as text. */
export function printGoal(goal: Goal): string {
  const phase = goal.phase ? ` in ${printName(goal.phase)}` : '';
  return `${printSubject(goal)}${phase} ${goal.operator} ${printLimit(goal.limit)}`;
}

/** The condition as text. */
export function printCondition(condition: Condition): string {
  if (condition.kind === 'plateau') return 'plateau';
  return `${printSubject(condition)} ${condition.operator} ${printLimit(condition.limit)}`;
}

/** What is measured, of what: `p95(ttc(research))`. */
export function printSubject(comparison: Comparison): string {
  const { metric, scenario, step } = comparison;
  const within = comparison.time ?? comparison.count;
  const name = metric.kind === 'percentile' ? `p${metric.percentile}` : metric.kind;
  const path = [scenario, step].flatMap((part) => (part ? [printName(part)] : [])).join('.');
  if (within !== undefined) return `${name}(${within}(${path}))`;
  return path === '' ? name : `${name}(${path})`;
}

/** The bound of a goal: `300ms`, `99%`, `200/s`, `200`, `baseline + 10%`. */
function printLimit(limit: Limit): string {
  if (limit.kind === 'baseline') return baselineChange(limit.factor);
  if (limit.unit === 'ms') return formatDuration(limit.value);
  if (limit.unit === 'share') return printPercent(limit.value);
  return limit.unit === 'users' ? String(limit.value) : `${limit.value}/s`;
}

function printName({ name }: NameAt): string {
  return nameInGoal(name);
}

/** A name as it stands in a goal: in quotes, where it is more than a word. */
export function nameInGoal(name: string): string {
  return plainName.test(name) ? name : JSON.stringify(name);
}

/** The names a goal or a condition refers to, with their places. */
export function namesIn(goal: Goal | Condition): { kind: 'scenario' | 'step' | 'phase'; at: NameAt }[] {
  if ('kind' in goal && goal.kind === 'plateau') return [];
  const { scenario, step } = goal;
  const phase = 'phase' in goal ? goal.phase : undefined;
  return [
    ...(scenario ? [{ kind: 'scenario' as const, at: scenario }] : []),
    ...(step ? [{ kind: 'step' as const, at: step }] : []),
    ...(phase ? [{ kind: 'phase' as const, at: phase }] : []),
  ];
}
