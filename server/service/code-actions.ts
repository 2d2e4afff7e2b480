import { CodeActionKind, type CodeAction, type Range } from 'vscode-languageserver-types';
import { entriesOf, itemsOf, type PlanNode } from '../../core/plan/tree';
import type { Fix, Problem } from '../../core/problems';
import { diagnose } from './diagnostics';
import { newErrors } from './new-errors';
import { toRange, type PlanDocument } from './plan-document';

/** The fixes of the problems that touch the range; the only fix of a problem is the preferred one. */
export function codeActions(plan: PlanDocument, range: Range): CodeAction[] {
  const start = plan.lines.offsetAt(range.start);
  const end = plan.lines.offsetAt(range.end);
  const diagnostics = diagnose(plan);
  return plan.analysis.problems.flatMap((problem, index) => {
    if (problem.range.end < start || problem.range.start > end) return [];
    const diagnostic = diagnostics[index];
    return (problem.fixes ?? []).map((fix): CodeAction => ({
      title: fix.title,
      kind: CodeActionKind.QuickFix,
      isPreferred: problem.fixes?.length === 1,
      ...(diagnostic && { diagnostics: [diagnostic] }),
      edit: { changes: { [plan.uri]: toEdits(plan, fix) } },
    }));
  });
}

/** One action that applies every certain fix of the file: where a problem has exactly one, and it makes no error. */
export function fixAll(plan: PlanDocument): CodeAction | undefined {
  const fixes = withoutNewErrors(plan, withoutRivals(plan, nonOverlapping(plan.analysis.problems)));
  if (fixes.length === 0) return undefined;
  return {
    title: 'Fix every problem that has one fix',
    kind: CodeActionKind.SourceFixAll,
    edit: { changes: { [plan.uri]: fixes.flatMap((fix) => toEdits(plan, fix)) } },
  };
}

function nonOverlapping(problems: readonly Problem[]): Fix[] {
  const chosen: Fix[] = [];
  let reached = -1;
  const fixes = problems
    .flatMap((problem) => (problem.fixes?.length === 1 ? problem.fixes : []))
    .filter((fix) => fix.edits.length === 1)
    .sort((a, b) => startOf(a) - startOf(b));
  for (const fix of fixes) {
    if (startOf(fix) <= reached) continue;
    chosen.push(fix);
    reached = fix.edits[0]?.range.end ?? reached;
  }
  return chosen;
}

/** Of two keys that would become the same one, the author alone knows which is meant: neither is certain. */
function withoutRivals(plan: PlanDocument, fixes: readonly Fix[]): readonly Fix[] {
  const maps = mapsByKey(plan.analysis.tree.root);
  const keys = fixes.map((fix) => {
    const map = maps.get(startOf(fix));
    return map === undefined ? fix : `${map} ${fix.edits[0]?.newText ?? ''}`;
  });
  const met = new Set<Fix | string>();
  const rivals = new Set(keys.filter((key) => met.size === met.add(key).size));
  return fixes.filter((_, index) => !rivals.has(keys[index] ?? ''));
}

/** The start of the map around each key, by the start of the key. */
function mapsByKey(root: PlanNode | undefined): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  const seen = new Set<PlanNode>();
  const visit = (node: PlanNode): void => {
    // What an alias stands for is visited once.
    if (seen.has(node)) return;
    seen.add(node);
    for (const item of itemsOf(node)) visit(item);
    for (const entry of entriesOf(node)) {
      found.set(entry.keyRange.start, node.range.start);
      visit(entry.value);
    }
  };
  if (root !== undefined) visit(root);
  return found;
}

/** Each try reads the whole plan anew. */
const maxTries = 50;

/** All fixes where they go together; else one after the other those that make no error. */
function withoutNewErrors(plan: PlanDocument, fixes: readonly Fix[]): readonly Fix[] {
  const isSound = (some: readonly Fix[]) =>
    newErrors(
      plan,
      some.flatMap(({ edits }) => edits),
    ).length === 0;
  if (fixes.length === 0 || isSound(fixes)) return fixes;
  let chosen: readonly Fix[] = [];
  for (const fix of fixes.slice(0, maxTries)) if (isSound([...chosen, fix])) chosen = [...chosen, fix];
  return chosen;
}

function startOf(fix: Fix): number {
  return fix.edits[0]?.range.start ?? 0;
}

function toEdits(plan: PlanDocument, fix: Fix) {
  return fix.edits.map((edit) => ({ range: toRange(plan, edit.range), newText: edit.newText }));
}
