/** What the OpenAPI document of a target says of the place under the cursor. */
import type { Api } from '../../core/openapi/document';
import type { Operation } from '../../core/openapi/operations';
import { shapeBelow, shapeOf, type Shape } from '../../core/openapi/shape';
import { mediaFor, bodyKeys, type BodyKey } from '../../core/plan/api-bodies';
import type { TargetApi } from '../../core/plan/api-source';
import { apiStepsOf, targetOf, verbOf, type ApiStep } from '../../core/plan/api-steps';
import { allStepNodes } from '../../core/plan/steps';
import { childOf, nodeAt, textOf, type PlanNode, type PlanPath } from '../../core/plan/tree';
import type { PlanDocument } from './plan-document';

/** A step that is being written, with what is known of it so far. */
export interface StepPlace {
  readonly target: TargetApi;
  readonly api: Api;
  readonly node: PlanNode | undefined;
  /** In lower case; that of the verb which the step has. */
  readonly method: string | undefined;
  readonly step: ApiStep | undefined;
  /** The first of those that the path may stand for. */
  readonly operation: Operation | undefined;
  /** Keys and positions below the step. */
  readonly below: PlanPath;
}

/** @param keys from the text; positions in lists may be unknown. */
export function stepPlace(plan: PlanDocument, keys: PlanPath, offset: number): StepPlace | undefined {
  const length = stepLength(keys);
  const { root, apis } = plan.analysis;
  const [, scenarioName] = keys;
  if (length === undefined || root === undefined || typeof scenarioName !== 'string') return undefined;
  const scenario = nodeAt(root, ['scenarios', scenarioName]);
  const node = stepAt(scenario, offset);
  const target = apis.get(targetOf(root, scenario, node) ?? '');
  if (target?.reading?.ok !== true) return undefined;
  const { api } = target.reading;
  const step = apiStepsOf(root, apis).find((one) => one.node === node);
  const [operation] = step?.operations ?? [];
  return { target, api, node, method: methodOf(node), step, operation, below: keys.slice(length) };
}

/** How many keys lead to the step: those of the scenario, and of the steps around it. */
function stepLength(path: PlanPath): number | undefined {
  if (path[0] !== 'scenarios' || path[2] !== 'steps') return undefined;
  let length = typeof path[3] === 'number' ? 4 : undefined;
  while (length !== undefined) {
    const nested = path[length] === 'repeat' ? length + 1 : length;
    const isNested = ['steps', 'then', 'else'].includes(String(path[nested]));
    if (!isNested || typeof path[nested + 1] !== 'number') return length;
    length = nested + 2;
  }
  return length;
}

/** The step in whose lines the offset is; behind its end too, where nothing else has begun. */
function stepAt(scenario: PlanNode | undefined, offset: number): PlanNode | undefined {
  return allStepNodes(scenario)
    .map(({ step }) => step)
    .findLast(({ range }) => range.start <= offset);
}

function methodOf(step: PlanNode | undefined): string | undefined {
  const verb = verbOf(step)?.key;
  if (verb === 'await') return 'get';
  return verb === 'stream' ? (textOf(childOf(step, 'method')) ?? 'post') : verb;
}

/** The shape of a place in the body of the step; `undefined` outside of bodies. */
export function bodyShape({ api, operation, below }: StepPlace): Shape | undefined {
  const [key, ...path] = below;
  const kind = bodyKeys.find((one): one is BodyKey => one === key);
  const media = operation && kind && mediaFor(operation, kind);
  if (media === undefined) return undefined;
  return path.reduce<Shape>((outer, inner) => shapeBelow(api, outer, inner), shapeOf(api, media.schema));
}
