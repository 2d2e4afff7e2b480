/** What each command does. The table must name every command, or it does not compile. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { RunEntry } from '../../runner/open-run';
import { commandIds, type CommandId } from '../contributions';
import type { RunCatalogue } from '../runs/run-catalogue';
import { isTrusted, startRun } from '../runs/start-run';
import { dashboardOf } from '../views/run-words';
import { entriesOf, entryOf, planFor, uriOf } from './arguments';
import { pinBaseline, unpinBaseline } from './baselines';
import type { CommandContext, Handler } from './command-context';
import { followRun } from './follow-run';
import { exportGrafana, openGrafana, pushGrafana } from './grafana';
import { pickPhase, pickRun } from './picks';
import { profileHandlers } from './profile-handlers';
import { writingHandlers } from './writing-handlers';

export function commandHandlers(context: CommandContext): Readonly<Record<CommandId, Handler>> {
  const { catalogue, sessions, panels, approvals } = context;
  return {
    [commandIds.runPhase]: async (uri, phase) => {
      const plan = await planFor(uri);
      await runPhase(context, plan, typeof phase === 'string' ? phase : undefined);
    },
    [commandIds.runPlan]: async (uri) => {
      await run(context, await planFor(uri), []);
    },
    [commandIds.runUsers]: (uri, name) => runUsers(context, uriOf(uri), name),
    [commandIds.stopRun]: async (node) => {
      const entry = entryOf(node) ?? (await pickRun(catalogue.running, t('Run to stop')));
      if (entry !== undefined) await sessions.stop(entry);
    },
    [commandIds.openRun]: async (node) => {
      await catalogue.refresh();
      const named = typeof node === 'string' ? catalogue.find(node) : entryOf(node);
      const entry = named ?? (await pickRun(catalogue.entries, t('Run to open')));
      if (entry !== undefined) await panels.open(entry);
    },
    [commandIds.openLivePanel]: async () => {
      await catalogue.refresh();
      const [latest] = [...catalogue.running, ...catalogue.entries];
      if (latest !== undefined) await panels.open(latest);
      else void vscode.window.showInformationMessage(t('There is no run yet. Run a phase of a plan first.'));
    },
    [commandIds.revealRun]: async (node) => {
      const entry = entryOf(node) ?? (await pickRun(catalogue.entries, t('Run whose folder to reveal')));
      if (entry !== undefined) await revealRun(entry);
    },
    [commandIds.pinBaseline]: (node, selected) => pinBaseline(catalogue, entriesOf(node, selected)),
    [commandIds.unpinBaseline]: (node, selected) => unpinBaseline(catalogue, entriesOf(node, selected)),
    [commandIds.exportGrafana]: async (uri) => {
      const plan = await planFor(uri);
      if (plan !== undefined) await exportGrafana(context.start, plan);
    },
    [commandIds.pushGrafana]: async (node) => {
      const over = catalogue.entries.filter((entry) => entry.run !== undefined);
      const entry = entryOf(node) ?? (await pickRun(over, t('Run to show in Grafana')));
      if (entry?.run !== undefined) await pushGrafana(context.start, { dir: entry.dir, run: entry.run });
    },
    [commandIds.openGrafana]: (node) => openDashboard(catalogue, node),
    [commandIds.refreshRuns]: () => catalogue.refresh(),
    [commandIds.forgetApprovals]: async () => {
      await approvals.forget();
      void vscode.window.showInformationMessage(t('Every target but this machine will be asked for again.'));
    },
    [commandIds.forgetSecrets]: async () => {
      await context.start.secrets.forget();
      void vscode.window.showInformationMessage(t('The secrets of plans will be asked for again.'));
    },
    ...iterationHandlers(context),
    ...writingHandlers(context),
    ...profileHandlers(context),
  };
}

type IterationCommand = (typeof commandIds)['debugIteration' | 'clearIteration'];

function iterationHandlers(context: CommandContext): Readonly<Record<IterationCommand, Handler>> {
  return {
    [commandIds.debugIteration]: async (uri, scenario) => {
      const plan = await planFor(uri);
      if (plan !== undefined)
        await (await context.iterations()).debug(plan, typeof scenario === 'string' ? scenario : undefined);
    },
    [commandIds.clearIteration]: async () => {
      (await context.iterations()).clear();
    },
  };
}

/** Shows a run's folder in the explorer, or in the file manager where it lies outside the workspace. */
export async function revealRun(entry: RunEntry): Promise<void> {
  const uri = vscode.Uri.file(entry.dir);
  const isInside = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  await vscode.commands.executeCommand(isInside ? 'revealInExplorer' : 'revealFileInOS', uri);
}

async function openDashboard(catalogue: RunCatalogue, node: unknown): Promise<void> {
  const shown = catalogue.entries.filter((entry) => dashboardOf(entry) !== undefined);
  const entry = entryOf(node) ?? (await pickRun(shown, t('Run to open in Grafana')));
  if (entry !== undefined) await openGrafana(entry);
}

async function runPhase(
  context: CommandContext,
  uri: vscode.Uri | undefined,
  phase: string | undefined,
): Promise<void> {
  if (uri === undefined) return;
  const name = phase ?? (await pickPhase(uri));
  if (name !== undefined) await run(context, uri, [name]);
}

async function runUsers(context: CommandContext, uri: vscode.Uri | undefined, name: unknown): Promise<void> {
  const file = uri ?? vscode.window.activeTextEditor?.document.uri;
  if (file === undefined || !isTrusted()) return;
  const { planForUsers } = await import('../locust/plan-for-users');
  await run(context, await planForUsers(file, typeof name === 'string' ? name : undefined), []);
}

async function run(
  context: CommandContext,
  uri: vscode.Uri | undefined,
  phases: readonly string[],
): Promise<void> {
  if (uri === undefined) return;
  const entry = await startRun(context.start, uri, phases);
  if (entry !== undefined) await followRun(context, entry);
}
