/** Fixes that take out what a problem is about, with its line, or with its comma where it stands in braces. */
import { t } from '@vscode/l10n';
import type { Fix, Problem, TextRange } from '../problems';
import { startOfLine } from './start-of-line';
import { entriesOf, itemsOf, type PlanNode } from './tree';
import type { PlanProblemCode } from './problem-catalogue';

const removable: ReadonlySet<string> = new Set<PlanProblemCode>([
  'unused-target',
  'unused-scenario',
  'unused-data',
  'unused-capture',
  'duplicate-goal',
  'duplicate-item',
  'closed-only',
  'redundant-duration',
  'not-of-locust',
  'not-of-k6',
]);

export function withRemovals(
  text: string,
  root: PlanNode | undefined,
  problems: readonly Problem[],
): readonly Problem[] {
  if (root === undefined || !problems.some(({ code }) => removable.has(code))) return problems;
  const places = placesOf(root);
  return problems.map((problem) => {
    const place = removable.has(problem.code) ? places.get(problem.range.start) : undefined;
    const range = place && removalOf(text, place);
    if (range === undefined) return problem;
    const fix: Fix = { title: t('Remove it'), edits: [{ range, newText: '' }] };
    return { ...problem, fixes: [...(problem.fixes ?? []), fix] };
  });
}

/** An entry or an item among its neighbours. */
interface Place {
  readonly siblings: readonly TextRange[];
  readonly index: number;
  readonly isFlow: boolean;
}

function placesOf(root: PlanNode): ReadonlyMap<number, Place> {
  const places = new Map<number, Place>();
  const seen = new Set<PlanNode>();
  const visit = (node: PlanNode): void => {
    if (node.kind === 'scalar' || seen.has(node)) return;
    seen.add(node);
    const siblings = [
      ...entriesOf(node).map(({ keyRange, valueRange }) => ({
        start: keyRange.start,
        end: Math.max(keyRange.end, valueRange.end),
      })),
      ...itemsOf(node).map(({ range }) => range),
    ];
    siblings.forEach(({ start }, index) => {
      places.set(start, { siblings, index, isFlow: node.isFlow });
    });
    for (const { value } of entriesOf(node)) visit(value);
    for (const item of itemsOf(node)) visit(item);
  };
  visit(root);
  return places;
}

/** Nothing is taken out of what would be empty without it. */
function removalOf(text: string, { siblings, index, isFlow }: Place): TextRange | undefined {
  const own = siblings[index];
  if (own === undefined || siblings.length < 2) return undefined;
  if (isFlow) return withComma(text, own, siblings[index - 1], siblings[index + 1]);
  const start = startOfLine(text, own.start);
  if (!/^ *(?:- *)?$/.test(text.slice(start, own.start))) return undefined;
  const last = own.start + text.slice(own.start, own.end).trimEnd().length;
  const lineEnd = text.indexOf('\n', last);
  return { start, end: lineEnd < 0 ? text.length : lineEnd + 1 };
}

/** Neighbours may be from another file, or behind an alias. */
function withComma(
  text: string,
  own: TextRange,
  previous: TextRange | undefined,
  next: TextRange | undefined,
): TextRange | undefined {
  const isComma = (start: number, end: number): boolean => /^\s*,\s*$/.test(text.slice(start, end));
  if (next !== undefined && isComma(own.end, next.start)) return { start: own.start, end: next.start };
  if (previous === undefined || !isComma(previous.end, own.start)) return undefined;
  return { start: previous.end, end: own.end };
}
