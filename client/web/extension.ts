/** The extension in an editor that is only a page in a browser: plans are written there, and nothing is run. */
import '../display-language';
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { childOf, entriesOf } from '../../core/plan/tree';
import { parseTree } from '../../core/plan/parse-tree';
import { uriOf } from '../commands/arguments';
import { createPlan } from '../commands/new-plan';
import { registerCommands } from '../commands/register-commands';
import { commandIds, contextKeys, isPlanFile, profileEditorType, type CommandId } from '../contributions';
import { DisposableStore } from '../disposables';
import { createLogs } from '../logs';
import { ExpandedPlans } from '../plan/expanded-plans';
import { LoadPreviews } from '../plan/load-previews';
import { EnvironmentChoices } from '../runs/environment-choice';
import { startWebLanguageService } from './language-service';
import { NeedsMachine, sayNeedsMachine } from './needs-machine';

type Handler = (uri?: unknown) => unknown;

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
  const withPlan = (use: (plan: vscode.Uri) => unknown): Handler => {
    return async (uri) => {
      const plan = uriOf(uri) ?? activePlan();
      if (plan === undefined)
        void vscode.window.showInformationMessage(t('Open a plan (*.bench.yaml) first.'));
      else await use(plan);
    };
  };
  const handlers: Partial<Record<CommandId, Handler>> = {
    [commandIds.newPlan]: () => createPlan(),
    [commandIds.expandPlan]: withPlan((plan) => expanded.open(plan)),
    [commandIds.previewLoad]: withPlan((plan) => {
      previews.open(plan);
    }),
    [commandIds.chooseEnvironment]: withPlan((plan) => environments.choose(plan)),
    [commandIds.restartServer]: () => language.restart(),
    [commandIds.showOutput]: () => {
      logs.extension.show();
    },
  };
  const all = Object.values(commandIds).map((id) => [id, handlers[id] ?? sayNeedsMachine] as const);
  registerCommands(store, Object.fromEntries(all) as Record<CommandId, Handler>, logs);
}

function activePlan(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document !== undefined && isPlanFile(document) ? document.uri : undefined;
}

async function readEnvironments(plan: vscode.Uri): Promise<readonly string[]> {
  const document = await vscode.workspace.openTextDocument(plan);
  const { tree } = parseTree(document.getText());
  return entriesOf(childOf(tree.root, 'environments')).map(({ key }) => key);
}
