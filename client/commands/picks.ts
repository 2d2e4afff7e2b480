import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { RunEntry } from '../../runner/open-run';
import { namesIn } from '../runs/read-plan';
import { lookOfRun, phaseNamesOf, planNameOf } from '../views/run-words';

/** Asks for a run, unless there is only one. */
export async function pickRun(
  entries: readonly RunEntry[],
  placeHolder: string,
): Promise<RunEntry | undefined> {
  if (entries.length === 0)
    void vscode.window.showInformationMessage(t('There is no such run yet. Run a phase of a plan first.'));
  if (entries.length < 2) return entries[0];
  const items = entries.map((entry) => ({
    label: `${planNameOf(entry)}: ${phaseNamesOf(entry)}`,
    description: lookOfRun(entry).words,
    detail: entry.id,
    entry,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDetail: true }))?.entry;
}

/** Asks for a phase of the plan, unless there is only one. */
export async function pickPhase(plan: vscode.Uri): Promise<string | undefined> {
  const names = await namesIn(plan, 'phases');
  if (names.length === 0) {
    void vscode.window.showInformationMessage(t('This plan has no phases yet.'));
    return undefined;
  }
  if (names.length === 1) return names[0];
  return await vscode.window.showQuickPick([...names], { placeHolder: t('Phase to run') });
}
