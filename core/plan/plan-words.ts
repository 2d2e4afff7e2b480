/** The words in which problems speak of places and types of a plan. */
import type { z } from 'zod';
import { kindOfSchema, metaOf, optionsOf, schemaAt } from './schema-walk';
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

const kindNames: Readonly<Record<string, string>> = {
  map: 'a map of keys and values',
  list: 'a list',
  text: 'text',
  number: 'a number',
  boolean: 'true or false',
  null: 'nothing',
};

/** What a key takes, as the end of a sentence. */
export function needs(context: Checked, path: PlanPath): string {
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

export function valueAt(root: unknown, path: PlanPath): unknown {
  let value = root;
  for (const key of path) value = valueBelow(value, key);
  return value;
}

/** The thing a path leads to, as the subject of a sentence. */
export function subject(path: PlanPath): string {
  const last = path.at(-1);
  if (last === undefined) return 'The plan';
  if (typeof last === 'string') return `\`${shorten(last)}\``;
  const list = path.findLast((key) => typeof key === 'string');
  return list === 'steps' ? `Step ${last + 1}` : `Item ${last + 1} of \`${shorten(list ?? '')}\``;
}

/** The thing that has a key: `A phase`, `A target` … */
export function owner(path: PlanPath): string {
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

export function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
