/** Lenses on the classes of users of a locustfile: they lead to its plan, or make one. Nothing is run to find them. */
import { t } from '@vscode/l10n';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { commandIds } from '../contributions';
import { mentions, planNameOf } from './plan-of-users';
import { userClasses, type UserClass } from './user-classes';

export class UserLenses implements vscode.CodeLensProvider {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;

  register(): vscode.Disposable {
    // What a plan says, and whether there is one, decides what they are.
    const plans = vscode.workspace.createFileSystemWatcher('**/*.bench.yaml');
    const refresh = (): void => {
      this.#changed.fire();
    };
    return vscode.Disposable.from(
      this.#changed,
      plans,
      plans.onDidCreate(refresh),
      plans.onDidChange(refresh),
      plans.onDidDelete(refresh),
      vscode.workspace.onDidGrantWorkspaceTrust(refresh),
      vscode.languages.registerCodeLensProvider({ language: 'python', scheme: 'file' }, this),
    );
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!vscode.workspace.isTrusted) return [];
    const classes = userClasses(document.getText());
    if (classes.length === 0) return [];
    const plan = planBeside(document.uri);
    const text = await readFile(plan.fsPath, 'utf8').catch(() => undefined);
    return classes.flatMap((one) => {
      const commands = text === undefined ? [first(document.uri, one)] : planned(plan, text, one);
      const range = new vscode.Range(one.line, 0, one.line, 0);
      return commands.map((command) => new vscode.CodeLens(range, command));
    });
  }
}

function first(file: vscode.Uri, { name }: UserClass): vscode.Command {
  const plan = planNameOf(path.basename(file.fsPath));
  return {
    title: t('$(play) Run'),
    tooltip: t`Writes ${plan} beside this file, a small load of ${name}, and runs it.`,
    command: commandIds.runUsers,
    arguments: [file, name],
  };
}

/** A class that the plan does not know is for its author to add: nobody else knows with which load. */
function planned(plan: vscode.Uri, text: string, { name }: UserClass): vscode.Command[] {
  const file = path.basename(plan.fsPath);
  const isKnown = mentions(text, name);
  const run = {
    title: t('$(run-all) Run Plan'),
    tooltip: t`Runs all phases of ${file}.`,
    command: commandIds.runPlan,
    arguments: [plan],
  };
  const open = {
    title: t('$(go-to-file) Open Plan'),
    tooltip: isKnown ? t`Opens ${file}.` : t`Opens ${file}, which does not run ${name} yet.`,
    command: 'vscode.open',
    arguments: [plan],
  };
  return isKnown ? [run, open] : [open];
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
