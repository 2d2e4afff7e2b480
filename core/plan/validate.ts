/** Checks a tree against the schema, and says what is wrong at the exact place, in the author's words. */
import { safeParse, type z } from 'zod';
import type { Fix, Problem, TextRange } from '../problems';
import { limits } from './limits';
import { planProblem } from './problem-catalogue';
import { planSchema, type Plan } from './schema';
import {
  chooseOption,
  kindOfSchema,
  metaOf,
  optionsOf,
  schemaAt,
  shapeOf,
  tellingKeys,
  valueBelow,
} from './schema-walk';
import { closest, didYouMean } from './similar';
import {
  entryOf,
  keyRangeAt,
  nodeAt,
  toValue,
  valueRangeAt,
  type PlanNode,
  type PlanPath,
  type ScalarNode,
} from './tree';
import { isQuantity, suggestQuantity } from './unit-fixes';

export interface Validation {
  /** Absent where there are problems. */
  readonly plan: Plan | undefined;
  readonly problems: readonly Problem[];
  /** The plain values, as they were checked. */
  readonly value: unknown;
}

type Issue = z.core.$ZodIssue;

interface Context {
  readonly root: PlanNode;
  readonly value: unknown;
}

/** The plan that a tree stands for, or what keeps it from being one. */
export function validate(root: PlanNode): Validation {
  const value = toValue(root);
  const result = planSchema.safeParse(value);
  if (result.success) return { plan: result.data, problems: [], value };
  const context: Context = { root, value };
  const problems = result.error.issues
    .slice(0, limits.problems)
    .flatMap((issue) => issueProblems(context, issue, pathOf(issue.path)));
  return { plan: undefined, problems, value };
}

/** A plan is made of text keys and positions; symbols cannot come from YAML. */
function pathOf(path: readonly PropertyKey[]): PlanPath {
  return path.filter((key) => typeof key !== 'symbol');
}

function issueProblems(context: Context, issue: Issue, path: PlanPath): Problem[] {
  const node = nodeAt(context.root, path);
  if (node === undefined) return [missingKey(context, path)];
  if (node.kind === 'scalar' && node.value === null && issue.code !== 'invalid_key') {
    const message = `${subject(path)} has no value${needs(context, path)}`;
    return [planProblem('missing-value', message, keyOrValueRange(context.root, path, node))];
  }
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(context, path, key));
    case 'invalid_union':
      return unionProblems(context, issue, path);
    case 'invalid_key':
      return [invalidName(context, path)];
    default:
      return [wrongValue(context, issue, path)];
  }
}

function keyOrValueRange(root: PlanNode, path: PlanPath, node: PlanNode): TextRange {
  return node.range.start === node.range.end ? keyRangeAt(root, path) : node.range;
}

function missingKey(context: Context, path: PlanPath): Problem {
  const key = String(path.at(-1) ?? '');
  const parent = path.slice(0, -1);
  const fixes: Fix[] = [];
  if (key === 'version' && parent.length === 0) {
    const at = context.root.range.start;
    fixes.push({
      title: 'Add version: 1',
      edits: [{ range: { start: at, end: at }, newText: 'version: 1\n' }],
    });
  }
  const owner = parent.length === 0 ? 'The plan' : subject(parent);
  return planProblem('missing-key', `${owner} needs \`${key}\``, keyRangeAt(context.root, parent), fixes);
}

function unknownKey(context: Context, path: PlanPath, key: string): Problem {
  const range = entryOf(nodeAt(context.root, path), key)?.keyRange ?? keyRangeAt(context.root, path);
  const schema = schemaAt(path, context.value);
  const value = valueAt(context.value, path);
  const options = schema === undefined ? [] : optionsOf(schema);
  const chosen = options[options.length === 1 ? 0 : (chooseOption(options, value) ?? -1)];
  const known = Object.keys((chosen && shapeOf(chosen)) ?? {});
  if (options.some((option) => Object.hasOwn(shapeOf(option) ?? {}, key))) {
    const own = chosen === undefined ? [] : tellingKeys(options, chosen);
    const beside = own.find((name) => valueBelow(value, name) !== undefined);
    const reason = beside === undefined ? 'cannot stand here' : `cannot stand beside \`${beside}\``;
    return planProblem('misplaced-key', `\`${key}\` ${reason}`, range);
  }
  const taken = new Set(Object.keys(value ?? {}));
  const free = known.filter((name) => !taken.has(name));
  const hint = didYouMean(key, free, range);
  return planProblem(
    'unknown-key',
    `${owner(path)} has no key \`${shorten(key)}\`${hint.text}`,
    range,
    hint.fixes,
  );
}

