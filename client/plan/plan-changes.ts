import * as vscode from 'vscode';
import { isPlanFile } from '../contributions';
import type { EnvironmentChoices } from '../runs/environment-choice';

/** Calls back when the text of any plan, or part of one, has changed and then rested. */
export function onPlanEdited(settleMs: number, edited: () => void): vscode.Disposable {
  let waiting: NodeJS.Timeout | undefined;
  const listening = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    if (contentChanges.length === 0 || !isPlanFile(document)) return;
    clearTimeout(waiting);
    waiting = setTimeout(edited, settleMs);
  });
  return new vscode.Disposable(() => {
    clearTimeout(waiting);
    listening.dispose();
  });
}

/** The environment that the plan would be run with, without asking. */
export function environmentOf(environments: EnvironmentChoices, plan: vscode.Uri): string | null {
  const choice = environments.of(plan);
  return choice.kind === 'named' ? choice.name : null;
}
