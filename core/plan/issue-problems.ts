/** One fault that the schema found, as a problem at its place. */
import { t } from '@vscode/l10n';
import { safeParse, type z } from 'zod';
import type { Fix, Problem, TextRange } from '../problems';
import { limits } from './limits';
import { needs, owner, sentence, subject, valueAt, type Checked } from './plan-words';
import { shorten } from './shorten';
import { planProblem } from './problem-catalogue';
import { chooseOption, kindOfSchema, metaOf, optionsOf, schemaAt, shapeOf, tellingKeys } from './schema-walk';
import { nameRule } from './schema-values';
import { valueBelow } from './value-below';
import { didYouMean } from './similar';
import {
  entriesOf,
  entryOf,
  keyRangeAt,
  nodeAt,
  valueRangeAt,
  type MapNode,
  type PlanNode,
  type PlanPath,
  type ScalarNode,
} from './tree';
import { isQuantity, suggestQuantity, type Quantity } from './unit-fixes';
import { parsePercent } from './units';

type Issue = z.core.$ZodIssue;

export function issueProblems(context: Checked, issue: Issue, path: PlanPath): Problem[] {
  const node = nodeAt(context.root, path);
  if (node === undefined) return [missingKey(context, path)];
  if (node.kind === 'scalar' && node.value === null && issue.code !== 'invalid_key') {
    return [missingValue(context, path, node)];
  }
  switch (issue.code) {
    case 'unrecognized_keys':
      // Each key is looked up in its map, so that all keys of a huge map would cost the square of their number.
      return issue.keys.slice(0, limits.problems).map((key) => unknownKey(context, path, key));
    case 'invalid_key':
      return [invalidName(context, path)];
    default:
      return [wrongValue(context, issue, path)];
  }
}

export function missingValue(context: Checked, path: PlanPath, node: PlanNode): Problem {
  const message = t`${subject(path)} has no value${needs(context, path)}`;
  return planProblem('missing-value', message, keyOrValueRange(context.root, path, node));
}

function keyOrValueRange(root: PlanNode, path: PlanPath, node: PlanNode): TextRange {
  return node.range.start === node.range.end ? keyRangeAt(root, path) : node.range;
}

export function missingKey(context: Checked, path: PlanPath): Problem {
  const key = String(path.at(-1) ?? '');
  const parent = path.slice(0, -1);
  const fixes: Fix[] = [];
  if (key === 'version' && parent.length === 0) {
    const at = context.root.range.start;
    fixes.push({
      title: t('Add version: 1'),
      edits: [{ range: { start: at, end: at }, newText: 'version: 1\n' }],
    });
  }
  const owner = parent.length === 0 ? t('The plan') : subject(parent);
  return planProblem('missing-key', t`${owner} needs \`${key}\``, keyRangeAt(context.root, parent), fixes);
}

function unknownKey(context: Checked, path: PlanPath, key: string): Problem {
  const map = nodeAt(context.root, path);
  const range = entryOf(map, key)?.keyRange ?? keyRangeAt(context.root, path);
  const schema = schemaAt(path, context.value);
  const value = valueAt(context.value, path);
  const options = schema === undefined ? [] : optionsOf(schema);
  const chosen = options.length === 1 ? options[0] : options[chooseOption(options, value) ?? -1];
  if (options.some((option) => Object.hasOwn(shapeOf(option) ?? {}, key))) {
    return misplacedKey(key, range, chosen === undefined ? [] : tellingKeys(options, chosen), value);
  }
  const taken = map === undefined || isOverlaid(map, range) ? [] : entriesOf(map).map((entry) => entry.key);
  const known = chosen === undefined ? [] : Object.keys(shapeOf(chosen) ?? {});
  const free = known.filter((name) => !taken.includes(name));
  const hint = didYouMean(key, free, range);
  const message = t`${owner(path)} has no key \`${shorten(key)}\`${hint.text}`;
  return planProblem('unknown-key', message, range, hint.fixes);
}

