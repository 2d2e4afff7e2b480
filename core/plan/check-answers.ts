/** Expressions about answers held against the OpenAPI document: fields that no answer has, and values that none takes. */
import { t } from '@vscode/l10n';
import type { Api } from '../openapi/document';
import { shapeMisfit } from '../openapi/fit';
import { answersOf, jsonOf, type Operation } from '../openapi/operations';
import {
  certainlyLacks,
  eitherShape,
  fieldsOf,
  namesFields,
  shapeBelow,
  shapeOf,
  unknownShape,
  type Shape,
} from '../openapi/shape';
import type { Problem, TextRange } from '../problems';
import { operationName, undeclaredField } from './api-problems';
import { apiStepsOf, type ApiStep } from './api-steps';
import type { Check, CheckContext } from './check-context';
import { printExpression, reads, type Expression } from './expression';
import { planProblem } from './problem-catalogue';
import { rangesInside } from './scalar-offsets';
import { closest, didYouMean } from './similar';
import type { PlanText } from './texts';
import { itemsOf, nodeAt, type PlanNode } from './tree';

type ExpressionText = Extract<PlanText, { kind: 'template' | 'expression' }>;

export const checkAnswers: Check = (context) => {
  const steps = apiStepsOf(context.root, context.apis).filter((step) => answerOperation(step) !== undefined);
  if (steps.length === 0) return [];
  const byPath = new Map(steps.map((step) => [step.path.join('/'), step]));
  return context.texts.flatMap((text) => {
    if (text.kind !== 'expression' || text.expression === undefined) return [];
    const step = stepAbove(text, byPath);
    return step === undefined ? [] : checkText(context, step, text, text.expression);
  });
};

/** What is asked of a stream is asked of its events, which documents do not describe. */
export function answerOperation({ operations, match, verb }: ApiStep): Operation | undefined {
  const [operation, ...others] = operations;
  return others.length > 0 || match.paths.length > 1 || verb.key === 'stream' ? undefined : operation;
}

const answerKeys = new Set(['success', 'until', 'capture', 'expect']);

function stepAbove(text: ExpressionText, steps: ReadonlyMap<string, ApiStep>): ApiStep | undefined {
  const { place, path } = text;
  if (place === undefined || !answerKeys.has(place.stepKey)) return undefined;
  const at = path.lastIndexOf(place.stepKey);
  return steps.get(path.slice(0, at).join('/'));
}

/** The shape of `$`: of the answers that count as success, or of all where the expression asks for the status. */
export function answerShape(
  api: Api,
  operation: Operation,
  step: PlanNode,
  expression: Expression | undefined,
): Shape {
  const expected = nodeAt(step, ['expect', 'status']);
  const asksStatus = expression !== undefined && reads(expression, 'status');
  const statuses = asksStatus ? 'any' : expected === undefined ? 'success' : numbersIn(expected);
  const answers = answersOf(operation, statuses).filter(({ media }) => media.length > 0);
  const shapes = answers.map(({ media }) => {
    const json = jsonOf(media);
    return json === undefined ? unknownShape : shapeOf(api, json.schema);
  });
  return eitherShape([...new Set(shapes)]);
}

function numbersIn(node: PlanNode): number[] {
  const nodes = node.kind === 'seq' ? itemsOf(node) : [node];
  return nodes.flatMap((one) => (one.kind === 'scalar' && typeof one.value === 'number' ? [one.value] : []));
}

function checkText(
  { text }: CheckContext,
  step: ApiStep,
  { node }: ExpressionText,
  expression: Expression,
): Problem[] {
  const operation = answerOperation(step);
  if (operation === undefined) return [];
  const shape = answerShape(step.api, operation, step.node, expression);
  if (shape.isUnknown) return [];
  const asked = { api: step.api, shape, where: operationName(operation) };
  const place = rangesInside(text, node);
  const found: Problem[] = [];
  visit(asked, expression, found);
  return found.map((problem) => ({
    ...problem,
    range: place(problem.range),
    ...(problem.fixes && {
      fixes: problem.fixes.map((fix) => ({
        ...fix,
        edits: fix.edits.map((edit) => ({ ...edit, range: place(edit.range) })),
      })),
    }),
  }));
}

interface Asked {
  readonly api: Api;
  readonly shape: Shape;
  readonly where: string;
}

function visit(asked: Asked, node: Expression, found: Problem[]): void {
  switch (node.kind) {
    case 'member':
      chainShape(asked, node, found);
      break;
    case 'list':
      for (const item of node.items) visit(asked, item, found);
      break;
    case 'unary':
      visit(asked, node.operand, found);
      break;
    case 'call':
      visit(asked, node.argument, found);
      break;
    case 'binary': {
      const before = found.length;
      visit(asked, node.left, found);
      visit(asked, node.right, found);
      if (found.length === before) compareValues(asked, node, found);
      break;
    }
    default:
  }
}

/** The shape at the end of `$.a.b`; `undefined` where it is not known, or where a problem was found on the way. */
function chainShape(asked: Asked, node: Expression, found: Problem[]): Shape | undefined {
  if (node.kind === 'json') return asked.shape;
  if (node.kind !== 'member') {
    visit(asked, node, found);
    return undefined;
  }
  const outer = chainShape(asked, node.object, found);
  if (outer === undefined || outer.isUnknown) return undefined;
  const { key, keyRange } = node;
  const whole = printExpression(node.object);
  if (certainlyLacks(outer, key) && key !== 'length') {
    found.push(impossibleField(asked, outer, whole, key, keyRange));
    return undefined;
  }
  const names = [...fieldsOf(outer).keys()];
  if (typeof key === 'string' && namesFields(outer) && !names.includes(key)) {
    found.push(...undeclaredField(key, names, keyRange, t`The answer to ${asked.where}`));
    return undefined;
  }
  return shapeBelow(asked.api, outer, key);
}

function impossibleField(
  { where }: Asked,
  outer: Shape,
  whole: string,
  key: string | number,
  range: TextRange,
): Problem {
  const hint = didYouMean(String(key), [...fieldsOf(outer).keys()], range);
  const message = t`\`${whole}\` has no \`${String(key)}\` in any answer to ${where}${hint.text}`;
  return planProblem('impossible-field', message, range, hint.fixes);
}

const equalities: ReadonlySet<string> = new Set(['==', '!=', 'in']);

/** `$.state == "dnoe"`: compared with a value that the field never has. */
function compareValues(asked: Asked, node: Extract<Expression, { kind: 'binary' }>, found: Problem[]): void {
  if (!equalities.has(node.operator)) return;
  const shape = chainShape(asked, node.left, []);
  if (shape === undefined || shape.isUnknown) return;
  const literals = node.right.kind === 'list' ? node.right.items : [node.right];
  for (const literal of literals) {
    if (literal.kind !== 'literal' || !['text', 'number', 'boolean'].includes(literal.type)) continue;
    const misfit = shapeMisfit(asked.api, shape, literal.value);
    if (misfit === undefined) continue;
    const message = t`\`${printExpression(node.left)}\` is never \`${printExpression(literal)}\`, which ${misfit.text}`;
    const near = typeof literal.value === 'string' ? closest(literal.value, misfit.names) : undefined;
    const edits = [{ range: literal.range, newText: JSON.stringify(near) }];
    const fixes = near === undefined ? [] : [{ title: t`Change to ${near}`, edits }];
    found.push(planProblem('unfit-value', message, literal.range, fixes));
  }
}
