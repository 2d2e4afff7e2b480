/** Puts the parts together; the parts know nothing of each other beyond what they are given here. */
import './display-language';
import * as vscode from 'vscode';
import { openGrafana } from './commands/grafana';
import { commandHandlers, revealRun } from './commands/handlers';
import { registerCommands } from './commands/register-commands';
import { keepContextKeys } from './context-keys';
import { livePanelType, reportPanelType, viewIds } from './contributions';
import { DisposableStore } from './disposables';
import { HeatSwitch } from './heat-switch';
import type { LanguageService } from './language-client';
import { startLanguageService } from './language-service';
import { UserLenses } from './locust/user-lenses';
import { createLogs, reportFailure, type Logs } from './logs';
import { ExpandedPlans } from './plan/expanded-plans';
import { LoadPreviews } from './plan/load-previews';
import { ProfileEditors } from './profile/profile-editors';
import { ReportPanels } from './report/report-panels';
import { Approvals } from './runs/approvals';
import { Comparisons } from './runs/comparisons';
import { EnvironmentChoices } from './runs/environment-choice';
import { lastResultsOf } from './runs/last-results';
import { namesIn } from './runs/read-plan';
import { RunCatalogue } from './runs/run-catalogue';
import { RunSessions } from './runs/run-sessions';
import { readSeenMetrics } from './runs/seen-metrics';
import { Secrets } from './runs/secrets';
import { ClosedPanels } from './views/closed-panels';
import { LivePanels } from './views/live-panels';
import { RunsTree } from './views/runs-tree';
import { StatusBar } from './views/status-bar';

export function activate(extension: vscode.ExtensionContext): void {
  const store = new DisposableStore();
  extension.subscriptions.push(store);
  const logs = store.add(createLogs());
  const log = logs.extension;
  const catalogue = store.add(new RunCatalogue(log));
  const sessions = store.add(new RunSessions(log));
  const environments = store.add(
    new EnvironmentChoices(extension.workspaceState, (plan) => namesIn(plan, 'environments')),
  );
  const approvals = new Approvals(extension.globalState);
  const secrets = new Secrets(extension.secrets, extension.globalState);
  const panels = new LivePanels({
    extension: extension.extensionUri,
    catalogue,
    sessions,
    log,
    reveal: revealRun,
    openDashboard: openGrafana,
    closed: new ClosedPanels(extension.workspaceState),
  });
  const profiles = new ProfileEditors(extension.extensionUri, catalogue, log);
  const start = { extension, log, catalogue, approvals, secrets, environments };
  const language = store.add(startLanguageService(extension, logs, approvals));
  const expanded = new ExpandedPlans(language, environments);
  const previews = new LoadPreviews({ extension: extension.extensionUri, language, environments, log });
  const iterations = once(async () => {
    const { Iterations } = await import('./debug/iterations');
    return store.add(new Iterations(start));
  });
  store.add(expanded.register());
  store.add(previews.register());
  const heat = store.add(new HeatSwitch({ extension, catalogue, log }));
  const reports = new ReportPanels({ extension: extension.extensionUri, catalogue, log });
  const comparisons = store.add(
    new Comparisons(extension.workspaceState, catalogue, async (run, baseline) => {
      await reports.open(run, baseline);
      await profiles.openChanges(run, baseline);
    }),
  );
  const parts = { start, logs, catalogue, sessions, approvals, environments, language };
  const shown = { panels, reports, comparisons, heat, expanded, previews, iterations };
  registerCommands(store, commandHandlers({ ...parts, ...shown }), logs);
  showRuns(store, catalogue, sessions, new StatusBar(environments, log), environments);
  store.add(vscode.window.registerWebviewPanelSerializer(livePanelType, panels));
  store.add(vscode.window.registerWebviewPanelSerializer(reportPanelType, reports));
  store.add(profiles.register());
  store.add(new UserLenses().register());
  store.add(keepContextKeys(catalogue));
  store.add(tellResults(catalogue, language));
  attachToRuns(catalogue, sessions, panels, logs);
}

/** The language server reads no run folders: it says of phases and of metrics what it is told. */
function tellResults(catalogue: RunCatalogue, language: LanguageService): vscode.Disposable {
  return catalogue.onDidChange(() => {
    const runs = catalogue.entries.flatMap(({ run }) => run ?? []);
    void language.tellResults(lastResultsOf(runs));
    void readSeenMetrics(catalogue.entries).then((metrics) => language.tellMetrics(metrics));
  });
}

function showRuns(
  store: DisposableStore,
  catalogue: RunCatalogue,
  sessions: RunSessions,
  status: StatusBar,
  environments: EnvironmentChoices,
): void {
  const tree = new RunsTree(catalogue);
  store.add(status);
  const view = { treeDataProvider: tree, showCollapseAll: true, canSelectMany: true };
  store.add(vscode.window.createTreeView(viewIds.runs, view));
  const showStatus = (): void => {
    const [running] = catalogue.running;
    if (running === undefined) status.show(undefined);
    else
      void sessions.follow(running).then(({ run }) => {
        status.show(run.entry.state === 'running' ? run : undefined);
      });
  };
  store.add(
    catalogue.onDidChange(() => {
      tree.refresh();
      showStatus();
    }),
  );
  store.add(sessions.onDidChange(showStatus));
  store.add(sessions.onDidEnd(() => void catalogue.refresh()));
  const refreshStatus = (): void => {
    status.refresh();
  };
  store.add(vscode.window.onDidChangeActiveTextEditor(refreshStatus));
  store.add(environments.onDidChange(refreshStatus));
  status.refresh();
}

/** Runs that were under way before the window was reloaded are followed again, their leases held, and their panels shown. */
function attachToRuns(catalogue: RunCatalogue, sessions: RunSessions, panels: LivePanels, logs: Logs): void {
  const attach = async (): Promise<void> => {
    await catalogue.refresh();
    for (const entry of catalogue.running) await sessions.follow(entry);
    await panels.reopenLost();
  };
  attach().catch((cause: unknown) => reportFailure(logs.extension, 'Looking for runs', cause));
}

/** Makes a thing when it is first asked for; where that fails, it is tried again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((cause: unknown) => {
      made = undefined;
      throw cause;
    });
    return made;
  };
}
