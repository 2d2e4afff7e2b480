/** Runs as baselines: what the tree of runs and the command palette do with them. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { baselinesFileOf } from '../../runner/baselines-file';
import type { RunEntry } from '../../runner/open-run';
import { pinRuns, unpinRuns } from '../../runner/pin-baseline';
import type { RunCatalogue } from '../runs/run-catalogue';
import { pickRun } from './picks';

/** @param chosen asked for where there is none. */
export async function pinBaseline(catalogue: RunCatalogue, chosen: readonly RunEntry[]): Promise<void> {
  await catalogue.refresh();
  const open = catalogue.entries.filter((entry) => entry.run !== undefined && !catalogue.isPinned(entry));
  const entries = chosen.length > 0 ? chosen : await pickOne(open, t('Run to pin as the baseline'));
  if (entries.length === 0) return;
  const pinning = await pinRuns(
    entries.map(({ dir }) => dir),
    { nowMs: Date.now() },
  );
  if (!pinning.ok) {
    void vscode.window.showWarningMessage(sentence(pinning.message));
    return;
  }
  await catalogue.refresh();
  const phases = [...new Set(pinning.pinned.map(({ phase }) => phase))].join(', ');
  void vscode.window.showInformationMessage(t`Goals on a baseline of ${phases} are now judged against it.`);
}

/** @param chosen asked for where there is none. */
export async function unpinBaseline(catalogue: RunCatalogue, chosen: readonly RunEntry[]): Promise<void> {
  await catalogue.refresh();
  const pinned = catalogue.entries.filter((entry) => catalogue.isPinned(entry));
  const entries = chosen.length > 0 ? chosen : await pickOne(pinned, t('Run to unpin'));
  for (const { dir, run } of entries) {
    if (run === undefined) continue;
    const unpinned = await unpinRuns(baselinesFileOf(dir, run.plan.file), [dir]);
    if (!unpinned.ok) void vscode.window.showWarningMessage(sentence(unpinned.message));
  }
  await catalogue.refresh();
}

async function pickOne(entries: readonly RunEntry[], placeHolder: string): Promise<readonly RunEntry[]> {
  if (entries.length === 0) {
    void vscode.window.showInformationMessage(t('There is no such run.'));
    return [];
  }
  const picked = await pickRun(entries, placeHolder);
  return picked === undefined ? [] : [picked];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
