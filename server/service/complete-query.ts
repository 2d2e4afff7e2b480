/** PromQL in a plan: what a query can go on with, from the plan and from what the client told of earlier runs. */
import { t } from '@vscode/l10n';
import { CompletionItemKind, type CompletionItem } from 'vscode-languageserver-types';
import {
  containerMetrics,
  loadMetrics,
  processMetrics,
  type KnownMetric,
} from '../../core/measure/resource-names';
import { scrapesInRate, usualScrapeMs } from '../../core/measure/scraping';
import { promAggregations, promFunctions, promKeywords } from '../../core/plan/promql/functions';
import { positionInQuery } from '../../core/plan/promql/query-position';
import { entriesOf, nodeAt, textOf, type PlanPath } from '../../core/plan/tree';
import { formatDuration, parseDuration } from '../../core/plan/units';
import { readTarget } from '../../core/run/target';
import type { CursorContext } from './cursor-context';
import { toRange, type PlanDocument } from './plan-document';

/** Names of the metrics that a target had in its last runs. */
export type SeenMetrics = (target: string) => readonly string[];

export interface TypedQuery {
  readonly target: string;
  /** What it measures. */
  readonly metric: string;
  /** Up to the cursor, without the quotes of YAML. */
  readonly typed: string;
}

/** The query that is being typed; `undefined` anywhere else. */
export function queryBeingTyped(
  text: string,
  context: CursorContext,
  offset: number,
): TypedQuery | undefined {
  const { path } = context;
  const own = path[0] === 'environments' ? path.slice(2) : path;
  const [section, target, key, list, metric] = own;
  if (section !== 'targets' || key !== 'prometheus' || list !== 'queries') return undefined;
  if (own.length !== 5 || typeof target !== 'string' || typeof metric !== 'string') return undefined;
  const typed = context.kind === 'key' ? blockBefore(text, offset) : unquoted(context.prefix);
  return { target, metric, typed };
}

