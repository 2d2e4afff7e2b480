import { t } from '@vscode/l10n';
import {
  CompletionItemKind,
  MarkupKind,
  type CompletionItem,
  type CompletionList,
} from 'vscode-languageserver-types';
import { describeAt, keysAt, type KeyDescription } from '../../core/plan/describe';
import type { NameKind } from '../../core/plan/names';
import type { MapNode, PlanNode, PlanPath } from '../../core/plan/tree';
import type { TextRange } from '../../core/problems';
import type { PhaseHistory } from '../../protocol/language';
import { answerItems, apiItems } from './api-completion';
import { completeQuery, queryBeingTyped, type SeenMetrics } from './complete-query';
import { textItem } from './completion-item';
import { cursorContext, type CursorContext } from './cursor-context';
import { goalItems } from './goal-completion';
import { describeKey } from './hover';
import { toRange, type PlanDocument } from './plan-document';
import { namesOf, referenceKeys, references, type OutsideNames } from './reference-completion';
import { sectionSnippets } from './section-snippets';
import { quantityValues } from './quantity-values';

/** What completion depends on beside the document. */
export interface CompletionOptions {
  /** The editor goes through the places of an inserted text. */
  readonly takesSnippets?: boolean;
  /** Keys and values of the format are offered by another server. */
  readonly withoutFormat?: boolean;
  /** Names, never values, of what stands behind `env` and `secret`. */
  readonly outside?: OutsideNames;
  /**
   * Files that a plan may name, relative to it, with a slash behind folders.
   *
   * @param typed what stands there so far.
   * @param kind what the schema calls the value.
   */
  readonly listFiles?: (planUri: string, typed: string, kind: string) => readonly string[];
  /** What the client told of the last runs of the plan. */
  readonly histories?: readonly PhaseHistory[];
  /** What the client told of the metrics of targets. */
  readonly seen?: SeenMetrics;
}

/** What may be written at the cursor: keys, values of a key, and the names that the plan defines. Documentation follows by `resolveCompletion`. */
export function complete(
  plan: PlanDocument,
  offset: number,
  options: CompletionOptions = {},
): CompletionList | null {
  const context = cursorContext(plan.text, offset);
  if (!context) return null;
  const query = queryBeingTyped(plan.text, context, offset);
  if (query) return list(completeQuery(plan, offset, query, options.seen ?? (() => [])));
  return completeAt(plan, context, offset, options);
}

