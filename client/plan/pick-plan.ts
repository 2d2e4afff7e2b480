/** Which plan a command is about that was not told of one. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { planGlob, skippedGlob } from '../../protocol/looked-through';
import { isPlanFile } from '../contributions';

/** The plan of the editor in front. */
export function planInFront(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document !== undefined && isPlanFile(document) ? document.uri : undefined;
}

/** The plan in front; otherwise one of the workspace, asked for where there are several. */
export async function pickPlan(): Promise<vscode.Uri | undefined> {
  const inFront = planInFront();
  if (inFront !== undefined) return inFront;
  const plans = await vscode.workspace.findFiles(planGlob, skippedGlob, 200);
  if (plans.length === 0) {
    void vscode.window.showInformationMessage(t('There is no plan (*.bench.yaml) in this workspace yet.'));
  }
  if (plans.length <= 1) return plans[0];
  const items = plans
    .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
    .sort((a, b) => a.label.localeCompare(b.label));
  return (await vscode.window.showQuickPick(items, { placeHolder: t('Which plan?') }))?.uri;
}
