/**
 * Goals and the conditions that end a search:
 *
 *     METRIC [ ( [TIME(] [SCENARIO [. STEP]] [)] ) ] [in PHASE] OPERATOR LIMIT
 *     p95(ttc(research)) in load < 8s      success(execute) >= 99%      p95(execute) in load <= baseline + 10%
 *     capacity in stress >= 200/s      capacity in crowd >= 200 (users)
 */
import { t } from '@vscode/l10n';
import type { Problem } from '../../problems';
import { cursorOver, type Cursor } from './cursor';
import { parseBound } from './goal-limit';
import type { Condition, Goal, Metric } from './goal-shape';
import { parseMetric, parseName, parseSubject, whyNotAsked, type Subject } from './goal-subject';
import { maxExpressionLength, tooLong } from './parse';
import type { NameAt } from './syntax';

export interface ParsedGoal {
  readonly goal: Goal | undefined;
  readonly problems: readonly Problem[];
}

export interface ParsedCondition {
  readonly condition: Condition | undefined;
  readonly problems: readonly Problem[];
}

const syntax = 'goal-syntax';

/** Parses a goal. Ranges are offsets in `text`. Never throws. */
export function parseGoal(text: string): ParsedGoal {
  if (text.length > maxExpressionLength) return { goal: undefined, problems: [tooLong(text)] };
  const cursor = cursorOver(text);
  const comparison = parseComparison(cursor, true);
  return { goal: finished(cursor, comparison), problems: cursor.problems };
}

/** Parses a condition of a search's `until`: a comparison without a phase, or `plateau`. Never throws. */
export function parseCondition(text: string): ParsedCondition {
  if (text.length > maxExpressionLength) return { condition: undefined, problems: [tooLong(text)] };
  const cursor = cursorOver(text);
  const condition: Condition | undefined = cursor.take('plateau')
    ? { kind: 'plateau' }
    : comparisonCondition(parseComparison(cursor, false));
  return { condition: finished(cursor, condition), problems: cursor.problems };
}

function comparisonCondition(comparison: Goal | undefined): Condition | undefined {
  return comparison && { kind: 'comparison', ...comparison };
}

function finished<T>(cursor: Cursor, result: T | undefined): T | undefined {
  const rest = cursor.peek();
  if (result !== undefined && rest.kind !== 'end')
    cursor.fail(syntax, t`\`${rest.text}\` is too much: the goal ends before it`);
  return cursor.problems.length > 0 ? undefined : result;
}

function parseComparison(cursor: Cursor, withPhase: boolean): Goal | undefined {
  const metric = parseMetric(cursor);
  const subject = metric && parseSubject(cursor);
  if (metric === undefined || subject === undefined) return undefined;
  if (metric.kind === 'capacity') return parseCapacity(cursor, metric, subject, withPhase);
  const counted = whyNotAsked(metric, subject);
  if (counted !== undefined) return cursor.fail('goal-unit', counted, subject.range);
  const phase = parsePhase(cursor, withPhase);
  const bound = phase && parseBound(cursor, metric, withPhase && phase.phase === undefined);
  if (phase === undefined || bound === undefined) return undefined;
  const { time, count, names } = subject;
  return { metric, ...(time && { time }), ...(count && { count }), ...names, ...phase, ...bound };
}

/** Of the whole load of a phase, and only that there is enough of it. */
function parseCapacity(
  cursor: Cursor,
  metric: Metric,
  { names, range }: Subject,
  withPhase: boolean,
): Goal | undefined {
  if (!withPhase)
    return cursor.fail(
      'goal-unit',
      t('The capacity is known only when the search has ended: it cannot end it'),
      range,
    );
  if (names.scenario !== undefined)
    return cursor.fail(
      'goal-unit',
      t('The capacity is that of all the load of a phase: capacity in PHASE >= 200/s'),
      range,
    );
  const phase = parsePhase(cursor, true);
  const { range: operatorRange } = cursor.peek();
  const bound = phase && parseBound(cursor, metric, phase.phase === undefined);
  if (phase === undefined || bound === undefined) return undefined;
  if (bound.operator === '>=') return { metric, ...phase, ...bound };
  // The capacity is at least its lower bound; nothing finer than that is known of it.
  return cursor.fail('goal-unit', t('A capacity has to be large enough: write >='), operatorRange);
}

function parsePhase(cursor: Cursor, withPhase: boolean): { readonly phase?: NameAt } | undefined {
  if (!withPhase || !cursor.take('in')) return {};
  const phase = parseName(cursor, t('the name of a phase'));
  return phase && { phase };
}
