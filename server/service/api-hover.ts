/** What the OpenAPI document says of the thing under the cursor, and where it says it. */
import { t } from '@vscode/l10n';
import type { Location } from 'vscode-languageserver-types';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { findPlace } from '../../core/openapi/find-place';
import type { Operation } from '../../core/openapi/operations';
import { certainlyLacks, shapeBelow, shapeOf, type Shape } from '../../core/openapi/shape';
import { describeShape, descriptionOf } from '../../core/openapi/words';
import { answerOperation, answerShape } from '../../core/plan/check-answers';
import type { Expression } from '../../core/plan/expression';
import { rangesInside } from '../../core/plan/scalar-offsets';
import type { PlanPath } from '../../core/plan/tree';
import type { TextRange } from '../../core/problems';
import { bodyShape, stepPlace, type StepPlace } from './api-place';
import { holdsOffset, keyAt } from './key-at';
import type { PlanDocument } from './plan-document';

export interface ApiWords {
  readonly lines: readonly string[];
  readonly range: TextRange;
  /** Of the key or the value in the plan. */
  readonly path: PlanPath;
  /** Keys from the root of the document to what says so. */
  readonly pointer: readonly string[];
}

export function apiWords(plan: PlanDocument, offset: number): ApiWords | undefined {
  if (plan.analysis.apis.size === 0) return undefined;
  const key = keyAt(plan.analysis.root, offset, []);
  const place = key && stepPlace(plan, key.path, offset);
  const operation = place?.operation;
  if (key === undefined || place === undefined || operation === undefined) return undefined;
  const pointer = ['paths', operation.template, operation.method];
  const sent = sentWords(place, operation);
  if (sent !== undefined)
    return { lines: sent.lines, range: key.range, path: key.path, pointer: [...pointer, ...sent.below] };
  const at: AnswerPlace = { place, path: key.path, offset };
  const answer = answerWords(plan, at);
  return answer && { ...answer, path: key.path, pointer: [...pointer, 'responses'] };
}

interface SentWords {
  readonly lines: readonly string[];
  /** Keys below the operation. */
  readonly below: readonly string[];
}

function sentWords(place: StepPlace, operation: Operation): SentWords | undefined {
  const [first, name] = place.below;
  if (place.below.length === 1 && first === place.step?.verb.key)
    return { lines: operationLines(operation), below: [] };
  if ((first === 'query' || first === 'headers') && typeof name === 'string') {
    const lines = parameterLines(place, first === 'query' ? 'query' : 'header', name);
    return lines && { lines, below: ['parameters'] };
  }
  const shape = place.below.length > 1 ? bodyShape(place) : undefined;
  if (shape === undefined || shape.isUnknown) return undefined;
  return { lines: shapeLines(String(place.below.at(-1)), shape), below: ['requestBody'] };
}

function operationLines({
  method,
  template,
  summary,
  description,
  isDeprecated,
  parameters,
}: Operation): string[] {
  const about = [
    `**${method.toUpperCase()} ${template}**${isDeprecated ? ` (${t('deprecated')})` : ''}`,
    summary,
    description === summary ? undefined : description,
  ];
  const list = parameters.map(
    ({ name, in: place, isRequired, description: words }) =>
      `- \`${name}\` (${place}${isRequired ? t(', required') : ''})${words === undefined ? '' : `: ${words}`}`,
  );
  return [...about.filter((line) => line !== undefined), ...(list.length === 0 ? [] : [list.join('\n')])];
}

function parameterLines({ api, operation }: StepPlace, kind: string, name: string): string[] | undefined {
  const found = operation?.parameters.find(
    (one) => one.in === kind && one.name.toLowerCase() === name.toLowerCase(),
  );
  if (found === undefined) return undefined;
  const needed = found.isRequired ? t(', required') : '';
  const title = `**${found.name}**: ${describeShape(shapeOf(api, found.schema))}${needed}`;
  return found.description === undefined ? [title] : [title, found.description];
}

function shapeLines(name: string, shape: Shape): string[] {
  const description = descriptionOf(shape);
  const title = `**${name}**: ${describeShape(shape)}`;
  return description === undefined ? [title] : [title, description];
}

interface AnswerPlace {
  readonly place: StepPlace;
  readonly path: PlanPath;
  readonly offset: number;
}

/** A field of an answer, as an expression asks for it. */
function answerWords(
  plan: PlanDocument,
  { place, path, offset }: AnswerPlace,
): Omit<ApiWords, 'path' | 'pointer'> | undefined {
  const text = plan.analysis.texts.find(
    (one) => one.kind === 'expression' && holdsOffset(one.node.range, offset) && samePath(one.path, path),
  );
  if (text?.kind !== 'expression' || text.expression === undefined) return undefined;
  const toText = rangesInside(plan.text, text.node);
  const member = memberAt(text.expression, (range) => holdsOffset(toText(range), offset));
  const keys = member && keysOf(member);
  const shape = keys && fieldShape(place, text.expression, keys);
  if (member === undefined || keys === undefined || shape === undefined || shape.isUnknown) return undefined;
  return { lines: shapeLines(`$.${keys.join('.')}`, shape), range: toText(member.range) };
}

function fieldShape(
  { api, step, node }: StepPlace,
  expression: Expression,
  keys: readonly (string | number)[],
): Shape | undefined {
  const operation = step && answerOperation(step);
  if (operation === undefined || node === undefined) return undefined;
  let shape = answerShape(api, operation, node, expression);
  for (const key of keys) {
    if (certainlyLacks(shape, key)) return undefined;
    shape = shapeBelow(api, shape, key);
  }
  return shape;
}

function samePath(left: PlanPath, right: PlanPath): boolean {
  return left.length === right.length && left.every((key, index) => key === right[index]);
}

type Member = Extract<Expression, { kind: 'member' }>;

/** The shortest `$.a.b` whose last key is under the cursor. */
function memberAt(node: Expression, isHere: (range: TextRange) => boolean): Member | undefined {
  switch (node.kind) {
    case 'member':
      return isHere(node.keyRange) ? node : memberAt(node.object, isHere);
    case 'unary':
      return memberAt(node.operand, isHere);
    case 'call':
      return memberAt(node.argument, isHere);
    case 'binary':
      return memberAt(node.left, isHere) ?? memberAt(node.right, isHere);
    case 'list':
      return node.items.map((item) => memberAt(item, isHere)).find((found) => found !== undefined);
    default:
      return undefined;
  }
}

function keysOf(node: Expression): (string | number)[] | undefined {
  if (node.kind === 'json') return [];
  const outer = node.kind === 'member' ? keysOf(node.object) : undefined;
  return node.kind === 'member' && outer ? [...outer, node.key] : undefined;
}

/** Where the document says it, in its file. */
export function apiDefinition(plan: PlanDocument, offset: number): Location | undefined {
  const words = apiWords(plan, offset);
  const key = words && keyAt(plan.analysis.root, offset, []);
  const reading = key && stepPlace(plan, key.path, offset)?.target.reading;
  if (words === undefined || reading?.ok !== true || reading.id === undefined) return undefined;
  const place = findPlace(reading.text, words.pointer);
  const lines = TextDocument.create(reading.id, 'yaml', 0, reading.text);
  const range = {
    start: lines.positionAt(place?.start ?? 0),
    end: lines.positionAt(place?.end ?? 0),
  };
  return { uri: reading.id, range };
}
