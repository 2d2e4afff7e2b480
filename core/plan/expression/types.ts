/** Finds what is provably wrong with the types of an expression. What comes from a response is unknown until it is there. */
import { t } from '@vscode/l10n';
import type { Problem, TextRange } from '../../problems';
import { patternProblem } from './pattern';
import type {
  ArithmeticOperator,
  Binary,
  BinaryOperator,
  ComparisonOperator,
  Expression,
  LiteralType,
  LogicalOperator,
} from './syntax';

export type ValueType = LiteralType | 'list' | 'unknown';

const described = (): Readonly<Record<ValueType, string>> => ({
  number: t('a number'),
  text: t('text'),
  boolean: t('true or false'),
  null: t('null'),
  duration: t('a duration'),
  percent: t('a percentage'),
  list: t('a list'),
  unknown: t('a value'),
});

/** The problems of a whole expression; as a `condition` it must be able to be true or false. */
export function checkTypes(expression: Expression, as: 'condition' | 'value'): Problem[] {
  const problems: Problem[] = [];
  const type = typeOf(expression, problems);
  if (as === 'condition') mustBeBoolean(expression, type, problems, t('This is never true or false'));
  return problems;
}

function report(problems: Problem[], message: string, range: TextRange): void {
  problems.push({ code: 'expression-type', severity: 'error', message, range });
}

function typeOf(node: Expression, problems: Problem[]): ValueType {
  switch (node.kind) {
    case 'literal':
      return node.type;
    case 'status':
      return 'number';
    case 'member':
      warnOfMinus(node.key, node.keyRange, problems);
      typeOf(node.object, problems);
      return 'unknown';
    case 'list':
      for (const item of node.items) typeOf(item, problems);
      return 'list';
    case 'call':
      return typeOfCall(node, problems);
    case 'unary':
      return typeOfUnary(node, problems);
    case 'binary':
      return typeOfBinary(node, problems);
    default:
      return node.kind === 'body' || node.kind === 'header' ? 'text' : 'unknown';
  }
}

/** `$.count-1` is the key `count-1`; whoever meant to subtract is told. */
function warnOfMinus(key: string | number, range: TextRange, problems: Problem[]): void {
  if (typeof key !== 'string' || range.end - range.start !== key.length || !/-\d+$/.test(key)) return;
  problems.push({
    code: 'expression-minus',
    severity: 'warning',
    message: t`\`${key}\` is read as one key: put spaces around - to subtract, or write ['${key}']`,
    range,
  });
}

function typeOfCall(node: Extract<Expression, { kind: 'call' }>, problems: Problem[]): ValueType {
  const type = typeOf(node.argument, problems);
  if (node.function === 'exists') return 'boolean';
  if (type !== 'unknown' && type !== 'text' && type !== 'list')
    report(problems, t`length needs a list or text, this is ${described()[type]}`, node.argument.range);
  return 'number';
}

function typeOfUnary(node: Extract<Expression, { kind: 'unary' }>, problems: Problem[]): ValueType {
  const type = typeOf(node.operand, problems);
  if (node.operator === 'not') {
    mustBeBoolean(node.operand, type, problems, t('not needs something that is true or false'));
    return 'boolean';
  }
  mustBeNumber(node.operand, type, problems, '-');
  return type === 'unknown' ? 'number' : type;
}

function typeOfBinary(node: Binary, problems: Problem[]): ValueType {
  const left = typeOf(node.left, problems);
  const right = typeOf(node.right, problems);
  if (isArithmetic(node.operator)) {
    mustBeNumber(node.left, left, problems, node.operator);
    mustBeNumber(node.right, right, problems, node.operator);
    return 'number';
  }
  checks[node.operator](node, left, right, problems);
  return 'boolean';
}

type Check = (node: Binary, left: ValueType, right: ValueType, problems: Problem[]) => void;

