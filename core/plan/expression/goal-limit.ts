/** The bound that a goal keeps: `< 300ms`, `>= 99%`, `<= baseline + 10%`. */
import { t } from '@vscode/l10n';
import type { TextRange } from '../../problems';
import { parseDuration, parseRate } from '../units';
import type { Cursor } from './cursor';
import {
  unitOf,
  type Comparison,
  type GoalOperator,
  type Limit,
  type Metric,
  type MetricUnit,
} from './goal-shape';
import { printPercent } from './print';

const syntax = 'goal-syntax';

export function parseBound(
  cursor: Cursor,
  metric: Metric,
  phaseMayFollow: boolean,
): Pick<Comparison, 'operator' | 'limit' | 'limitRange'> | undefined {
  const operator = parseOperator(cursor, phaseMayFollow);
  const { start } = cursor.peek().range;
  const limit = operator && parseLimit(cursor, metric);
  if (operator === undefined || limit === undefined) return undefined;
  return { operator, limit, limitRange: { start, end: cursor.end() } };
}

function parseOperator(cursor: Cursor, phaseMayFollow: boolean): GoalOperator | undefined {
  for (const operator of ['<=', '>=', '<', '>'] as const) if (cursor.take(operator)) return operator;
  return cursor.fail(syntax, t`Expected ${phaseMayFollow ? t('in and a phase, or ') : ''}<, <=, > or >=`);
}

const examples = (): Readonly<Record<MetricUnit, string>> => ({
  ms: t('a duration, such as 300ms'),
  share: t('a percentage, such as 99%'),
  'per-second': t('a rate, such as 200/s'),
});

function parseLimit(cursor: Cursor, metric: Metric): Limit | undefined {
  const token = cursor.peek();
  const unit = unitOf(metric);
  if (cursor.take('baseline')) return parseBaseline(cursor);
  const negative = cursor.take('-') !== undefined;
  const fixed = parseFixed(cursor);
  const range = { start: token.range.start, end: Math.max(cursor.end(), token.range.start) };
  if (fixed === undefined) return cursor.fail(syntax, t`Expected ${exampleOf(metric)}, or baseline`);
  if (negative) return cursor.fail('goal-unit', t('A limit is never below zero'), range);
  if (metric.kind === 'capacity' && fixed.unit === 'none') return limitInUsers(cursor, fixed.value, range);
  const joined = fixed.unit === 'none' ? unitBehind(cursor, token.text) : undefined;
  if (joined !== undefined) {
    const whole = { start: range.start, end: cursor.peek().range.end };
    return cursor.fail('goal-unit', t`A number and its unit are one word: ${joined}`, whole, [
      { title: t`Write ${joined}`, edits: [{ range: whole, newText: joined }] },
    ]);
  }
  if (fixed.unit !== unit)
    return cursor.fail('goal-unit', t`${describe(metric)} is measured against ${exampleOf(metric)}`, range);
  if (unit === 'share' && fixed.value > 1)
    return cursor.fail('goal-unit', t('A share is at most 100%'), range);
  return { kind: 'fixed', ...fixed, unit };
}

/** The number with the unit that stands apart from it. */
function unitBehind(cursor: Cursor, digits: string): string | undefined {
  const { text } = cursor.peek();
  return text === '%' || parseDuration(digits + text) !== undefined ? digits + text : undefined;
}

/** Which of both it is, the search says that the goal is about. */
function exampleOf(metric: Metric): string {
  if (metric.kind === 'capacity') return t('a rate, such as 200/s, or a number of users, such as 200');
  return examples()[unitOf(metric)];
}

function limitInUsers(cursor: Cursor, value: number, range: TextRange): Limit | undefined {
  if (!Number.isInteger(value)) return cursor.fail('goal-unit', t('Users are whole'), range);
  return { kind: 'fixed', value, unit: 'users' };
}

function describe(metric: Metric): string {
  return metric.kind === 'percentile' ? `p${metric.percentile}` : metric.kind;
}

function parseFixed(cursor: Cursor): { value: number; unit: MetricUnit | 'none' | 'unknown' } | undefined {
  const token = cursor.peek();
  if (token.kind !== 'number' && token.kind !== 'duration' && token.kind !== 'percent') return undefined;
  cursor.next();
  if (token.kind === 'duration') return { value: token.value, unit: 'ms' };
  if (token.kind === 'percent') return { value: token.value, unit: 'share' };
  if (!cursor.take('/')) return { value: token.value, unit: 'none' };
  const perSecond = parseRate(`${token.text}/${cursor.peek().text}`);
  if (perSecond === undefined) return { value: token.value, unit: 'unknown' };
  cursor.next();
  return { value: perSecond, unit: 'per-second' };
}

function parseBaseline(cursor: Cursor): Limit | undefined {
  const sign = cursor.take('+') ? 1 : cursor.take('-') ? -1 : 0;
  if (sign === 0) return { kind: 'baseline', factor: 1 };
  const token = cursor.peek();
  if (token.kind !== 'percent') return cursor.fail(syntax, t('Expected a percentage: baseline + 10%'));
  cursor.next();
  if (sign < 0 && token.value > 1)
    return cursor.fail('goal-unit', t('The baseline can be lowered by at most 100%'), token.range);
  return { kind: 'baseline', factor: rounded(1 + sign * token.value) };
}

function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

/** The share by which a baseline is raised or lowered, free of rounding noise. */
export function baselineChange(factor: number): string {
  const change = rounded(factor - 1);
  if (change === 0) return 'baseline';
  return `baseline ${change > 0 ? '+' : '-'} ${printPercent(Math.abs(change))}`;
}