/** Whether a key comes from an environment, whose keys replace those of the plan: then none of them is taken. */
function isOverlaid(map: PlanNode, key: TextRange): boolean {
  return key.start < map.range.start || key.end > map.range.end;
}

/** A key of another kind of step or phase than the one that its telling key says. */
function misplacedKey(key: string, range: TextRange, telling: readonly string[], value: unknown): Problem {
  const beside = telling.find((name) => valueBelow(value, name) !== undefined);
  const reason = beside === undefined ? t('cannot stand here') : t`cannot stand beside \`${beside}\``;
  return planProblem('misplaced-key', `\`${key}\` ${reason}`, range);
}

/** None of the keys says which kind of step, scenario or message this is: one of them may be misspelt. */
export function unknownVerb(
  context: Checked,
  path: PlanPath,
  node: MapNode,
  verbs: readonly string[],
): Problem {
  const isStep = verbs.includes('get');
  for (const { key, keyRange } of node.entries) {
    const hint = didYouMean(key, verbs, keyRange);
    if (hint.fixes.length === 0) continue;
    const word = shorten(key);
    return isStep
      ? planProblem('unknown-step', t`There is no step \`${word}\`${hint.text}`, keyRange, hint.fixes)
      : planProblem(
          'unknown-key',
          t`${owner(path)} has no key \`${word}\`${hint.text}`,
          keyRange,
          hint.fixes,
        );
  }
  const list = t`${verbs.slice(0, -1).join(', ')} or ${verbs.at(-1) ?? ''}`;
  const range = keyRangeAt(context.root, path);
  return isStep
    ? planProblem('unknown-step', t`A step needs a verb: ${list}`, range)
    : planProblem('missing-key', t`${subject(path)} needs ${list}`, range);
}

function invalidName(context: Checked, path: PlanPath): Problem {
  const key = String(path.at(-1) ?? '');
  const message = t`\`${shorten(key)}\` is no name: a name is ${nameRule()}`;
  return planProblem('invalid-name', message, keyRangeAt(context.root, path));
}

function wrongValue(context: Checked, issue: Issue, path: PlanPath): Problem {
  const fixed = quantityProblem(context, path);
  if (fixed !== undefined) return fixed;
  const range = valueRangeAt(context.root, path);
  if (issue.code === 'invalid_type') return wrongType(context, path);
  if (issue.code === 'invalid_value' && issue.values.length > 1)
    return wrongChoice(context, path, issue.values.map(String));
  return planProblem(
    'wrong-value',
    `${subject(path)} ${sentence(issue)}`,
    range,
    pathFix(context, path, range),
  );
}

/** The path of an address, or what lacks only its slash. */
function pathFix(context: Checked, path: PlanPath, range: TextRange): Fix[] {
  const value = valueAt(context.value, path);
  const schema = schemaAt(path, context.value);
  if (typeof value !== 'string' || schema === undefined || metaOf(schema, 'title') !== 'path') return [];
  const newText = value.replace(/^(?:https?:\/\/[^/]*)?\/?/, '/');
  if (!/^\/[\w./~%?=&${}-]*$/.test(newText)) return [];
  return [{ title: t`Write ${newText}`, isGuess: true, edits: [{ range, newText }] }];
}