function completeAt(
  plan: PlanDocument,
  context: CursorContext,
  offset: number,
  options: CompletionOptions,
): CompletionList {
  const reference = /(?<!\$)\$\{((?:[\w-]+\.)*)([\w-]*)$/.exec(context.prefix);
  if (reference) {
    const [, before = '', word = ''] = reference;
    return list(
      referenceItems(plan, context.path, before, { start: offset - word.length, end: offset }, options),
    );
  }
  const goal = goalItems(plan, context, offset, options.histories);
  if (goal) return list(goal);
  const told = apiItems(plan, context, offset, options.takesSnippets === true);
  if (told !== undefined && told.length > 0) return list(told);
  return list(formatItems(plan, context, offset, options));
}

function formatItems(
  plan: PlanDocument,
  context: CursorContext,
  offset: number,
  options: CompletionOptions,
): CompletionItem[] {
  const keys = context.kind === 'key' && options.withoutFormat !== true ? keyItems(plan, context) : [];
  const snippets = options.takesSnippets === true ? sectionSnippets(plan, context) : [];
  const found = [...keys, ...snippets];
  return found.length > 0 ? found : valueItems(plan, context, offset, options);
}

function referenceItems(
  plan: PlanDocument,
  path: PlanPath,
  before: string,
  range: TextRange,
  { outside }: CompletionOptions,
): CompletionItem[] {
  return before === '' ? references(plan, path, range) : referenceKeys(plan, before, range, outside);
}

function list(items: CompletionItem[]): CompletionList {
  return { isIncomplete: false, items };
}

/** The keys that are not there yet: required ones first, then in the order of the format. */
function keyItems(plan: PlanDocument, context: CursorContext): CompletionItem[] {
  const root = skeleton(context.path, context.siblings);
  const free = keysAt(root, context.path).filter(
    ({ key }) => key !== undefined && !context.siblings.includes(key),
  );
  return free.map((description, position) => keyItem(plan, context, description, position));
}

function keyItem(
  plan: PlanDocument,
  context: CursorContext,
  description: KeyDescription,
  position: number,
): CompletionItem {
  const key = description.key ?? '';
  return {
    label: key,
    kind: CompletionItemKind.Property,
    detail: description.type,
    data: { path: context.path, siblings: context.siblings, key } satisfies KeyPlace,
    sortText: `${description.isRequired ? 0 : 1}${String(position).padStart(3, '0')}`,
    textEdit: {
      range: toRange(plan, context.range),
      newText: description.isContainer && !context.isFlow ? `${key}:` : `${key}: `,
    },
  };
}

/** What `complete` leaves in an item for `resolveCompletion`. */
interface KeyPlace {
  readonly path: PlanPath;
  readonly siblings: readonly string[];
  readonly key: string;
}

/** The item with the documentation of its key. What other servers left in it is not touched. */
export function resolveCompletion(item: CompletionItem): CompletionItem {
  const place: unknown = item.data;
  if (!isKeyPlace(place)) return item;
  const known = keysAt(skeleton(place.path, place.siblings), place.path);
  const description = known.find(({ key }) => key === place.key);
  if (description === undefined) return item;
  const value = describeKey(place.key, description).join('\n\n');
  return { ...item, documentation: { kind: MarkupKind.Markdown, value } };
}

function isKeyPlace(place: unknown): place is KeyPlace {
  const { path, siblings, key } = (place ?? {}) as Partial<KeyPlace>;
  return Array.isArray(path) && Array.isArray(siblings) && typeof key === 'string';
}

/** A tree that has just the path and the keys at its end: enough for the schema to tell which keys fit. */
function skeleton(path: PlanPath, siblings: readonly string[]): PlanNode {
  const nowhere: TextRange = { start: 0, end: 0 };
  const map = (entries: readonly (readonly [string, PlanNode])[]): MapNode => ({
    kind: 'map',
    range: nowhere,
    isFlow: false,
    entries: entries.map(([key, value]) => ({ key, keyRange: nowhere, value, valueRange: nowhere })),
  });
  const nothing: PlanNode = { kind: 'scalar', range: nowhere, value: null, style: 'plain' };
  const last: PlanNode = map(siblings.map((key) => [key, nothing] as const));
  return path.reduceRight<PlanNode>(
    (below, key) =>
      typeof key === 'string'
        ? map([[key, below]])
        : { kind: 'seq', range: nowhere, isFlow: false, items: [below] },
    last,
  );
}

/** Which names stand at a path; `*` is any key, `#` any item. An environment's phases are those of the plan. */
const namePlaces: readonly (readonly [pattern: string, kind: NameKind])[] = [
  ['scenarios.*.target', 'target'],
  ['scenarios.*.steps.#.target', 'target'],
  ['phases.*.scenarios', 'scenario'],
  ['phases.*.scenarios.#', 'scenario'],
  ['phases.*.after', 'phase'],
  ['phases.*.after.#', 'phase'],
  ['phases.*.rerun', 'phase'],
  ['phases.*.profile.#.target', 'target'],
  ['environments.*.targets', 'target'],
  ['environments.*.data', 'data'],
  ['environments.*.phases', 'phase'],
];

function valueItems(
  plan: PlanDocument,
  context: CursorContext,
  offset: number,
  options: CompletionOptions,
): CompletionItem[] {
  const kind = namePlaces.find(([pattern]) => isAt(context.path, pattern))?.[1];
  if (kind !== undefined) return nameItems(plan, context, kind);
  const described = describeAt(skeleton(context.path, []), context.path);
  if (described?.type === 'expression')
    return answerItems(plan, context, offset) ?? expressionItems(plan, context, options);
  const files = fileItems(plan, context, described?.type, options);
  if (files.length > 0) return files;
  const isOurs = described !== undefined && options.withoutFormat !== true;
  return isOurs ? writtenItems(plan, context, described) : [];
}

/** A number with its units, or the values and examples of the format. */
function writtenItems(
  plan: PlanDocument,
  { prefix, range }: CursorContext,
  { type, values, examples }: KeyDescription,
): CompletionItem[] {
  const item = (value: string, kind: CompletionItemKind, detail: string) =>
    textItem(plan, range, value, kind, detail);
  const quantities = quantityValues(type, prefix);
  if (quantities.length > 0) return quantities.map((value) => item(value, CompletionItemKind.Unit, type));
  const others = examples.filter((example) => !values.includes(example));
  return [
    ...values.map((value) => item(value, CompletionItemKind.EnumMember, type)),
    ...others.map((value) => item(value, CompletionItemKind.Value, 'example')),
  ];
}
function fileItems(
  plan: PlanDocument,
  { path, prefix, range }: CompletionContextPart,
  type: string | undefined,
  { listFiles }: CompletionOptions,
): CompletionItem[] {
  if (listFiles === undefined || type === undefined) return [];
  const typed = prefix.replace(/^["']/, '');
  const from = path[0] === 'include' ? plan.uri : plan.planUri;
  const kind = path[0] === 'data' ? 'data' : path[0] === 'include' ? 'include' : type;
  const at = { start: range.start + prefix.length - typed.length, end: range.end };
  return listFiles(from, typed, kind).map((file) =>
    textItem(
      plan,
      at,
      file,
      file.endsWith('/') ? CompletionItemKind.Folder : CompletionItemKind.File,
      undefined,
    ),
  );
}

type CompletionContextPart = Pick<CursorContext, 'path' | 'prefix' | 'range'>;

function isAt(path: PlanPath, pattern: string): boolean {
  const inEnvironment = path[0] === 'environments' && !pattern.startsWith('environments');
  const own = inEnvironment ? path.slice(2) : path;
  const parts = pattern.split('.');
  const isStep = pattern.startsWith('scenarios.*.steps.#');
  if (isStep && own[0] === 'scenarios' && typeof own.at(-2) === 'number') return own.at(-1) === parts.at(-1);
  return (
    own.length === parts.length &&
    parts.every((part, i) => (part === '#' ? typeof own[i] === 'number' : part === '*' || part === own[i]))
  );
}

function nameItems(plan: PlanDocument, context: CursorContext, kind: NameKind): CompletionItem[] {
  const own = context.path[0] === 'phases' ? context.path[1] : undefined;
  return namesOf(plan, kind)
    .filter((name) => !(kind === 'phase' && name === own) && !context.siblings.includes(name))
    .map((name) => textItem(plan, context.range, name, CompletionItemKind.Reference, kind));
}

const responseParts = ['$', 'status', 'body', 'headers'];
const expressionFunctions = ['length', 'exists'];
const expressionWords = ['and', 'or', 'not', 'in', 'contains', 'matches', 'true', 'false', 'null'];

/** What an expression can begin with or go on with. Keys of a response are known only when it is there. */
function expressionItems(
  plan: PlanDocument,
  { path, prefix, range }: CursorContext,
  { outside }: CompletionOptions,
): CompletionItem[] {
  const word = /[\w-]*$/.exec(prefix)?.[0] ?? '';
  const before = prefix.slice(0, prefix.length - word.length);
  const isInText = (before.match(/"/g) ?? []).length % 2 === 1;
  const at = { start: range.start + before.length, end: range.end };
  const root = /(?<![\w$.\]])((?:[A-Za-z_][\w-]*\.)+)$/.exec(before)?.[1];
  if (root !== undefined && !isInText) return referenceKeys(plan, root, at, outside);
  if (/[.$]$/.test(before) || isInText) return [];
  const item = (name: string, kind: CompletionItemKind, detail: string) =>
    textItem(plan, at, name, kind, detail);
  // What decides between requests, or ends a search, has no response before it.
  const hasResponse = !['if', 'while'].includes(String(path.at(-1)));
  return [
    ...(hasResponse
      ? responseParts.map((name) => item(name, CompletionItemKind.Variable, t('of the response')))
      : []),
    ...references(plan, path, at),
    ...expressionFunctions.map((name) => item(name, CompletionItemKind.Function, t('function'))),
    ...expressionWords.map((name) => item(name, CompletionItemKind.Keyword, t('operator'))),
  ];
}
