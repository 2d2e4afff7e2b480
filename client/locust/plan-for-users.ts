/** Writes the first plan of a locustfile, after asking for what the file does not say. */
import { t } from '@vscode/l10n';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { isThere, planBeside } from './user-lenses';
import { planOfUsers } from './plan-of-users';
import { userClasses, type UserClass } from './user-classes';

const usualHost = 'http://127.0.0.1:8000';

/** @returns the plan beside the file; `undefined` where there is nothing to run, or somebody thought better of it. */
export async function planForUsers(file: vscode.Uri, name?: string): Promise<vscode.Uri | undefined> {
  const document = await vscode.workspace.openTextDocument(file);
  const classes = userClasses(document.getText());
  if (classes.length === 0) {
    void vscode.window.showInformationMessage(t('This file has no class of users of Locust.'));
    return undefined;
  }
  const plan = planBeside(file);
  if (!(await isThere(plan.fsPath))) {
    const chosen = await choose(classes, name);
    const host = chosen && (chosen.host ?? (await askForHost()));
    if (chosen === undefined || host === undefined) return undefined;
    const text = planOfUsers({ file: path.basename(file.fsPath), className: chosen.name, host });
    await writeFile(plan.fsPath, text, { flag: 'wx' });
  }
  // Locust reads the file from the disk.
  if (document.isDirty) await document.save();
  const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: false };
  await vscode.window.showTextDocument(plan, beside);
  return plan;
}

async function choose(classes: readonly UserClass[], name?: string): Promise<UserClass | undefined> {
  const named = classes.find((each) => each.name === name);
  if (named !== undefined || classes.length === 1) return named ?? classes[0];
  const picked = await vscode.window.showQuickPick(
    classes.map((each) => ({ label: each.name, each })),
    { title: t('Class of users to run') },
  );
  return picked?.each;
}

function askForHost(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: t('Where do the requests go?'),
    value: usualHost,
    validateInput: (text) => (isAddress(text) ? undefined : t`This is no address such as ${usualHost}.`),
  });
}

function isAddress(text: string): boolean {
  return /^https?:\/\/[^\s/$]+[^\s$]*$/.test(text) && URL.canParse(text);
}
