import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Plan } from '../../core/plan/schema';
import { missingSearches } from '../../runner/earlier-capacity';
import { runFolderOf } from './run-folders';

/**
 * A phase may apply the load at which a search found something, and that search may never have been run: then it is
 * offered to search first, in the same run.
 *
 * @param phases of the run; none stands for all of them, which have the search among them.
 * @returns the phases to run; `undefined` to call the run off.
 */
export async function withSearches(
  uri: vscode.Uri,
  environment: string | undefined,
  plan: Plan,
  phases: readonly string[],
): Promise<readonly string[] | undefined> {
  const where = { planFile: uri.fsPath, environment, runsFolder: runFolderOf(uri) };
  const missing = await missingSearches(where, plan, phases);
  if (missing.length === 0) return phases;
  const [names, searches] = [phases.join(', '), missing.join(', ')];
  const both = t`Run ${searches} and ${names}`;
  const chosen = await vscode.window.showInformationMessage(
    t`${names} goes by what ${searches} finds, and no run of ${searches} has found it yet.`,
    { modal: true },
    both,
  );
  return chosen === both ? [...missing, ...phases] : undefined;
}
