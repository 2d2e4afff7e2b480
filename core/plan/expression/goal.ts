/**
 * Goals and the conditions that end a search:
 *
 *     METRIC [ ( [TIME(] [SCENARIO [. STEP]] [)] ) ] [in PHASE] OPERATOR LIMIT
 *     p95(ttc(research)) in load < 8s      success(execute) >= 99%      p95(execute) in load <= baseline + 10%
 *     capacity in stress >= 200/s
 */
import type { Problem, TextRange } from '../../problems';
import { parseRate } from '../units';
import { cursorOver, type Cursor } from './cursor';
import { maxExpressionLength, tooLong } from './parse';
import { printPercent } from './print';
import type { NameAt } from './syntax';

/**
 * `errors`: the share of requests that failed. `rate`: successful requests per second. `success`: the share of tasks.
 * `capacity`: arrivals per second that a search found the target to hold.
 */
export type Metric =
  | { readonly kind: 'percentile'; readonly percentile: number }
  | { readonly kind: 'mean' | 'max' | 'success' | 'errors' | 'rate' | 'capacity' };

/** What a metric is measured in: times, shares between 0 and 1, or events per second. */
export type MetricUnit = 'ms' | 'share' | 'per-second';

export type GoalOperator = '<' | '<=' | '>' | '>=';

/** `factor` is what the value of the baseline run is multiplied by: `baseline + 10%` is 1.1. */
export type Limit =
  | { readonly kind: 'fixed'; readonly value: number; readonly unit: MetricUnit }
  | { readonly kind: 'baseline'; readonly factor: number };

/**
 * The times that are told apart from that of a request. `ttc`: from the submission of a task to its end. Of a stream,
 * `ttft`: from the request to the first event, and `between`: from one event to the next.
 * `session`: from the handshake of a WebSocket to its end.
 */
export const timeNames = ['ttc', 'ttft', 'between', 'session'] as const;
export type TimeName = (typeof timeNames)[number];

/** What is counted apart from requests: the messages of WebSockets. */
export const countNames = ['sent', 'received'] as const;
export type CountName = (typeof countNames)[number];

/** A metric of a subject, and the bound it must keep. Without a scenario it is about all of them. */
export interface Comparison {
  readonly metric: Metric;
  /** The time that is meant, where it is not that of requests. */
  readonly time?: TimeName;
  /** What is counted, where it is not requests. */
  readonly count?: CountName;
  readonly scenario?: NameAt;
  readonly step?: NameAt;
  readonly operator: GoalOperator;
  readonly limit: Limit;
  readonly limitRange: TextRange;
}

export interface Goal extends Comparison {
  /** Without a phase the goal must hold in every phase that runs the subject. */
  readonly phase?: NameAt;
}

export type Condition = { readonly kind: 'plateau' } | ({ readonly kind: 'comparison' } & Comparison);

export interface ParsedGoal {
  readonly goal: Goal | undefined;
  readonly problems: readonly Problem[];
}

export interface ParsedCondition {
  readonly condition: Condition | undefined;
  readonly problems: readonly Problem[];
}

/** The metrics by name, as they are offered for completion. */
export const metricNames = [
  ...(['p50', 'p90', 'p95', 'p99', 'mean', 'max', 'success', 'errors', 'rate', 'capacity'] as const),
];

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
    cursor.fail(syntax, `\`${rest.text}\` is too much: the goal ends before it`);
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
      'The capacity is known only when the search has ended: it cannot end it',
      range,
    );
  if (names.scenario !== undefined)
    return cursor.fail(
      'goal-unit',
      'The capacity is that of all the load of a phase: capacity in PHASE >= 200/s',
      range,
    );
  const phase = parsePhase(cursor, true);
  const { range: operatorRange } = cursor.peek();
  const bound = phase && parseBound(cursor, metric, phase.phase === undefined);
  if (phase === undefined || bound === undefined) return undefined;
  if (bound.operator === '>=') return { metric, ...phase, ...bound };
  // The capacity is at least its lower bound; nothing finer than that is known of it.
  return cursor.fail('goal-unit', 'A capacity has to be large enough: write >=', operatorRange);
}

