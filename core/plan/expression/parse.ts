/**
 * Expressions about a response, as in `success`, `until`, `expect.body` and `capture`:
 *
 *     or, ||  <  and, &&  <  not, !  <  == != < <= > >= in contains matches  <  + -  <  * /  <  -x  <  .key [0]
 *
 * What they mean when a value is missing is told in javascript.ts.
 */
import { t } from '@vscode/l10n';
import type { Problem, TextRange } from '../../problems';
import { cursorOver, type Cursor } from './cursor';
import {
  reservedWords,
  type BinaryOperator,
  type Expression,
  type FunctionName,
  type LiteralType,
} from './syntax';
import type { Token } from './token';
import { checkTypes } from './types';

export interface ParsedExpression {
  /** Absent where the text is no expression. */
  readonly expression: Expression | undefined;
  readonly problems: readonly Problem[];
}

export interface ExpressionUse {
  /** `condition`: must be true or false, as in `success`; `value`: anything, as in `capture`. */
  readonly as?: 'condition' | 'value';
}

export const maxExpressionLength = 2000;
const maxDepth = 60;
const syntax = 'expression-syntax';

/** Parses an expression. Ranges are offsets in `text`. Never throws. */
export function parseExpression(text: string, use: ExpressionUse = {}): ParsedExpression {
  if (text.length > maxExpressionLength) return { expression: undefined, problems: [tooLong(text)] };
  const cursor = cursorOver(text);
  const expression = parseOr({ cursor, depth: 0 });
  if (expression !== undefined && cursor.peek().kind !== 'end') {
    cursor.fail(syntax, t`Expected an operator, such as == or and, before \`${cursor.peek().text}\``);
  }
  if (expression === undefined || cursor.problems.length > 0)
    return { expression: undefined, problems: cursor.problems };
  return { expression, problems: checkTypes(expression, use.as ?? 'value') };
}

/** The problem of a text that is longer than any expression may be. */
export function tooLong(text: string): Problem {
  return {
    code: syntax,
    severity: 'error',
    message: t`An expression has at most ${maxExpressionLength} characters`,
    range: { start: 0, end: text.length },
  };
}

interface State {
  readonly cursor: Cursor;
  readonly depth: number;
}

type Parse = (state: State) => Expression | undefined;

const spellings: Readonly<Record<string, BinaryOperator>> = {
  '||': 'or',
  '&&': 'and',
  or: 'or',
  and: 'and',
  '==': '==',
  '!=': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  in: 'in',
  contains: 'contains',
  matches: 'matches',
  '+': '+',
  '-': '-',
  '*': '*',
  '/': '/',
};

const parseOr: Parse = (state) => leftToRight(state, ['or', '||'], parseAnd);
const parseAnd: Parse = (state) => leftToRight(state, ['and', '&&'], parseNot);
const parseSum: Parse = (state) => leftToRight(state, ['+', '-'], parseProduct);
const parseProduct: Parse = (state) => leftToRight(state, ['*', '/'], parseNegation);
const comparisons = ['==', '!=', '<=', '>=', '<', '>', 'in', 'contains', 'matches'];

function leftToRight(state: State, operators: readonly string[], operand: Parse): Expression | undefined {
  let left = operand(state);
  while (left !== undefined) {
    const operator = takeOne(state.cursor, operators);
    if (operator === undefined) return left;
    const right = operand(state);
    left = right && binary(operator, left, right);
  }
  return undefined;
}

function parseNot(state: State): Expression | undefined {
  const word = takeOne(state.cursor, ['not', '!']);
  if (word === undefined) return parseComparison(state);
  const inner = deeper(state);
  const operand = inner && parseNot(inner);
  return operand && { kind: 'unary', operator: 'not', operand, range: upTo(word.range.start, operand.range) };
}

function parseComparison(state: State): Expression | undefined {
  const left = parseSum(state);
  if (left === undefined) return undefined;
  const negation = state.cursor.take('not');
  const operator = takeOne(state.cursor, negation ? ['in', 'contains', 'matches'] : comparisons);
  if (operator === undefined)
    return negation ? state.cursor.fail(syntax, t('Expected in, contains or matches after not')) : left;
  const right = parseSum(state);
  if (right === undefined) return undefined;
  if (comparisons.includes(state.cursor.peek().text) && state.cursor.peek().kind !== 'string')
    return state.cursor.fail(syntax, t('Two comparisons in a row: join them with and'));
  const comparison = binary(operator, left, right);
  if (!negation) return comparison;
  return { kind: 'unary', operator: 'not', operand: comparison, range: comparison.range };
}

function parseNegation(state: State): Expression | undefined {
  const sign = state.cursor.take('-');
  if (sign === undefined) return parsePath(state);
  const inner = deeper(state);
  const operand = inner && parseNegation(inner);
  return operand && { kind: 'unary', operator: '-', operand, range: upTo(sign.range.start, operand.range) };
}

function parsePath(state: State): Expression | undefined {
  const { cursor } = state;
  let object = parsePrimary(state);
  while (object !== undefined) {
    if (cursor.take('.')) object = parseKey(cursor, object);
    else if (cursor.peek().text === '[' && hasMembers(object)) object = parseIndex(cursor, object);
    else return object;
  }
  return undefined;
}

function hasMembers(object: Expression): boolean {
  return object.kind === 'json' || object.kind === 'variable' || object.kind === 'member';
}

