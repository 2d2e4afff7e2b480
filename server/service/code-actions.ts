import { t } from '@vscode/l10n';
import { CodeActionKind, type CodeAction, type Range } from 'vscode-languageserver-types';
import { entriesOf, itemsOf, type PlanNode } from '../../core/plan/tree';
import { startOfLine } from '../../core/plan/start-of-line';
import type { Fix, Problem } from '../../core/problems';
import { toDiagnostic } from './diagnostics';
import { newErrors } from './new-errors';
import { ownRange, toChanges, type PlanDocument } from './plan-document';

/** The fixes of the problems that touch the range; the only fix of a problem is the preferred one. */
export function codeActions(plan: PlanDocument, range: Range): CodeAction[] {
  const start = plan.lines.offsetAt(range.start);
  const end = plan.lines.offsetAt(range.end);
  return plan.analysis.problems.flatMap((problem) => {
    if (problem.range.end < start || problem.range.start > end || !ownRange(plan, problem.range)) return [];
    const diagnostics = [toDiagnostic(plan, problem)];
    const fixes = (problem.fixes ?? []).map((fix): CodeAction => ({
      title: fix.title,
      kind: CodeActionKind.QuickFix,
      isPreferred: problem.fixes?.length === 1 && fix.isGuess !== true,
      diagnostics,
      edit: { changes: toChanges(plan, fix.edits) },
    }));
    if (problem.severity === 'error' || problem.code.endsWith('-disable')) return fixes;
    const title = t`Disable \`${problem.code}\` for this line`;
    const changes = toChanges(plan, disabling(plan.text, problem).edits);
    return [...fixes, { title, kind: CodeActionKind.QuickFix, diagnostics, edit: { changes } }];
  });
}

/** A comment above the line, or one more code in the comment that is there. */
function disabling(text: string, { code, range }: Problem): Fix {
  const start = startOfLine(text, range.start);
  const above = text.slice(startOfLine(text, start - 1), Math.max(start - 1, 0)).trimEnd();
  const isThere = /#\s*bench-disable-next-line\s+\S/.test(above);
  const at = isThere ? start - 1 : start;
  const indent = /^ */.exec(text.slice(start))?.[0] ?? '';
  const newText = isThere ? `, ${code}` : `${indent}# bench-disable-next-line ${code}\n`;
  return { title: '', edits: [{ range: { start: at, end: at }, newText }] };
}

/** One action that applies every certain fix of the file: where a problem has exactly one, and it makes no error. */
export function fixAll(plan: PlanDocument): CodeAction | undefined {
  const fixes = withoutNewErrors(
    plan,
    withoutRivals(plan, nonOverlapping(plan.analysis.problems.filter(({ range }) => ownRange(plan, range)))),
  );
  if (fixes.length === 0) return undefined;
  return {
    title: t('Fix every problem that has one fix'),
    kind: CodeActionKind.SourceFixAll,
    edit: {
      changes: toChanges(
        plan,
        fixes.flatMap(({ edits }) => edits),
      ),
    },
  };
}

function nonOverlapping(problems: readonly Problem[]): Fix[] {
  const chosen: Fix[] = [];
  let reached = -1;
  const fixes = problems
    // What is no error may be meant: nobody wants it changed in passing.
    .filter(({ severity }) => severity === 'error')
    .flatMap((problem) => (problem.fixes?.length === 1 ? problem.fixes : []))
    .filter((fix) => fix.edits.length === 1 && fix.isGuess !== true)
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
