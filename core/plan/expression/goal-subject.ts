/** What a goal asks for, and of what: `p95(ttc(research.submit))`. */
import { t } from '@vscode/l10n';
import type { TextRange } from '../../problems';
import { didYouMean } from '../similar';
import type { Cursor } from './cursor';
import {
  countNames,
  metricNames,
  timeNames,
  unitOf,
  type CountName,
  type Metric,
  type TimeName,
} from './goal-shape';
import type { NameAt } from './syntax';

const syntax = 'goal-syntax';

export function parseMetric(cursor: Cursor): Metric | undefined {
  const token = cursor.peek();
  const known = ['mean', 'max', 'success', 'errors', 'rate', 'capacity'] as const;
  const kind = known.find((candidate) => candidate === token.text);
  if (token.kind === 'name' && kind) {
    cursor.next();
    return { kind };
  }
  if (token.kind !== 'name' || !/^p\d{1,2}$/.test(token.text)) return failMetric(cursor);
  cursor.next();
  const { start } = token.range;
  const fraction = parseFraction(cursor);
  const percentile = Number(token.text.slice(1) + fraction);
  if (percentile > 0) return { kind: 'percentile', percentile };
  return cursor.fail(syntax, t('A percentile lies above 0 and below 100'), { start, end: cursor.end() });
}

function failMetric(cursor: Cursor): Metric | undefined {
  const { kind, text, range } = cursor.peek();
  const hint = kind === 'name' ? didYouMean(text, metricNames, range) : undefined;
  if (hint === undefined || hint.fixes.length === 0)
    return cursor.fail(syntax, t`Expected what is measured: ${metricNames.join(', ')}`);
  return cursor.fail(syntax, t`\`${text}\` is nothing that is measured${hint.text}`, range, hint.fixes);
}

/** The `.9` of `p99.9`, whose digits are tokens of their own. */
function parseFraction(cursor: Cursor): string {
  if (!cursor.touches() || !cursor.take('.')) return '';
  const digits = cursor.peek();
  if (digits.kind === 'number' && /^\d{1,4}$/.test(digits.text)) return `.${cursor.next().text}`;
  cursor.fail(syntax, t('Expected digits after the point, as in p99.9'));
  return '';
}

export interface Subject {
  readonly time?: TimeName;
  readonly count?: CountName;
  readonly names: SubjectNames;
  readonly range: TextRange;
}

export function parseSubject(cursor: Cursor): Subject | undefined {
  const { start } = cursor.peek().range;
  const none = { names: {} };
  if (!cursor.take('(')) return { ...none, range: { start, end: start } };
  const first = cursor.peek();
  if (cursor.take(')')) return { ...none, range: { start, end: cursor.end() } };
  const name = parseName(cursor, t('the name of a scenario'));
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
  const scenario = parseName(cursor, t('the name of a scenario'));
  const names = scenario && parsePathAfter(cursor, scenario);
  if (names === undefined) return undefined;
  return cursor.take(')') ? names : cursor.fail(syntax, 'Expected )');
}

function parsePathAfter(cursor: Cursor, scenario: NameAt): SubjectNames | undefined {
  if (!cursor.take('.')) return { scenario };
  const step = parseName(cursor, t('the name of a step, in quotes if it has spaces'));
  return step && { scenario, step };
}

/** A name as it stands, or in quotes. */
export function parseName(cursor: Cursor, expected: string): NameAt | undefined {
  const token = cursor.peek();
  if (token.kind === 'name') {
    cursor.next();
    return { name: token.text, range: token.range };
  }
  if (token.kind !== 'string') return cursor.fail(syntax, t`Expected ${expected}`);
  cursor.next();
  const { start, end } = token.range;
  return { name: token.value, range: { start: start + 1, end: end - 1 } };
}

/** Why the metric cannot be asked of the subject. */
export function whyNotAsked(metric: Metric, { time, count }: Subject): string | undefined {
  if (time !== undefined) return whatIsCounted(metric, time);
  if (count === undefined || metric.kind === 'rate') return undefined;
  return t`messages are counted: ask for their rate, as in rate(${count}(NAME)) >= 10/s`;
}

/** Why the metric cannot be asked of a time. An awaited task has both a time and an outcome. */
function whatIsCounted(metric: Metric, time: TimeName): string | undefined {
  if (unitOf(metric) === 'ms' || (metric.kind === 'success' && time === 'ttc')) return undefined;
  const things = metric.kind === 'success' ? t('tasks') : t('requests');
  return t`${metric.kind} counts ${things}: it cannot be asked of ${time}`;
}