const checks: Readonly<Record<ComparisonOperator | LogicalOperator, Check>> = {
  and: checkLogic,
  or: checkLogic,
  '==': checkEquality,
  '!=': checkEquality,
  '<': checkOrder,
  '<=': checkOrder,
  '>': checkOrder,
  '>=': checkOrder,
  in: checkIn,
  contains: checkContains,
  matches: checkMatches,
};

function isArithmetic(operator: BinaryOperator): operator is ArithmeticOperator {
  return operator === '+' || operator === '-' || operator === '*' || operator === '/';
}

function checkLogic(node: Binary, left: ValueType, right: ValueType, problems: Problem[]): void {
  mustBeBoolean(node.left, left, problems, t`${node.operator} needs something that is true or false`);
  mustBeBoolean(node.right, right, problems, t`${node.operator} needs something that is true or false`);
}

function checkIn(node: Binary, _left: ValueType, right: ValueType, problems: Problem[]): void {
  if (right !== 'list' && right !== 'unknown')
    report(problems, t`in needs a list on its right, this is ${described()[right]}`, node.right.range);
}

function mustBeBoolean(node: Expression, type: ValueType, problems: Problem[], rule: string): void {
  if (type !== 'boolean' && type !== 'unknown')
    report(problems, t`${rule}: it is ${described()[type]}`, node.range);
}

function mustBeNumber(node: Expression, type: ValueType, problems: Problem[], operator: string): void {
  if (!['number', 'duration', 'percent', 'unknown'].includes(type))
    report(problems, t`${operator} needs numbers, this is ${described()[type]}`, node.range);
}

function checkEquality(node: Binary, left: ValueType, right: ValueType, problems: Problem[]): void {
  if (left === 'list' || right === 'list')
    report(
      problems,
      t('A list equals nothing: to ask whether a value is one of several, write in'),
      node.range,
    );
  else if (differ(left, right) && left !== 'null' && right !== 'null')
    report(
      problems,
      t`Compares ${described()[left]} with ${described()[right]}: they are never equal`,
      node.range,
    );
}

function checkOrder(node: Binary, left: ValueType, right: ValueType, problems: Problem[]): void {
  for (const [operand, type] of [[node.left, left] as const, [node.right, right] as const]) {
    if (type === 'boolean' || type === 'null' || type === 'list') {
      report(
        problems,
        t`${node.operator} needs numbers or texts, this is ${described()[type]}`,
        operand.range,
      );
      return;
    }
  }
  if (differ(left, right))
    report(problems, t`Compares ${described()[left]} with ${described()[right]}`, node.range);
}

function checkContains(node: Binary, left: ValueType, right: ValueType, problems: Problem[]): void {
  if (left !== 'text' && left !== 'list' && left !== 'unknown')
    report(
      problems,
      t`contains needs text or a list on its left, this is ${described()[left]}`,
      node.left.range,
    );
  else if (left === 'text' && right !== 'text' && right !== 'unknown')
    report(problems, t`Text contains only text, this is ${described()[right]}`, node.right.range);
}

function checkMatches(node: Binary, left: ValueType, _right: ValueType, problems: Problem[]): void {
  if (left !== 'text' && left !== 'unknown')
    report(problems, t`matches needs text on its left, this is ${described()[left]}`, node.left.range);
  if (node.right.kind !== 'literal' || typeof node.right.value !== 'string') {
    report(problems, t('matches needs a pattern in quotes on its right'), node.right.range);
    return;
  }
  const wrong = patternProblem(node.right.value);
  if (wrong !== undefined)
    problems.push({
      code: 'expression-pattern',
      severity: 'error',
      message: wrong,
      range: node.right.range,
    });
}

function differ(left: ValueType, right: ValueType): boolean {
  return left !== 'unknown' && right !== 'unknown' && left !== right;
}

/** The type of an expression in words; `undefined` where only the response tells. */
export function typeInWords(expression: Expression): string | undefined {
  const type = typeOf(expression, []);
  return type === 'unknown' ? undefined : described()[type];
}