function unionProblems(
  context: Context,
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: PlanPath,
): Problem[] {
  const schema = schemaAt(path, context.value);
  const options = schema === undefined ? [] : optionsOf(schema);
  const value = valueAt(context.value, path);
  const index = chooseOption(options, value);
  const chosen = index === undefined ? undefined : issue.errors[index];
  if (chosen !== undefined) {
    return chosen.flatMap((inner) => issueProblems(context, inner, [...path, ...pathOf(inner.path)]));
  }
  // The first key of an option that tells is its verb: `await` before `until`.
  const telling = options.flatMap((option) => tellingKeys(options, option).slice(0, 1));
  const isMap = value !== null && typeof value === 'object' && !Array.isArray(value);
  if (isMap && telling.length > 0) return [unknownVerb(context, path, Object.keys(value), telling)];
  return [wrongType(context, path, needs(context, path))];
}

/** None of a step's keys says what the step does: one of them may be misspelt. */
function unknownVerb(
  context: Context,
  path: PlanPath,
  keys: readonly string[],
  verbs: readonly string[],
): Problem {
  const node = nodeAt(context.root, path);
  for (const key of keys) {
    const verb = closest(key, verbs);
    const range = entryOf(node, key)?.keyRange;
    if (verb === undefined || range === undefined) continue;
    return planProblem(
      'unknown-step',
      `There is no step \`${shorten(key)}\`; did you mean \`${verb}\`?`,
      range,
      [{ title: `Change to ${verb}`, edits: [{ range, newText: verb }] }],
    );
  }
  const list = `${verbs.slice(0, -1).join(', ')} or ${verbs.at(-1) ?? ''}`;
  return planProblem('unknown-step', `A step needs a verb: ${list}`, keyRangeAt(context.root, path));
}

function invalidName(context: Context, path: PlanPath): Problem {
  const key = String(path.at(-1) ?? '');
  const message = `\`${shorten(key)}\` is no name: a name is a letter, then letters, digits, _ or -`;
  return planProblem('invalid-name', message, keyRangeAt(context.root, path));
}

function wrongValue(context: Context, issue: Issue, path: PlanPath): Problem {
  const fixed = quantityProblem(context, path);
  if (fixed !== undefined) return fixed;
  const range = valueRangeAt(context.root, path);
  if (issue.code === 'invalid_type') {
    return wrongType(context, path, needs(context, path));
  }
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String);
    if (allowed.length > 1) {
      const hint = didYouMean(String(valueAt(context.value, path)), allowed, range);
      const list =
        hint.fixes.length > 0 ? hint.text : `: it is one of ${allowed.map((v) => `\`${v}\``).join(', ')}`;
      return planProblem('wrong-value', `${subject(path)} cannot have this value${list}`, range, hint.fixes);
    }
  }
  return planProblem('wrong-value', `${subject(path)} ${sentence(issue)}`, range);
}

/** The schema's own words; those of zod for lengths and bounds are put into ours. */
function sentence(issue: Issue): string {
  if (issue.message.startsWith('needs ')) return issue.message;
  if (issue.code === 'too_small') {
    const least = String(issue.minimum);
    if (issue.origin === 'string') return 'cannot be empty';
    if (issue.origin === 'array') return `needs at least ${least} item${least === '1' ? '' : 's'}`;
    return issue.inclusive === true ? `cannot be below ${least}` : `must be above ${least}`;
  }
  if (issue.code === 'too_big') {
    const most = String(issue.maximum);
    if (issue.origin === 'string') return `has at most ${most} characters`;
    if (issue.origin === 'array') return `has at most ${most} items`;
    return `cannot be above ${most}`;
  }
  if (issue.code === 'invalid_format' && issue.format === 'url')
    return 'needs an address, such as http://127.0.0.1:9090';
  return `is not right: ${issue.message}`;
}

/** A quantity without its unit, or with one that is written differently. */
function quantityProblem(context: Context, path: PlanPath): Problem | undefined {
  const value = valueAt(context.value, path);
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const schema = schemaAt(path, context.value);
  const title = schema === undefined ? undefined : quantityTitle(schema);
  if (!isQuantity(title)) return undefined;
  const suggestion = suggestQuantity(title, value);
  const range = valueRangeAt(context.root, path);
  const fixes =
    suggestion === undefined
      ? []
      : [{ title: `Write ${suggestion}`, edits: [{ range, newText: suggestion }] }];
  if (typeof value === 'number' || /^\d+(\.\d+)?$/.test(value)) {
    const advice = suggestion === undefined ? '' : `; did you mean \`${suggestion}\`?`;
    return planProblem('missing-unit', `${subject(path)} needs a unit${advice}`, range, fixes);
  }
  const advice = suggestion === undefined ? needs(context, path) : `; did you mean \`${suggestion}\`?`;
  return planProblem('wrong-value', `${subject(path)} is not a ${title}${advice}`, range, fixes);
}

