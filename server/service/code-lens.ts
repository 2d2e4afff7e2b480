import type { CodeLens } from 'vscode-languageserver-types';
import { entriesOf, entryOf } from '../../core/plan/tree';
import { runPhaseCommand, runPlanCommand } from '../../protocol/language';
import { toRange, type PlanDocument } from './plan-document';

/** Run above the phases as a whole and above each of them. A plan with errors keeps its lenses: running it says why not. */
export function codeLenses(plan: PlanDocument): CodeLens[] {
  const phases = entryOf(plan.analysis.tree.root, 'phases');
  if (!phases || entriesOf(phases.value).length === 0) return [];
  const all: CodeLens = {
    range: toRange(plan, phases.keyRange),
    command: { title: '$(run-all) Run Plan', command: runPlanCommand, arguments: [plan.uri] },
  };
  const each = entriesOf(phases.value).map((phase) => ({
    range: toRange(plan, phase.keyRange),
    command: { title: '$(play) Run', command: runPhaseCommand, arguments: [plan.uri, phase.key] },
  }));
  return [all, ...each];
}