function parseKey(cursor: Cursor, object: Expression): Expression | undefined {
  const token = cursor.peek();
  if (!hasMembers(object))
    return cursor.fail(syntax, t('Only $ and captured values have members'), object.range);
  if (token.kind !== 'name') return cursor.fail(syntax, t("Expected a key after the dot, or ['key']"));
  cursor.next();
  return member(object, token.text, token.range, token.range.end);
}

function parseIndex(cursor: Cursor, object: Expression): Expression | undefined {
  cursor.next();
  const token = cursor.peek();
  const isIndex = token.kind === 'number' && Number.isSafeInteger(token.value);
  if (token.kind !== 'string' && !isIndex)
    return cursor.fail(syntax, t("Expected a position, such as [0], or a key, such as ['key']"));
  cursor.next();
  if (!cursor.take(']')) return cursor.fail(syntax, 'Expected ]');
  return member(object, token.value, token.range, cursor.end());
}

function member(object: Expression, key: string | number, keyRange: TextRange, end: number): Expression {
  return { kind: 'member', object, key, keyRange, range: { start: object.range.start, end } };
}

function parsePrimary(state: State): Expression | undefined {
  const { cursor } = state;
  const token = cursor.peek();
  if (token.kind === 'name') return parseWord(state, token);
  const constant = literalOf(token);
  if (constant) {
    cursor.next();
    return constant;
  }
  if (cursor.take('$')) return { kind: 'json', range: token.range };
  if (cursor.take('(')) return parseGroup(state);
  if (cursor.take('[')) return parseList(state, token.range.start);
  return cursor.fail(syntax, expectedValue(token));
}

function expectedValue(token: Token): string {
  return token.kind === 'end'
    ? t('Expected a value: $.key, status, a text or a number')
    : t`Expected a value before \`${token.text}\``;
}

function literalOf(token: Token): Expression | undefined {
  const { range } = token;
  if (token.kind === 'string') return { kind: 'literal', type: 'text', value: token.value, range };
  if (token.kind === 'number' || token.kind === 'duration' || token.kind === 'percent')
    return { kind: 'literal', type: token.kind, value: token.value, range };
  return undefined;
}

const constants: Readonly<Record<string, { type: LiteralType; value: boolean | null }>> = {
  true: { type: 'boolean', value: true },
  false: { type: 'boolean', value: false },
  null: { type: 'null', value: null },
};

function parseWord(state: State, token: Token): Expression | undefined {
  const { cursor } = state;
  const { text, range } = token;
  const constant = Object.hasOwn(constants, text) ? constants[text] : undefined;
  if (constant === undefined && text !== 'status' && text !== 'body' && reservedWords.has(text)) {
    if (text === 'headers') return parseHeader(cursor);
    if (text === 'length' || text === 'exists') return parseCall(state, text);
    return cursor.fail(syntax, expectedValue(token));
  }
  cursor.next();
  if (constant) return { kind: 'literal', ...constant, range };
  if (text === 'status' || text === 'body') return { kind: text, range };
  return { kind: 'variable', name: text, range };
}

function parseHeader(cursor: Cursor): Expression | undefined {
  const { start } = cursor.next().range;
  const open = cursor.take('[');
  const name = cursor.peek();
  if (!open || name.kind !== 'string')
    return cursor.fail(syntax, t('Expected the name of a header: headers["Content-Type"]'));
  cursor.next();
  if (!cursor.take(']')) return cursor.fail(syntax, 'Expected ]');
  return { kind: 'header', name: name.value, range: { start, end: cursor.end() } };
}

function parseCall(state: State, name: FunctionName): Expression | undefined {
  const { cursor } = state;
  const { start } = cursor.next().range;
  if (!cursor.take('(')) return cursor.fail(syntax, t`Expected ( after ${name}: ${name}($.items)`);
  const argument = parseGroup(state);
  return argument && { kind: 'call', function: name, argument, range: { start, end: cursor.end() } };
}

function parseGroup(state: State): Expression | undefined {
  const inner = deeper(state);
  const expression = inner && parseOr(inner);
  if (expression === undefined) return undefined;
  return state.cursor.take(')') ? expression : state.cursor.fail(syntax, 'Expected )');
}

function parseList(state: State, start: number): Expression | undefined {
  const { cursor } = state;
  const items: Expression[] = [];
  const inner = deeper(state);
  if (inner === undefined) return undefined;
  while (!cursor.take(']')) {
    if (items.length > 0 && !cursor.take(',')) return cursor.fail(syntax, t('Expected , or ]'));
    const item = parseOr(inner);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return { kind: 'list', items, range: { start, end: cursor.end() } };
}

function deeper(state: State): State | undefined {
  if (state.depth < maxDepth) return { cursor: state.cursor, depth: state.depth + 1 };
  return state.cursor.fail(syntax, t`Brackets are nested more than ${maxDepth} deep`);
}

function takeOne(cursor: Cursor, texts: readonly string[]): Token | undefined {
  const token = cursor.peek();
  if (token.kind !== 'symbol' && token.kind !== 'name') return undefined;
  return texts.includes(token.text) ? cursor.next() : undefined;
}

function binary(token: Token, left: Expression, right: Expression): Expression {
  const operator = spellings[token.text] as BinaryOperator;
  const range = { start: left.range.start, end: right.range.end };
  return { kind: 'binary', operator, operatorRange: token.range, left, right, range };
}

function upTo(start: number, range: TextRange): TextRange {
  return { start, end: range.end };
}