/** The lines of a block scalar from its beginning to the cursor. */
function blockBefore(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  const header = lines.findLastIndex((line) => /:\s+[|>][-+\d]*\s*(?:#.*)?$/.test(line));
  return lines
    .slice(header + 1)
    .map((line) => line.trimStart())
    .join('\n');
}

function unquoted(prefix: string): string {
  if (prefix.startsWith("'")) return prefix.slice(1).replaceAll("''", "'");
  if (prefix.startsWith('"')) return prefix.slice(1).replace(/\\(["\\])/g, '$1');
  return prefix;
}

export function completeQuery(
  plan: PlanDocument,
  offset: number,
  query: TypedQuery,
  seen: SeenMetrics,
): CompletionItem[] {
  const position = positionInQuery(query.typed);
  if (position.kind === 'none') return [];
  const start = offset - position.word.length;
  const end = offset + (/^[\w:.]*/.exec(plan.text.slice(offset, offset + 300))?.[0].length ?? 0);
  const item: MakeItem = (text, kind, detail, rank) => ({
    label: text,
    kind,
    detail,
    sortText: `${rank}${text}`,
    textEdit: { range: toRange(plan, { start, end }), newText: text },
    ...(kind === CompletionItemKind.Function && { commitCharacters: ['('] }),
  });
  switch (position.kind) {
    case 'expression':
      return [
        ...(query.typed.trim() === '' ? defaultQueries(plan, query, item) : []),
        ...seriesNames(plan, query.target, seen, item),
        ...words(item),
      ];
    case 'label':
      return labelNames(plan, query.target, position.metric, item);
    case 'value':
      return labelValues(plan, query.target, position.label, item);
    case 'range':
      return ranges(plan, item);
  }
}

type MakeItem = (text: string, kind: CompletionItemKind, detail: string, rank: number) => CompletionItem;

/** What is asked by itself, as a beginning of one's own: first that of the resource that is named. */
function defaultQueries(
  plan: PlanDocument,
  { target, metric }: TypedQuery,
  item: MakeItem,
): CompletionItem[] {
  const matchers = matchersOf(plan, target);
  const known = (list: readonly KnownMetric[], where: string): CompletionItem[] =>
    list.flatMap((each) => {
      const name = each.names[0] ?? '';
      const series = `${name}{${matchers}}`;
      const text =
        each.kind === 'gauge' ? series : `sum(rate(${series}[${formatDuration(rateWindowMs(plan))}]))`;
      const rank = each.metric === metric ? 0 : 3;
      return [item(text, CompletionItemKind.Snippet, t`${each.metric} of ${where}, as it is asked`, rank)];
    });
  return [...known(processMetrics, t('a process')), ...known(containerMetrics, t('a container'))];
}

function seriesNames(
  plan: PlanDocument,
  target: string,
  seen: SeenMetrics,
  item: MakeItem,
): CompletionItem[] {
  const told = new Map<string, readonly [detail: string, rank: number]>();
  for (const name of seen(target)) told.set(name, [t`seen of ${target}`, 1]);
  const add = (name: string, detail: string): void => {
    if (!told.has(name)) told.set(name, [detail, 2]);
  };
  for (const [list, where] of [
    [processMetrics, t('a process')],
    [containerMetrics, t('a container')],
  ] as const)
    for (const { metric, names, limits = [] } of list) {
      for (const name of names) add(name, t`usual name: ${metric} of ${where}`);
      for (const name of limits) add(name, t`usual name: limit of ${metric} of ${where}`);
    }
  if (nodeAt(plan.analysis.tree.root, ['observe', 'prometheus', 'write']) !== undefined)
    for (const name of loadMetrics) add(name, t('written by k6'));
  return [...told].map(([name, [detail, rank]]) => item(name, CompletionItemKind.Variable, detail, rank));
}

function words(item: MakeItem): CompletionItem[] {
  return [
    ...[...promFunctions, ...promAggregations].map(({ name, parameters }) =>
      item(name, CompletionItemKind.Function, `${name}(${parameters})`, 4),
    ),
    ...[...promKeywords].map((word) => item(word, CompletionItemKind.Keyword, 'PromQL', 5)),
  ];
}

const containerLabels = ['container', 'image', 'name', 'namespace', 'pod'];
const loadLabels = ['expected_response', 'name', 'outcome', 'phase', 'run', 'scenario', 'status'];

function labelNames(plan: PlanDocument, target: string, metric: string, item: MakeItem): CompletionItem[] {
  const chosen = entriesOf(labelsOf(plan, target)).map(({ key }) => key);
  const more = [
    ...(metric.endsWith('_bucket') ? ['le'] : []),
    ...(metric.startsWith('k6_') ? loadLabels : []),
    ...(metric.startsWith('container_') ? containerLabels : []),
  ];
  const names = [...new Set([...chosen, 'job', 'instance', ...more])];
  return names.map((name, at) =>
    item(name, CompletionItemKind.Field, t('label'), at < chosen.length ? 0 : 1),
  );
}

function labelValues(plan: PlanDocument, target: string, label: string, item: MakeItem): CompletionItem[] {
  const chosen = textOf(nodeAt(labelsOf(plan, target), [label]));
  const address = label === 'instance' ? addressOf(plan, target) : undefined;
  const phases = label === 'phase' ? entriesOf(nodeAt(plan.analysis.tree.root, ['phases'])) : [];
  const values = [chosen, address, ...phases.map(({ key }) => key)].filter((value) => value !== undefined);
  return [...new Set(values)].map((value) => item(value, CompletionItemKind.Value, t`of ${target}`, 0));
}

const usualRangesMs = [15_000, 30_000, 60_000, 300_000];

function ranges(plan: PlanDocument, item: MakeItem): CompletionItem[] {
  const best = rateWindowMs(plan);
  return [...new Set([best, ...usualRangesMs])].map((ms) =>
    item(
      formatDuration(ms),
      CompletionItemKind.Unit,
      ms === best ? t('four scrapes') : t('time'),
      ms === best ? 0 : 1,
    ),
  );
}

function rateWindowMs(plan: PlanDocument): number {
  const scrape = textOf(nodeAt(plan.analysis.tree.root, ['observe', 'prometheus', 'scrape']));
  return scrapesInRate * ((scrape === undefined ? undefined : parseDuration(scrape)) ?? usualScrapeMs);
}

function matchersOf(plan: PlanDocument, target: string): string {
  const labels = entriesOf(labelsOf(plan, target)).map(({ key, value }) => [key, textOf(value)] as const);
  const address = addressOf(plan, target);
  const pairs = labels.length > 0 || address === undefined ? labels : [['instance', address] as const];
  return pairs.map(([key, value]) => `${key}=${JSON.stringify(value ?? '')}`).join(',');
}

function labelsOf(plan: PlanDocument, target: string): ReturnType<typeof nodeAt> {
  return nodeAt(plan.analysis.tree.root, [...targetPath(target), 'prometheus', 'labels']);
}

function addressOf(plan: PlanDocument, target: string): string | undefined {
  const reading = readTarget(textOf(nodeAt(plan.analysis.tree.root, [...targetPath(target), 'url'])) ?? '');
  return reading.ok ? `${reading.endpoint.host}:${reading.endpoint.port}` : undefined;
}

function targetPath(target: string): PlanPath {
  return ['targets', target];
}
