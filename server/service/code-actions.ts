import { CodeActionKind, type CodeAction, type Range } from 'vscode-languageserver-types';
import type { Fix, Problem } from '../../core/problems';
import { diagnose } from './diagnostics';
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

/** One action that applies every certain fix of the file: where a problem has exactly one. */
export function fixAll(plan: PlanDocument): CodeAction | undefined {
  const fixes = nonOverlapping(plan.analysis.problems);
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

function startOf(fix: Fix): number {
  return fix.edits[0]?.range.start ?? 0;
}

function toEdits(plan: PlanDocument, fix: Fix) {
  return fix.edits.map((edit) => ({ range: toRange(plan, edit.range), newText: edit.newText }));
}
