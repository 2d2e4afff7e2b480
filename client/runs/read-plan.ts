/** The plan that a run is to be made of, as it stands in the editor. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { PlanAnalysis } from '../../core/plan/analyse';
import type { Plan } from '../../core/plan/schema';

export interface ReadPlan {
  readonly uri: vscode.Uri;
  readonly plan: Plan;
  /** Names of the secrets that it refers to. */
  readonly secrets: readonly string[];
}

/**
 * Saves the plan and reads it. A plan with problems is not run: the problems are shown.
 *
 * @returns `undefined` where it cannot be run; the person has been told why.
 */
export async function readPlan(
  uri: vscode.Uri,
  environment: string | undefined,
): Promise<ReadPlan | undefined> {
  if (uri.scheme !== 'file') {
    void vscode.window.showWarningMessage(t('Save the plan to a folder on disk before you run it.'));
    return undefined;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  if (document.isDirty && !(await document.save())) return undefined;
  const { analysePlanFile } = await import('../plan-reading');
  const { plan, problems, texts } = analysePlanFile(document.getText(), uri.fsPath, environment);
  if (plan !== undefined) return { uri, plan, secrets: secretsIn(texts) };
  const count = problems.filter(({ severity }) => severity === 'error').length;
  const show = t('Show Problems');
  const chosen = await vscode.window.showErrorMessage(
    count === 1
      ? t('The plan has 1 problem that must be mended before it can run.')
      : t`The plan has ${count} problems that must be mended before it can run.`,
    show,
  );
  if (chosen === show) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.actions.view.problems');
  }
  return undefined;
}

function secretsIn(texts: PlanAnalysis['texts']): readonly string[] {
  const names = texts
    .flatMap((text) => ('references' in text ? text.references : []))
    .flatMap(({ root, keys }) => {
      const [key] = keys;
      return root.name === 'secret' && key !== undefined ? [key.name] : [];
    });
  return [...new Set(names)];
}

/** The names under a key of the plan, read without asking that the rest of the plan is right. */
export async function namesIn(
  uri: vscode.Uri,
  section: 'environments' | 'phases' | 'scenarios',
): Promise<readonly string[]> {
  const { parseTree, childOf, entriesOf } = await import('../plan-reading');
  const document = await vscode.workspace.openTextDocument(uri);
  const { tree } = parseTree(document.getText());
  return entriesOf(childOf(tree.root, section)).map(({ key }) => key);
}
