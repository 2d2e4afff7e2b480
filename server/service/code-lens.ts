import { t } from '@vscode/l10n';
import type { CodeLens } from 'vscode-languageserver-types';
import { entriesOf, entryOf } from '../../core/plan/tree';
import {
  debugIterationCommand,
  openRunCommand,
  rerunCommand,
  runPhaseCommand,
  runPlanCommand,
  type PhaseHistory,
} from '../../protocol/language';
import { lensOfHistory } from './last-results';
import { toRange, type PlanDocument } from './plan-document';

/**
 * Run above the phases as a whole, Run or Profile above each of them, with what the last run came to and a way to hold
 * another against it; above each scenario a way to see one iteration of it. A plan with errors keeps its lenses: running
 * it says why not.
 *
 * @param histories of this plan, those of the newest runs first.
 */
export function codeLenses(plan: PlanDocument, histories: readonly PhaseHistory[] = []): CodeLens[] {
  return [...phaseLenses(plan, histories), ...scenarioLenses(plan)];
}

/** Of a locustfile there are no steps to be shown one by one. */
function scenarioLenses(plan: PlanDocument): CodeLens[] {
  const scenarios = entryOf(plan.analysis.tree.root, 'scenarios');
  const withSteps = entriesOf(scenarios?.value).filter(
    ({ value }) => entryOf(value, 'locustfile') === undefined,
  );
  return withSteps.map(({ key, keyRange }) => ({
    range: toRange(plan, keyRange),
    command: {
      title: t('$(debug-alt) Debug One Iteration'),
      command: debugIterationCommand,
      arguments: [plan.planUri, key],
    },
  }));
}

function phaseLenses(plan: PlanDocument, histories: readonly PhaseHistory[]): CodeLens[] {
  const phases = entryOf(plan.analysis.tree.root, 'phases');
  if (!phases || entriesOf(phases.value).length === 0) return [];
  const all: CodeLens = {
    range: toRange(plan, phases.keyRange),
    command: { title: t('$(run-all) Run Plan'), command: runPlanCommand, arguments: [plan.uri] },
  };
  const each = entriesOf(phases.value).flatMap(({ key, keyRange, value }) => {
    const range = toRange(plan, keyRange);
    const title = entryOf(value, 'profile') === undefined ? t('$(play) Run') : t('$(flame) Profile');
    const run = { title, command: runPhaseCommand, arguments: [plan.uri, key] };
    const history = histories.find(({ phase }) => phase === key);
    const last = history && lensOfHistory(history);
    if (last === undefined) return [{ range, command: run }];
    const open = { title: last.title, command: openRunCommand, arguments: [last.runId] };
    const again = {
      title: t('$(git-compare) Re-run and Compare'),
      command: rerunCommand,
      arguments: [last.runId],
    };
    return [run, open, again].map((command) => ({ range, command }));
  });
  return [all, ...each];
}
