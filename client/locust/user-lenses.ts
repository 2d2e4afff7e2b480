/** A lens on each class of users of a locustfile that has no plan. Nothing is run to find them. */
import { t } from '@vscode/l10n';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { commandIds } from '../contributions';
import { planNameOf } from './plan-of-users';
import { userClasses } from './user-classes';

export class UserLenses implements vscode.CodeLensProvider {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;

  register(): vscode.Disposable {
    // A plan that is made, or gone, decides whether there are any.
    const plans = vscode.workspace.createFileSystemWatcher('**/*.bench.yaml', false, true, false);
    const refresh = (): void => {
      this.#changed.fire();
    };
    return vscode.Disposable.from(
      this.#changed,
      plans,
      plans.onDidCreate(refresh),
      plans.onDidDelete(refresh),
      vscode.workspace.onDidGrantWorkspaceTrust(refresh),
      vscode.languages.registerCodeLensProvider({ language: 'python', scheme: 'file' }, this),
    );
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!vscode.workspace.isTrusted) return [];
    const classes = userClasses(document.getText());
    if (classes.length === 0 || (await isThere(planBeside(document.uri).fsPath))) return [];
    const plan = planNameOf(path.basename(document.uri.fsPath));
    return classes.map(
      ({ name, line }) =>
        new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
          title: t('$(play) Run'),
          tooltip: t`Writes ${plan} beside this file, a small load of ${name}, and runs it.`,
          command: commandIds.runUsers,
          arguments: [document.uri, name],
        }),
    );
  }
}

export function planBeside(file: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(file, '..', planNameOf(path.basename(file.fsPath)));
}

export async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
