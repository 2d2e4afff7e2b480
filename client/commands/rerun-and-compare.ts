/** Runs what a run has run once more, and shows what changed. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { RunEntry } from '../../runner/open-run';
import { startRun } from '../runs/start-run';
import type { CommandContext } from './command-context';
import { followRun } from './follow-run';

/** The same phases of the same plan with the same environment; the plan as it stands now. */
export async function rerunAndCompare(context: CommandContext, baseline: RunEntry): Promise<void> {
  const { run } = baseline;
  if (run === undefined) {
    void vscode.window.showInformationMessage(t('This run has no result to compare with.'));
    return;
  }
  const phases = run.phases.map(({ name }) => name);
  const environment =
    run.environment === null
      ? ({ kind: 'none' } as const)
      : ({ kind: 'named', name: run.environment } as const);
  const entry = await startRun(context.start, vscode.Uri.file(run.plan.file), phases, environment);
  if (entry === undefined) return;
  await context.comparisons.wish(entry, baseline);
  await followRun(context, entry);
}
