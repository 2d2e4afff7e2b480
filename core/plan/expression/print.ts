/** Writes expressions and templates in one spelling; what is printed parses to the same tree. */
import { formatDuration } from '../units';
import { type Binary, type Expression, type Literal, type Unary } from './syntax';

const plainKey = /^[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*$/;

const precedence: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
};
const notLevel = 3;
const comparisonLevel = 4;
const negationLevel = 7;
const primaryLevel = 8;

/** The expression as text. */
export function printExpression(node: Expression): string {
  switch (node.kind) {
    case 'literal':
      return printLiteral(node);
    case 'header':
      return `headers[${JSON.stringify(node.name)}]`;
    case 'variable':
      return node.name;
    case 'member':
      return printExpression(node.object) + printKey(node.key);
    case 'list':
      return `[${node.items.map(printExpression).join(', ')}]`;
    case 'call':
      return `${node.function}(${printExpression(node.argument)})`;
    case 'unary':
      return printUnary(node);
    case 'binary':
      return printBinary(node);
    default:
      return node.kind === 'json' ? '$' : node.kind;
  }
}

function printUnary(node: Unary): string {
  if (node.operator === 'not') return `not ${enclosed(node.operand, notLevel)}`;
  return `-${enclosed(node.operand, negationLevel)}`;
}

function printBinary(node: Binary): string {
  const level = levelOf(node);
  // Operators of one level are read from the left; comparisons are never read in a row.
  const left = enclosed(node.left, level === comparisonLevel ? level + 1 : level);
  return `${left} ${node.operator} ${enclosed(node.right, level + 1)}`;
}

function enclosed(node: Expression, atLeast: number): string {
  const text = printExpression(node);
  return levelOf(node) < atLeast ? `(${text})` : text;
}

function levelOf(node: Expression): number {
  if (node.kind === 'unary') return node.operator === 'not' ? notLevel : negationLevel;
  if (node.kind === 'binary') return precedence[node.operator] ?? comparisonLevel;
  return primaryLevel;
}

function printKey(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`;
  return plainKey.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function printLiteral(node: Literal): string {
  if (node.type === 'duration') return formatDuration(Number(node.value));
  if (node.type === 'percent') return printPercent(Number(node.value));
  return JSON.stringify(node.value);
}

/** A share as a percentage: 0.05 is `5%`. */
export function printPercent(share: number): string {
  return `${Number((share * 100).toPrecision(12))}%`;
}