function whyNotAsked(metric: Metric, { time, count }: Subject): string | undefined {
  if (time !== undefined) return whatIsCounted(metric, time);
  if (count === undefined || metric.kind === 'rate') return undefined;
  return `messages are counted: ask for their rate, as in rate(${count}(NAME)) >= 10/s`;
}

/** Why the metric cannot be asked of a time. An awaited task has both a time and an outcome. */
function whatIsCounted(metric: Metric, time: TimeName): string | undefined {
  if (unitOf(metric) === 'ms' || (metric.kind === 'success' && time === 'ttc')) return undefined;
  const things = metric.kind === 'success' ? 'tasks' : 'requests';
  return `${metric.kind} counts ${things}: it cannot be asked of ${time}`;
}

function parsePhase(cursor: Cursor, withPhase: boolean): { readonly phase?: NameAt } | undefined {
  if (!withPhase || !cursor.take('in')) return {};
  const phase = parseName(cursor, 'the name of a phase');
  return phase && { phase };
}

function parseBound(
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

function parseMetric(cursor: Cursor): Metric | undefined {
  const token = cursor.peek();
  const known = ['mean', 'max', 'success', 'errors', 'rate', 'capacity'] as const;
  const kind = known.find((candidate) => candidate === token.text);
  if (token.kind === 'name' && kind) {
    cursor.next();
    return { kind };
  }
  if (token.kind !== 'name' || !/^p\d{1,2}$/.test(token.text))
    return cursor.fail(syntax, `Expected what is measured: ${metricNames.join(', ')}`);
  cursor.next();
  const { start } = token.range;
  const fraction = parseFraction(cursor);
  const percentile = Number(token.text.slice(1) + fraction);
  if (percentile > 0) return { kind: 'percentile', percentile };
  return cursor.fail(syntax, 'A percentile lies above 0 and below 100', { start, end: cursor.end() });
}

/** The `.9` of `p99.9`, whose digits are tokens of their own. */
function parseFraction(cursor: Cursor): string {
  if (!cursor.touches() || !cursor.take('.')) return '';
  const digits = cursor.peek();
  if (digits.kind === 'number' && /^\d{1,4}$/.test(digits.text)) return `.${cursor.next().text}`;
  cursor.fail(syntax, 'Expected digits after the point, as in p99.9');
  return '';
}

interface Subject {
  readonly time?: TimeName;
  readonly count?: CountName;
  readonly names: SubjectNames;
  readonly range: TextRange;
}

function parseSubject(cursor: Cursor): Subject | undefined {
  const { start } = cursor.peek().range;
  const none = { names: {} };
  if (!cursor.take('(')) return { ...none, range: { start, end: start } };
  const first = cursor.peek();
  if (cursor.take(')')) return { ...none, range: { start, end: cursor.end() } };
  const name = parseName(cursor, 'the name of a scenario');
  if (name === undefined) return undefined;
  const time = timeNames.find((candidate) => candidate === first.text);
  const count = countNames.find((candidate) => candidate === first.text);
  const isCalled = (time ?? count) !== undefined && cursor.take('(') !== undefined;
  const names = isCalled ? parseTimed(cursor) : parsePathAfter(cursor, name);
  if (names === undefined) return undefined;
  if (!cursor.take(')')) return cursor.fail(syntax, 'Expected )');
  const asked = isCalled ? { ...(time && { time }), ...(count && { count }) } : {};
  return { ...asked, names, range: { start, end: cursor.end() } };
}

interface SubjectNames {
  readonly scenario?: NameAt;
  readonly step?: NameAt;
}

function parseTimed(cursor: Cursor): SubjectNames | undefined {
  if (cursor.take(')')) return {};
  const scenario = parseName(cursor, 'the name of a scenario');
  const names = scenario && parsePathAfter(cursor, scenario);
  if (names === undefined) return undefined;
  return cursor.take(')') ? names : cursor.fail(syntax, 'Expected )');
}

function parsePathAfter(cursor: Cursor, scenario: NameAt): SubjectNames | undefined {
  if (!cursor.take('.')) return { scenario };
  const step = parseName(cursor, 'the name of a step, in quotes if it has spaces');
  return step && { scenario, step };
}

/** A name as it stands, or in quotes. */
function parseName(cursor: Cursor, expected: string): NameAt | undefined {
  const token = cursor.peek();
  if (token.kind === 'name') {
    cursor.next();
    return { name: token.text, range: token.range };
  }
  if (token.kind !== 'string') return cursor.fail(syntax, `Expected ${expected}`);
  cursor.next();
  const { start, end } = token.range;
  return { name: token.value, range: { start: start + 1, end: end - 1 } };
}

function parseOperator(cursor: Cursor, phaseMayFollow: boolean): GoalOperator | undefined {
  for (const operator of ['<=', '>=', '<', '>'] as const) if (cursor.take(operator)) return operator;
  return cursor.fail(syntax, `Expected ${phaseMayFollow ? 'in and a phase, or ' : ''}<, <=, > or >=`);
}

/** The unit in which a metric is measured. */
export function unitOf(metric: Metric): MetricUnit {
  if (metric.kind === 'success' || metric.kind === 'errors') return 'share';
  return metric.kind === 'rate' || metric.kind === 'capacity' ? 'per-second' : 'ms';
}

const examples: Readonly<Record<MetricUnit, string>> = {
  ms: 'a duration, such as 300ms',
  share: 'a percentage, such as 99%',
  'per-second': 'a rate, such as 200/s',
};

function parseLimit(cursor: Cursor, metric: Metric): Limit | undefined {
  const token = cursor.peek();
  const unit = unitOf(metric);
  if (cursor.take('baseline')) return parseBaseline(cursor);
  const negative = cursor.take('-') !== undefined;
  const fixed = parseFixed(cursor);
  const range = { start: token.range.start, end: Math.max(cursor.end(), token.range.start) };
  if (fixed === undefined) return cursor.fail(syntax, `Expected ${examples[unit]}, or baseline`);
  if (negative) return cursor.fail('goal-unit', 'A limit is never below zero', range);
  if (fixed.unit !== unit)
    return cursor.fail('goal-unit', `${describe(metric)} is measured against ${examples[unit]}`, range);
  if (unit === 'share' && fixed.value > 1) return cursor.fail('goal-unit', 'A share is at most 100%', range);
  return { kind: 'fixed', ...fixed, unit };
}

function describe(metric: Metric): string {
  return metric.kind === 'percentile' ? `p${metric.percentile}` : metric.kind;
}

function parseFixed(cursor: Cursor): { value: number; unit: MetricUnit | 'none' } | undefined {
  const token = cursor.peek();
  if (token.kind !== 'number' && token.kind !== 'duration' && token.kind !== 'percent') return undefined;
  cursor.next();
  if (token.kind === 'duration') return { value: token.value, unit: 'ms' };
  if (token.kind === 'percent') return { value: token.value, unit: 'share' };
  if (!cursor.take('/')) return { value: token.value, unit: 'none' };
  const perSecond = parseRate(`${token.text}/${cursor.peek().text}`);
  if (perSecond === undefined) return { value: token.value, unit: 'none' };
  cursor.next();
  return { value: perSecond, unit: 'per-second' };
}

function parseBaseline(cursor: Cursor): Limit | undefined {
  const sign = cursor.take('+') ? 1 : cursor.take('-') ? -1 : 0;
  if (sign === 0) return { kind: 'baseline', factor: 1 };
  const token = cursor.peek();
  if (token.kind !== 'percent') return cursor.fail(syntax, 'Expected a percentage: baseline + 10%');
  cursor.next();
  if (sign < 0 && token.value > 1)
    return cursor.fail('goal-unit', 'The baseline can be lowered by at most 100%', token.range);
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
