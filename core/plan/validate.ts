/** Checks a tree against the schema, and says what is wrong at the exact place, in the author's words. */
import { safeParse, type z } from 'zod';
import type { Problem } from '../problems';
import { issueProblems, missingKey, missingValue, unknownVerb, wrongType } from './issue-problems';
import { limits } from './limits';
import type { Checked } from './plan-words';
import { scenarioValue } from './scenario-values';
import { planSchema, type Plan, type Scenario } from './schema';
import { chooseOption, optionsOf, schemaBelow, tellingKeys } from './schema-walk';
import { name } from './schema-values';
import { nodeAt, toValue, type MapNode, type PlanNode, type PlanPath } from './tree';
import { validScenario } from './valid-scenarios';
import { mapBelow, valueBelow } from './value-below';

export interface Validation {
  /** Absent where there are problems. */
  readonly plan: Plan | undefined;
  readonly problems: readonly Problem[];
  /** The plain values, as they were checked. */
  readonly value: unknown;
  /** Those that are right in themselves. */
  readonly scenarios: Readonly<Record<string, Scenario>>;
}

/** The plan that a tree stands for, or what keeps it from being one. */
export function validate(root: PlanNode): Validation {
  const value = planValue(root);
  const scenarios = Object.create(null) as Record<string, Scenario>;
  const wrong = Object.create(null) as Record<string, unknown>;
  const given = mapBelow(value, 'scenarios');
  for (const [key, item] of Object.entries(given ?? {})) {
    const scenario = validScenario(item);
    if (scenario !== undefined) scenarios[key] = scenario;
    if (scenario === undefined || !name.safeParse(key).success) wrong[key] = item;
  }
  const left = given === undefined ? value : { ...(value as object), scenarios: wrong };
  const result = planSchema.safeParse(left);
  if (result.success) return { plan: { ...result.data, scenarios }, problems: [], value, scenarios };
  const problems = explain({ root, value }, planSchema, left, []);
  return { plan: undefined, problems, value, scenarios };
}

function planValue(root: PlanNode): unknown {
  if (root.kind !== 'map') return toValue(root);
  const value = Object.create(null) as Record<string, unknown>;
  for (const { key, value: node } of root.entries)
    value[key] = key === 'scenarios' && node.kind === 'map' ? valuesOf(node) : toValue(node);
  return value;
}

function valuesOf({ entries }: MapNode): Record<string, unknown> {
  const values = Object.create(null) as Record<string, unknown>;
  for (const { key, value } of entries) values[key] = scenarioValue(value);
  return values;
}

/**
 * What is wrong with a value. Where it had a choice, only the option that it was meant for is asked: zod itself answers
 * for the option that failed last, which an author may never have thought of.
 */
function explain(context: Checked, schema: z.core.$ZodType, value: unknown, base: PlanPath): Problem[] {
  const result = safeParse(schema, value);
  if (result.success) return [];
  const explained = new Set<string>();
  return result.error.issues.slice(0, limits.problems).flatMap((issue) => {
    const path = pathOf(issue.path);
    // What is wrong with a name is not wrong with what it names.
    const choice = firstChoice(schema, value, issue.code === 'invalid_key' ? path.slice(0, -1) : path);
    if (choice === undefined) return issueProblems(context, issue, [...base, ...path]);
    const key = choice.path.join('\n');
    if (explained.has(key)) return [];
    explained.add(key);
    return explainChoice(context, choice, [...base, ...choice.path]);
  });
}

/** A union on the way to an issue. */
interface Choice {
  readonly path: PlanPath;
  readonly options: readonly z.core.$ZodType[];
  readonly value: unknown;
}

function firstChoice(schema: z.core.$ZodType, value: unknown, path: PlanPath): Choice | undefined {
  let current: z.core.$ZodType | undefined = schema;
  let below = value;
  for (let depth = 0; current !== undefined; depth += 1) {
    const options = optionsOf(current);
    if (options.length > 1) return { path: path.slice(0, depth), options, value: below };
    const key = path[depth];
    if (key === undefined) return undefined;
    current = schemaBelow(current, key, below);
    below = valueBelow(below, key);
  }
  return undefined;
}

function explainChoice(context: Checked, { options, value }: Choice, path: PlanPath): Problem[] {
  const node = nodeAt(context.root, path);
  if (node === undefined) return [missingKey(context, path)];
  if (value === null) return [missingValue(context, path, node)];
  const index = chooseOption(options, value);
  const option = index === undefined ? undefined : options[index];
  if (option !== undefined) return explain(context, option, value, path);
  const telling = options.flatMap((item) => tellingKeys(options, item).slice(0, 1));
  if (node.kind === 'map' && telling.length > 0) {
    // The first key of an option that tells is its verb: `await` before `until`.
    return [unknownVerb(context, path, node, telling)];
  }
  return [wrongType(context, path)];
}

/** A plan is made of text keys and positions; symbols cannot come from YAML. */
function pathOf(path: readonly PropertyKey[]): PlanPath {
  return path.filter((key) => typeof key !== 'symbol');
}
