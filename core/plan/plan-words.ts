/** The words in which problems speak of places and types of a plan. */
import { t } from '@vscode/l10n';
import type { z } from 'zod';
import { kindOfSchema, metaOf, optionsOf, schemaAt } from './schema-walk';
import { shorten } from './shorten';
import { valueBelow } from './value-below';
import type { PlanNode, PlanPath } from './tree';

type Issue = z.core.$ZodIssue;

/** What the problems of a plan refer to: its tree, and the plain values that were checked. */
export interface Checked {
  readonly root: PlanNode;
  readonly value: unknown;
}

/** The schema's own words; those of zod for lengths and bounds are put into ours. */
export function sentence(issue: Issue): string {
  if (issue.message.startsWith('needs ')) return t(issue.message);
  if (issue.code === 'too_small') {
    const least = String(issue.minimum);
    if (issue.origin === 'string') return t('cannot be empty');
    if (issue.origin === 'array')
      return least === '1' ? t('needs at least 1 item') : t`needs at least ${least} items`;
    return issue.inclusive === true ? t`cannot be below ${least}` : t`must be above ${least}`;
  }
  if (issue.code === 'too_big') {
    const most = String(issue.maximum);
    if (issue.origin === 'string') return t`has at most ${most} characters`;
    if (issue.origin === 'array') return t`has at most ${most} items`;
    return t`cannot be above ${most}`;
  }
  if (issue.code === 'invalid_format' && issue.format === 'url')
    return t('needs an address, such as http://127.0.0.1:9090');
  return t`is not right: ${issue.message}`;
}

const kindNames = (): Readonly<Record<string, string>> => ({
  map: t('a map of keys and values'),
  list: t('a list'),
  text: t('text'),
  number: t('a number'),
  boolean: t('true or false'),
  null: t('nothing'),
});

/** What a key takes, as the end of a sentence. */
export function needs(context: Checked, path: PlanPath): string {
  const schema = schemaAt(path, context.value);
  if (schema === undefined) return '';
  const examples = metaOf(schema, 'examples');
  const title = metaOf(schema, 'title');
  if (Array.isArray(examples) && typeof title === 'string') {
    return t`: it needs ${things()[title] ?? title}, such as ${examples.slice(0, 2).map(String).join(t(' or '))}`;
  }
  const kinds = [...new Set(optionsOf(schema).map((option) => kindOfSchema(option)))];
  const words = kinds.flatMap((kind) => (kind === undefined ? [] : [kindNames()[kind] ?? kind]));
  return words.length === 0 ? '' : t`: it needs ${words.join(t(' or '))}`;
}

/** What a key takes, by the titles of the schema. */
const things = (): Readonly<Record<string, string>> => ({
  'OpenAPI document': t('an OpenAPI document'),
  address: t('an address'),
  argument: t('an argument'),
  class: t('class'),
  context: t('a context'),
  duration: t('a duration'),
  file: t('a file'),
  'function of a file': t('a function of a file'),
  image: t('an image'),
  locustfile: t('a locustfile'),
  method: t('a method'),
  namespace: t('a namespace'),
  path: t('a path'),
  'path or address': t('a path or address'),
  percentage: t('a percentage'),
  rate: t('a rate'),
  tag: t('a tag'),
  users: t('users'),
  'users or rate': t('a number of users or a rate'),
});

export function valueAt(root: unknown, path: PlanPath): unknown {
  let value = root;
  for (const key of path) value = valueBelow(value, key);
  return value;
}

/** The thing a path leads to, as the subject of a sentence. */
export function subject(path: PlanPath): string {
  const last = path.at(-1);
  if (last === undefined) return t('The plan');
  if (typeof last === 'string') return `\`${shorten(last)}\``;
  const list = path.findLast((key) => typeof key === 'string');
  return list === 'steps' ? t`Step ${last + 1}` : t`Item ${last + 1} of \`${shorten(list ?? '')}\``;
}

/** The thing that has a key: `A phase`, `A target` … */
export function owner(path: PlanPath): string {
  const [section, , inner] = path;
  if (path.length === 0) return t('A plan');
  if (path.length === 2 && typeof section === 'string' && Object.hasOwn(sectionThings(), section)) {
    return sectionThings()[section] ?? subject(path);
  }
  if (path.length === 4 && section === 'scenarios' && inner === 'steps') return t('This step');
  return subject(path);
}

const sectionThings = (): Readonly<Record<string, string>> => ({
  targets: t('A target'),
  scenarios: t('A scenario'),
  phases: t('This phase'),
  data: t('A data feed'),
  environments: t('An environment'),
});