/** The quantity a schema takes as text, also where it takes a map as well. */
function quantityTitle(schema: z.core.$ZodType): unknown {
  const own = metaOf(schema, 'title');
  if (isQuantity(own)) return own;
  return optionsOf(schema)
    .filter((option) => kindOfSchema(option) === 'text')
    .map((option) => metaOf(option, 'title'))
    .find(isQuantity);
}

function wrongType(context: Context, path: PlanPath, wanted: string): Problem {
  const fixed = quantityProblem(context, path);
  if (fixed !== undefined) return fixed;
  const node = nodeAt(context.root, path);
  const range = valueRangeAt(context.root, path);
  const schema = schemaAt(path, context.value);
  const fixes = schema === undefined || node?.kind !== 'scalar' ? [] : retypeFixes(schema, node, range);
  return planProblem('wrong-type', `${subject(path)} has a value of the wrong type${wanted}`, range, fixes);
}

/** A number that should be text, or the other way round: offered only where the result is valid. */
function retypeFixes(schema: z.core.$ZodType, node: ScalarNode, range: TextRange): Fix[] {
  const isValid = (value: unknown): boolean => safeParse(schema, value).success;
  if ((typeof node.value === 'number' || typeof node.value === 'boolean') && isValid(String(node.value))) {
    const newText = JSON.stringify(String(node.value));
    return [{ title: 'Put it in quotes', edits: [{ range, newText }] }];
  }
  if (
    typeof node.value === 'string' &&
    /^-?\d{1,15}(?:\.\d+)?$/.test(node.value) &&
    isValid(Number(node.value))
  ) {
    return [{ title: `Write ${node.value}`, edits: [{ range, newText: node.value }] }];
  }
  return [];
}

const kindNames: Readonly<Record<string, string>> = {
  map: 'a map of keys and values',
  list: 'a list',
  text: 'text',
  number: 'a number',
  boolean: 'true or false',
  null: 'nothing',
};

/** What a key takes, as the end of a sentence. */
function needs(context: Context, path: PlanPath): string {
  const schema = schemaAt(path, context.value);
  if (schema === undefined) return '';
  const examples = metaOf(schema, 'examples');
  const title = metaOf(schema, 'title');
  if (Array.isArray(examples) && typeof title === 'string') {
    return `: it needs ${article(title)}, such as ${examples.slice(0, 2).map(String).join(' or ')}`;
  }
  const kinds = [...new Set(optionsOf(schema).map((option) => kindOfSchema(option)))];
  const words = kinds.flatMap((kind) => (kind === undefined ? [] : [kindNames[kind] ?? kind]));
  return words.length === 0 ? '' : `: it needs ${words.join(' or ')}`;
}

function article(title: string): string {
  if (title.endsWith('s')) return title;
  return /^[aeiou]/.test(title) ? `an ${title}` : `a ${title}`;
}

function valueAt(root: unknown, path: PlanPath): unknown {
  let value = root;
  for (const key of path) value = valueBelow(value, key);
  return value;
}

/** The thing a path leads to, as the subject of a sentence. */
function subject(path: PlanPath): string {
  const last = path.at(-1);
  if (last === undefined) return 'The plan';
  if (typeof last === 'string') return `\`${shorten(last)}\``;
  const list = path.findLast((key) => typeof key === 'string');
  return list === 'steps' ? `Step ${last + 1}` : `Item ${last + 1} of \`${shorten(list ?? '')}\``;
}

/** The thing that has a key: `A phase`, `A target` … */
function owner(path: PlanPath): string {
  const [section, , inner] = path;
  if (path.length === 0) return 'A plan';
  if (path.length === 2 && typeof section === 'string' && Object.hasOwn(sectionThings, section)) {
    return sectionThings[section] ?? subject(path);
  }
  if (path.length === 4 && section === 'scenarios' && inner === 'steps') return 'This step';
  return subject(path);
}

const sectionThings: Readonly<Record<string, string>> = {
  targets: 'A target',
  scenarios: 'A scenario',
  phases: 'This phase',
  data: 'A data feed',
  environments: 'An environment',
};

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
