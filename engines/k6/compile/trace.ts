/**
 * What a traced script tells of its one iteration: each answer, each captured value, each condition with the values that
 * it compared. A script that is not traced has none of it. Lines of the log carry it.
 */
import {
  parseExpression,
  printExpression,
  type Expression,
  type JavaScript,
} from '../../../core/plan/expression/index';
import { quote } from './code';
import { call, type Draft } from './draft';
import type { StepDraft } from './request';

type Keys = readonly (string | number)[];

/** A condition of a step, and the code of what decides it. */
export interface Condition {
  /** Where it is written, from the step; empty where it goes without saying. */
  readonly keys: Keys;
  readonly text: string;
  readonly code: string;
  /** Parts of it as text, with the code of their values. */
  readonly values: readonly (readonly [text: string, code: string])[];
}

/** What makes code of the expressions of a step. */
interface Compiling {
  expression(text: string, keys: readonly string[]): JavaScript;
}

type Traced = Pick<StepDraft, 'draft' | 'number'>;

/** @param sent code of an object, where the answer does not tell what it is an answer to. */
export function traceAnswer({ draft, number }: Traced, answer: string, sent?: string): string[] {
  if (!draft.isTraced) return [];
  const given = [String(number - 1), answer, ...(sent === undefined ? [] : [sent])];
  return [`  ${call(draft, 'traceAnswer')}(${given.join(', ')});`];
}

/** @param captured names and the code of their values. */
export function traceCaptures({ draft, number }: Traced, captured: ReadonlyMap<string, string>): string[] {
  if (!draft.isTraced || captured.size === 0) return [];
  const values = [...captured].map(([name, code]) => `[${quote(name)}, ${code}]`);
  return [`  ${call(draft, 'traceCaptures')}(${number - 1}, [${values.join(', ')}]);`];
}

export function traceConditions({ draft, number }: Traced, conditions: readonly Condition[]): string[] {
  if (!draft.isTraced) return [];
  return conditions.map(({ keys, text, code, values }) => {
    const compared = values.map(([part, value]) => `[${quote(part)}, ${value}]`);
    const given = [String(number - 1), JSON.stringify(keys), quote(text), code, `[${compared.join(', ')}]`];
    return `  ${call(draft, 'traceCondition')}(${given.join(', ')});`;
  });
}

/** An expression of a step as a condition. */
export function conditionOf(judge: Compiling, text: string, keys: readonly string[]): Condition {
  return { keys, text, code: judge.expression(text, keys).code, values: comparedValues(judge, text, keys) };
}

/** The parts of an expression whose values decide it. */
function comparedValues(judge: Compiling, text: string, keys: readonly string[]): Condition['values'] {
  const { expression } = parseExpression(text);
  if (expression === undefined) return [];
  const parts = new Set(comparedParts(expression).map(printExpression));
  return [...parts].map((part) => [part, judge.expression(part, keys).code]);
}

const joining: ReadonlySet<string> = new Set(['and', 'or']);
const adding: ReadonlySet<string> = new Set(['+', '-', '*', '/']);

function comparedParts(node: Expression): readonly Expression[] {
  if (node.kind === 'literal' || node.kind === 'list') return [];
  if (node.kind === 'unary' && node.operator === 'not') return comparedParts(node.operand);
  if (node.kind !== 'binary' || adding.has(node.operator)) return [node];
  if (joining.has(node.operator)) return [node.left, node.right].flatMap(comparedParts);
  // What is compared is told as it is, however it is made.
  return [node.left, node.right].filter(({ kind }) => kind !== 'literal' && kind !== 'list');
}

/** A scenario whose one iteration is told to its end, be that early or by a fault. */
export function tracedFunction(
  draft: Draft,
  identifier: string,
  { lines, isAsync }: { readonly lines: readonly string[]; readonly isAsync: boolean },
): string {
  const inner = draft.identifiers.give(`${identifier}-once`);
  const [kind, wait] = isAsync ? ['async ', 'await '] : ['', ''];
  return [
    `${kind}function ${inner}() {`,
    ...lines,
    '  return true;',
    '}',
    '',
    `export ${kind}function ${identifier}() {`,
    '  let isWhole = false;',
    '  try {',
    `    isWhole = ${isAsync ? `(${wait}${inner}())` : `${inner}()`} === true;`,
    '  } finally {',
    `    ${call(draft, 'traceEnd')}(isWhole);`,
    '  }',
    '}',
  ].join('\n');
}