/** A value that is none of the few there are. */
function wrongChoice(context: Checked, path: PlanPath, allowed: readonly string[]): Problem {
  const value = valueAt(context.value, path);
  if (typeof value !== 'string') return wrongType(context, path);
  const range = valueRangeAt(context.root, path);
  const hint = didYouMean(value, allowed, range);
  const list =
    hint.fixes.length > 0 ? hint.text : t`: it is one of ${allowed.map((item) => `\`${item}\``).join(', ')}`;
  return planProblem('wrong-value', t`${subject(path)} cannot have this value${list}`, range, hint.fixes);
}

/** A quantity without its unit, or with one that is written differently. */
function quantityProblem(context: Checked, path: PlanPath): Problem | undefined {
  const value = valueAt(context.value, path);
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const schema = schemaAt(path, context.value);
  const title = schema && quantityTitle(schema, value);
  if (title === undefined) return undefined;
  const suggestion = suggestQuantity(title, value);
  const range = valueRangeAt(context.root, path);
  const fixes =
    suggestion === undefined
      ? []
      : [{ title: t`Write ${suggestion}`, edits: [{ range, newText: suggestion }] }];
  if (typeof value === 'number' || /^\d+(\.\d+)?$/.test(value)) {
    const advice = suggestion === undefined ? '' : t`; did you mean \`${suggestion}\`?`;
    return planProblem('missing-unit', t`${subject(path)} needs a unit${advice}`, range, fixes);
  }
  const advice = suggestion === undefined ? needs(context, path) : t`; did you mean \`${suggestion}\`?`;
  return planProblem(
    'wrong-value',
    t`\`${shorten(value)}\` is not ${quantityWords()[title]}${advice}`,
    range,
    fixes,
  );
}

const quantityWords = (): Readonly<Record<Quantity, string>> => ({
  duration: t('a duration'),
  rate: t('a rate'),
  percentage: t('a percentage'),
});

/** Then it is no quantity without its unit. */
function takesNumber(schema: z.core.$ZodType): boolean {
  return optionsOf(schema).some((option) => kindOfSchema(option) === 'number');
}

/**
 * The quantity a schema takes as text, also where it takes a map as well.
 *
 * @returns `undefined` where the value may be what is meant: a number, or a percentage that will not do for another reason.
 */
function quantityTitle(schema: z.core.$ZodType, value: string | number): Quantity | undefined {
  if (typeof value === 'number' && takesNumber(schema)) return undefined;
  const texts = optionsOf(schema).filter((option) => kindOfSchema(option) === 'text');
  const title = [schema, ...texts].map((option) => metaOf(option, 'title')).find(isQuantity);
  return title === 'percentage' && parsePercent(String(value)) !== undefined ? undefined : title;
}

export function wrongType(context: Checked, path: PlanPath): Problem {
  const wanted = needs(context, path);
  const fixed = quantityProblem(context, path);
  if (fixed !== undefined) return fixed;
  const node = nodeAt(context.root, path);
  const range = valueRangeAt(context.root, path);
  const schema = schemaAt(path, context.value);
  const fixes =
    schema === undefined || node === undefined
      ? []
      : node.kind === 'scalar'
        ? retypeFixes(schema, node, range)
        : asJson(context, path);
  return planProblem('wrong-type', t`${subject(path)} has a value of the wrong type${wanted}`, range, fixes);
}

/** A body is text; what is written as a map is meant as JSON. */
function asJson({ root }: Checked, path: PlanPath): Fix[] {
  if (path.at(-1) !== 'body' || entryOf(nodeAt(root, path.slice(0, -1)), 'json') !== undefined) return [];
  return [{ title: t('Send it as JSON'), edits: [{ range: keyRangeAt(root, path), newText: 'json' }] }];
}

/** A number that should be text, or the other way round, or one for a list: offered only where the result is valid. */
function retypeFixes(schema: z.core.$ZodType, node: ScalarNode, range: TextRange): Fix[] {
  const isValid = (value: unknown): boolean => safeParse(schema, value).success;
  if ((typeof node.value === 'number' || typeof node.value === 'boolean') && isValid(String(node.value))) {
    const newText = JSON.stringify(String(node.value));
    return [{ title: t('Put it in quotes'), edits: [{ range, newText }] }];
  }
  if (
    typeof node.value === 'string' &&
    /^-?\d{1,15}(?:\.\d+)?$/.test(node.value) &&
    isValid(Number(node.value))
  ) {
    return [{ title: t`Write ${node.value}`, edits: [{ range, newText: node.value }] }];
  }
  if (typeof node.value === 'string' && /^[\w-]+$/.test(node.value) && isValid([node.value])) {
    const newText = `[${node.value}]`;
    return [{ title: t`Write ${newText}`, edits: [{ range, newText }] }];
  }
  return [];
}
