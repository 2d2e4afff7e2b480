/** The extension in an editor that is only a page in a browser: plans are written there, and nothing is run. */
import '../display-language';
import * as vscode from 'vscode';
import { childOf, entriesOf } from '../../core/plan/tree';
import { parseTree } from '../../core/plan/parse-tree';
import { registerCommands } from '../commands/register-commands';
import { writingHandlers } from '../commands/writing-handlers';
import { commandIds, contextKeys, profileEditorType, type CommandId } from '../contributions';
import { DisposableStore } from '../disposables';
import { createLogs } from '../logs';
import { ExpandedPlans } from '../plan/expanded-plans';
import { LoadPreviews } from '../plan/load-previews';
import { EnvironmentChoices } from '../runs/environment-choice';
import { startWebLanguageService } from './language-service';
import { NeedsMachine, sayNeedsMachine } from './needs-machine';

export function activate(extension: vscode.ExtensionContext): void {
  const store = new DisposableStore();
  extension.subscriptions.push(store);
  void vscode.commands.executeCommand('setContext', contextKeys.isBrowser, true);
  const logs = store.add(createLogs());
  const environments = store.add(new EnvironmentChoices(extension.workspaceState, readEnvironments));
  const language = store.add(startWebLanguageService(extension, logs));
  const expanded = new ExpandedPlans(language, environments);
  const previews = new LoadPreviews({
    extension: extension.extensionUri,
    language,
    environments,
    log: logs.extension,
  });
  store.add(expanded.register());
  store.add(previews.register());
  store.add(vscode.window.registerCustomEditorProvider(profileEditorType, new NeedsMachine()));
  const needingMachine = Object.values(commandIds).map((id) => [id, sayNeedsMachine] as const);
  const handlers = {
    ...(Object.fromEntries(needingMachine) as Record<CommandId, () => void>),
    ...writingHandlers({ environments, expanded, language, logs, previews }),
  };
  registerCommands(store, handlers, logs);
}

async function readEnvironments(plan: vscode.Uri): Promise<readonly string[]> {
  const document = await vscode.workspace.openTextDocument(plan);
  const { tree } = parseTree(document.getText());
  return entriesOf(childOf(tree.root, 'environments')).map(({ key }) => key);
}
