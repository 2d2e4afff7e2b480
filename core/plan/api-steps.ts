/** The steps of a plan that the OpenAPI document of their target describes. */
import { hole, matchPath, type PathMatch } from '../openapi/match-path';
import type { Api } from '../openapi/document';
import { dynamic } from '../openapi/fit';
import { operationOf, type Operation } from '../openapi/operations';
import type { TargetApi } from './api-source';
import { constantText, parseTemplate } from './expression';
import { methods } from './schema';
import { allStepNodes } from './steps';
import { childOf, entriesOf, entryOf, textOf, type MapEntry, type PlanNode, type PlanPath } from './tree';

export interface ApiStep {
  readonly node: PlanNode;
  readonly scenario: string;
  readonly path: PlanPath;
  readonly target: TargetApi;
  readonly api: Api;
  /** The key that names the path: `get`, `await`, `stream` … */
  readonly verb: MapEntry;
  /** In lower case. */
  readonly method: string;
  /** As it is written. */
  readonly written: string;
  /** With holes, and without its query. */
  readonly sought: string;
  readonly match: PathMatch;
  /** Those that may be meant. What is said of a step is certain only where there is one. */
  readonly operations: readonly Operation[];
}

export function apiStepsOf(root: PlanNode, apis: ReadonlyMap<string, TargetApi>): readonly ApiStep[] {
  if (apis.size === 0) return [];
  return entriesOf(childOf(root, 'scenarios')).flatMap((scenario) =>
    allStepNodes(scenario.value).flatMap(({ step, path }) => {
      const target = apis.get(targetOf(root, scenario.value, step) ?? '');
      const found = target && apiStep(step, target);
      const place = ['scenarios', scenario.key, 'steps', ...path];
      return found === undefined ? [] : [{ ...found, scenario: scenario.key, path: place }];
    }),
  );
}

/** The name of the target that a step is for. */
export function targetOf(
  root: PlanNode | undefined,
  scenario: PlanNode | undefined,
  step: PlanNode | undefined,
) {
  const own = textOf(childOf(step, 'target')) ?? textOf(childOf(scenario, 'target'));
  const [first, ...others] = entriesOf(childOf(root, 'targets'));
  return own ?? (others.length === 0 ? first?.key : undefined);
}

function apiStep(node: PlanNode, target: TargetApi): Omit<ApiStep, 'scenario' | 'path'> | undefined {
  const { reading } = target;
  const verb = verbOf(node);
  const written = textOf(verb?.value);
  if (reading?.ok !== true || verb === undefined || written === undefined) return undefined;
  const { api } = reading;
  const method = methodOf(node, verb.key);
  if (method === undefined || !written.startsWith('/')) return undefined;
  const sought = withHoles(written);
  const match = matchPath(api, target.basePath, sought);
  const operations = match.paths.flatMap((path) => operationOf(api, path, method) ?? []);
  return { node, target, api, verb, method, written, sought, match, operations };
}

const verbs = [...methods, 'await', 'stream'];

export function verbOf(step: PlanNode | undefined): MapEntry | undefined {
  for (const verb of verbs) {
    const entry = entryOf(step, verb);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

function methodOf(step: PlanNode, verb: string): string | undefined {
  if (verb === 'await') return 'get';
  if (verb !== 'stream') return verb;
  const method = childOf(step, 'method');
  return method === undefined ? 'post' : textOf(method);
}

/** The path without its query, with a hole for each reference. */
function withHoles(written: string): string {
  const { parts } = parseTemplate(written).template;
  const text = parts.map((part) => (part.kind === 'text' ? part.text : hole)).join('');
  return text.split(/[?#]/, 1)[0] ?? '';
}

export interface Query {
  readonly names: readonly string[];
  /** A part of it is known only when the plan runs. */
  readonly isOpen: boolean;
}

/** The query that the path of a step has in itself. */
export function queryIn(written: string): Query {
  const { parts } = parseTemplate(written).template;
  const text = parts.map((part) => (part.kind === 'text' ? part.text : hole)).join('');
  const query = /\?([^#]*)/.exec(text)?.[1] ?? '';
  const pairs = query === '' ? [] : query.split('&').map((pair) => pair.split('=', 1)[0] ?? '');
  return { names: pairs.map(plain), isOpen: pairs.some((name) => name.includes(hole)) };
}

function plain(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    // A lone percent sign is a character like any other.
    return name;
  }
}

/** What a value of a plan is when it is sent, as far as that is known before the plan runs. */
export function sentValue(node: PlanNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' ? sentText(node.value) : node.value;
    case 'seq':
      return node.items.map(sentValue);
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, sentValue(value)]));
  }
}

function sentText(text: string): unknown {
  if (!text.includes('${')) return text;
  return constantText(parseTemplate(text).template) ?? dynamic;
}
