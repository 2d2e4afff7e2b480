/** What names and expressions are, for colours that a grammar cannot know: `load` is a phase here and a scenario there. */
import {
  builtInNames,
  countNames,
  metricNames,
  outsideNames,
  timeNames,
  tokenize,
} from '../../core/plan/expression';
import type { NameKind } from '../../core/plan/names';
import { rangesInside } from '../../core/plan/scalar-offsets';
import type { PlanText } from '../../core/plan/texts';
import type { TextRange } from '../../core/problems';
import { tokenModifiers, tokenTypes } from './announced';
import { ownRange, type PlanDocument } from './plan-document';

type TokenType = (typeof tokenTypes)[number];

interface SemanticToken {
  readonly range: TextRange;
  readonly type: TokenType;
  readonly modifier?: (typeof tokenModifiers)[number];
}

const nameTypes: Readonly<Record<NameKind, TokenType>> = {
  target: 'interface',
  scenario: 'class',
  step: 'method',
  phase: 'event',
  data: 'struct',
  environment: 'namespace',
  capture: 'variable',
};

/** Five numbers per token, as the protocol has them: lines and columns are counted from the token before. */
export function semanticTokens(plan: PlanDocument, within?: TextRange): number[] {
  const range = within ?? { start: 0, end: plan.text.length };
  const byStart = new Map<number, SemanticToken>();
  // Names are surer than words of expressions, and come last.
  for (const token of [...textTokens(plan, range), ...nameTokens(plan)]) {
    if (token.range.end > token.range.start && touches(token.range, range))
      byStart.set(token.range.start, token);
  }
  return encode(
    plan,
    [...byStart.values()].sort((a, b) => a.range.start - b.range.start),
  );
}

function nameTokens(plan: PlanDocument): SemanticToken[] {
  const { definitions, references } = plan.analysis.names;
  return [
    ...definitions
      .filter(({ isDefault }) => isDefault !== true)
      .map(({ kind, range }): SemanticToken => ({ range, type: nameTypes[kind], modifier: 'declaration' })),
    ...references.flatMap(({ kind, range, column }): SemanticToken[] => [
      { range, type: nameTypes[kind] },
      ...(column ? [{ range: column.range, type: 'property' as const }] : []),
    ]),
  ].filter(({ range }) => ownRange(plan, range));
}

function textTokens(plan: PlanDocument, within: TextRange): SemanticToken[] {
  return plan.analysis.texts
    .filter(({ node }) => touches(node.range, within) && ownRange(plan, node.range))
    .flatMap((text) => [
      ...(text.kind === 'template' ? [] : wordTokens(plan, text)),
      ...('references' in text ? text.references.flatMap(referenceTokens) : []),
    ]);
}

type Reference = Extract<PlanText, { references: unknown }>['references'][number];

function referenceTokens({ root, keys }: Reference): SemanticToken[] {
  const isOutside = builtInNames.has(root.name) || outsideNames.has(root.name);
  return [
    { range: root.range, type: 'variable', ...(isOutside && { modifier: 'defaultLibrary' as const }) },
    ...keys.map(({ range }): SemanticToken => ({ range, type: 'property' })),
  ];
}

const words = new Map<string, TokenType>([
  ...['and', 'or', 'not', 'in', 'contains', 'matches', 'true', 'false', 'null', 'baseline', 'plateau'].map(
    (word) => [word, 'keyword'] as const,
  ),
  ...['length', 'exists', ...metricNames, ...timeNames, ...countNames].map(
    (word) => [word, 'function'] as const,
  ),
]);
const responseParts = new Set(['status', 'headers', 'body']);

/** The words of an expression, a goal or a condition, each by itself. */
function wordTokens(plan: PlanDocument, { node }: PlanText): SemanticToken[] {
  if (typeof node.value !== 'string') return [];
  const place = rangesInside(plan.analysis.tree.text, node);
  return tokenize(node.value).flatMap((token, index, all): SemanticToken[] => {
    const kind = wordKind(token, all[index - 1]?.text === '.');
    return kind === undefined ? [] : [{ range: place(token.range), ...kind }];
  });
}

type WordKind = Pick<SemanticToken, 'type' | 'modifier'>;

const response: WordKind = { type: 'variable', modifier: 'defaultLibrary' };
const quantities = new Set(['number', 'duration', 'percent']);

function wordKind({ kind, text }: ReturnType<typeof tokenize>[number], isKey: boolean): WordKind | undefined {
  if (quantities.has(kind)) return { type: 'number' };
  if (kind === 'string') return { type: 'string' };
  if (kind === 'symbol') {
    if (text === '$') return response;
    return /^[-+*/<>=!&|]+$/.test(text) ? { type: 'operator' } : undefined;
  }
  return kind === 'name' ? nameKind(text, isKey) : undefined;
}

function nameKind(text: string, isKey: boolean): WordKind | undefined {
  if (isKey) return { type: 'property' };
  if (responseParts.has(text)) return response;
  const type = words.get(text) ?? (/^p\d/.test(text) ? 'function' : undefined);
  return type && { type };
}

function touches(a: TextRange, b: TextRange): boolean {
  return a.start <= b.end && b.start <= a.end;
}

function encode(plan: PlanDocument, tokens: readonly SemanticToken[]): number[] {
  const data: number[] = [];
  let line = 0;
  let character = 0;
  let reached = 0;
  for (const { range, type, modifier } of tokens) {
    const start = plan.lines.positionAt(range.start);
    const end = plan.lines.positionAt(range.end);
    // Tokens neither overlap nor go over several lines.
    if (range.start < reached || end.line !== start.line) continue;
    reached = range.end;
    const isSameLine = start.line === line;
    const bits = modifier === undefined ? 0 : 1 << tokenModifiers.indexOf(modifier);
    data.push(start.line - line, isSameLine ? start.character - character : start.character);
    data.push(range.end - range.start, tokenTypes.indexOf(type), bits);
    ({ line, character } = start);
  }
  return data;
}

export interface TokenEdit {
  readonly start: number;
  readonly deleteCount: number;
  readonly data?: number[];
}

/** What turns the numbers of one answer into those of the next: what is the same at both ends is left alone. */
export function tokenEdits(before: readonly number[], after: readonly number[]): TokenEdit[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  if (start === before.length && start === after.length) return [];
  let same = 0;
  while (same < shorter - start && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  return [
    { start, deleteCount: before.length - start - same, data: after.slice(start, after.length - same) },
  ];
}
