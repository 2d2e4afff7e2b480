/**
 * What can be proven wrong in a query without the server that answers it: brackets, texts, ranges, and functions that
 * nobody knows. Servers differ in what they add, so that all else is left to them.
 */
import { t } from '@vscode/l10n';
import type { TextRange } from '../../problems';
import { promAggregations, promFunctions, promKeywords } from './functions';

export interface QueryProblem {
  readonly code: 'promql-syntax' | 'promql-function';
  readonly message: string;
  /** Offsets in the query. */
  readonly range: TextRange;
  /** Of an unknown function: its name. */
  readonly name?: string;
}

interface Token {
  readonly kind: 'word' | 'number' | 'text' | 'sign';
  readonly text: string;
  readonly start: number;
}

const callable: ReadonlySet<string> = new Set(
  [...promFunctions, ...promAggregations].map(({ name }) => name),
);

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

const binary = new Set(['+', '-', '*', '/', '%', '^', '==', '!=', '<', '>', '<=', '>=', '=']);

/** At most one problem: what follows a fault in a query is seldom worth telling. */
export function checkQuery(query: string): QueryProblem[] {
  const read = readTokens(query);
  if ('problem' in read) return [read.problem];
  const { tokens } = read;
  if (tokens.length === 0) return [fault(t('The query is empty'), 0, query.length)];
  const broken = checkBrackets(tokens, query) ?? checkEnd(tokens) ?? checkRanges(tokens, query);
  if (broken !== undefined) return [broken];
  return tokens.flatMap((token, at) => checkCall(token, tokens[at + 1]));
}

function fault(message: string, start: number, end: number): QueryProblem {
  return { code: 'promql-syntax', message, range: { start, end } };
}

const pattern =
  /(?<space>\s+|#[^\n]*)|(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)|(?<word>[A-Za-z_:][\w:.]*)|(?<number>0[xX][\da-fA-F]+|(?:\d[\d_]*\.?[\d_]*|\.\d+)(?:[eE][+-]?\d+)?[a-zA-Z\d]*)|(?<sign>=~|!~|==|!=|<=|>=|[-+*/%^=<>()[\]{},:@$])/y;

function readTokens(
  query: string,
): { readonly tokens: readonly Token[] } | { readonly problem: QueryProblem } {
  const tokens: Token[] = [];
  for (let at = 0; at < query.length;) {
    pattern.lastIndex = at;
    const groups = pattern.exec(query)?.groups;
    if (groups === undefined) {
      const char = query.charAt(at);
      const isText = char === '"' || char === "'" || char === '`';
      const message = isText
        ? t`The text that begins here has no closing ${char}`
        : t`\`${char}\` has no meaning here`;
      return { problem: fault(message, at, isText ? query.length : at + 1) };
    }
    for (const kind of ['word', 'number', 'text', 'sign'] as const) {
      const text = groups[kind];
      if (text !== undefined) tokens.push({ kind, text, start: at });
    }
    at = pattern.lastIndex;
  }
  return { tokens };
}

function checkBrackets(tokens: readonly Token[], query: string): QueryProblem | undefined {
  const open: Token[] = [];
  for (const token of tokens) {
    if (token.kind !== 'sign') continue;
    if (token.text in closing) open.push(token);
    if (!Object.values(closing).includes(token.text)) continue;
    const last = open.pop();
    if (last === undefined) return fault(t`\`${token.text}\` closes nothing`, token.start, token.start + 1);
    const wanted = closing[last.text] ?? '';
    if (wanted !== token.text)
      return fault(
        t`\`${last.text}\` is closed by \`${token.text}\`; it needs \`${wanted}\``,
        last.start,
        token.start + 1,
      );
  }
  const left = open.pop();
  return left && fault(t`\`${left.text}\` is not closed`, left.start, query.length);
}

function checkEnd(tokens: readonly Token[]): QueryProblem | undefined {
  const last = tokens.at(-1);
  const hangs = last !== undefined && ((last.kind === 'sign' && binary.has(last.text)) || last.text === ',');
  return hangs
    ? fault(t`Nothing follows \`${last.text}\``, last.start, last.start + last.text.length)
    : undefined;
}

const duration = String.raw`(?:\d+(?:\.\d+)?(?:ms|[smhdwy]))+`;
/** A range, a range with steps, or arithmetic of newer servers, which is not looked into. */
const range = new RegExp(
  String.raw`^\s*(?:${duration}\s*(?::\s*(?:${duration})?)?|\d+(?:\.\d+)?|.*[-+*/()].*)\s*$`,
  's',
);

function checkRanges(tokens: readonly Token[], query: string): QueryProblem | undefined {
  for (const [at, token] of tokens.entries()) {
    if (token.text !== '[' || token.kind !== 'sign') continue;
    const end =
      tokens.slice(at).find(({ text, kind }) => text === ']' && kind === 'sign')?.start ?? query.length;
    const inner = query.slice(token.start + 1, end);
    if (inner.includes('$'))
      return fault(
        t`\`${inner.trim()}\` is a variable of Grafana, which has no value here: write a time such as 1m`,
        token.start,
        end + 1,
      );
    if (!range.test(inner))
      return fault(t`\`${inner.trim()}\` is no time: write one such as [1m]`, token.start, end + 1);
  }
  return undefined;
}

export interface QueryRange {
  readonly lengthMs: number;
  /** Of the time alone, without its brackets; offsets in the query. */
  readonly range: TextRange;
}

const unitsMs: Readonly<Record<string, number>> = {
  ...{ ms: 1, s: 1000, m: 60_000, h: 3_600_000 },
  ...{ d: 86_400_000, w: 604_800_000, y: 31_536_000_000 },
};

/** The times over which a query looks back, where they are plain ones: no steps and no arithmetic. */
export function rangesOf(query: string): QueryRange[] {
  const read = readTokens(query);
  if ('problem' in read) return [];
  const { tokens } = read;
  return tokens.flatMap((token, at) => {
    const [inner, end] = tokens.slice(at + 1, at + 3);
    const isPlain =
      token.kind === 'sign' && token.text === '[' && end?.text === ']' && inner?.kind === 'number';
    const parts = isPlain ? [...inner.text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdwy])/g)] : [];
    if (inner === undefined || parts.map(([part]) => part).join('') !== inner.text) return [];
    const lengthMs = parts.reduce(
      (sum, [, amount, unit]) => sum + Number(amount) * (unitsMs[unit ?? ''] ?? 0),
      0,
    );
    return [{ lengthMs, range: { start: inner.start, end: inner.start + inner.text.length } }];
  });
}

function checkCall(token: Token, next: Token | undefined): QueryProblem[] {
  if (token.kind !== 'word' || next?.text !== '(' || next.kind !== 'sign') return [];
  const name = token.text;
  if (callable.has(name.toLowerCase()) || promKeywords.has(name.toLowerCase())) return [];
  const message = t`PromQL has no function \`${name}\``;
  const place = { start: token.start, end: token.start + name.length };
  return [{ code: 'promql-function', message, range: place, name }];
}
