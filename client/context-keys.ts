import * as vscode from 'vscode';
import { planGlob, skippedGlob } from '../protocol/looked-through';
import { contextKeys, type ContextKey } from './contributions';
import type { RunCatalogue } from './runs/run-catalogue';

/** Keeps the keys of `when` clauses true. */
export function keepContextKeys(catalogue: RunCatalogue): vscode.Disposable {
  const known = new Map<ContextKey, boolean>();
  const set = (key: ContextKey, value: boolean): void => {
    if (known.get(key) === value) return;
    known.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const showRuns = (): void => {
    set(contextKeys.hasRuns, catalogue.entries.length > 0);
    set(contextKeys.isRunning, catalogue.running.length > 0);
  };
  const findPlans = async (): Promise<void> => {
    const found = await vscode.workspace.findFiles(planGlob, skippedGlob, 1);
    set(contextKeys.hasPlans, found.length > 0);
    set(contextKeys.isReady, true);
  };
  const plans = vscode.workspace.createFileSystemWatcher(planGlob, false, true, false);
  const again = (): void => void findPlans();
  plans.onDidCreate(again);
  plans.onDidDelete(again);
  showRuns();
  again();
  return vscode.Disposable.from(plans, catalogue.onDidChange(showRuns));
}
