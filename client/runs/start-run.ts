/** Starts the runner as a process of its own, so that closing or reloading the window does not end the run. */
import { t } from '@vscode/l10n';
import { mkdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { startDetached, type DetachedStart } from '../../engines/host/detached-program';
import type { Kubernetes, Plan } from '../../core/plan/schema';
import { clusterName } from '../../core/run/cluster-name';
import type { RunEntry } from '../../runner/open-run';
import { settings } from '../contributions';
import { isOn } from '../settings';
import type { Approvals } from './approvals';
import { withSearches } from './ask-for-search';
import type { EnvironmentChoices } from './environment-choice';
import type { EnvironmentChoice } from './environment-items';
import { foreignLoads, foreignReads } from './load-request';
import { findOwnRun } from './own-run';
import { readPlan } from './read-plan';
import type { RunCatalogue } from './run-catalogue';
import { runFolderOf } from './run-folders';
import { explainRunnerExit, type RunTrace } from './runner-exit';
import type { Secrets } from './secrets';

export interface StartContext {
  readonly extension: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly catalogue: RunCatalogue;
  readonly approvals: Approvals;
  readonly secrets: Secrets;
  readonly environments: EnvironmentChoices;
}

/** The folder of the run appears within a second or two; a busy machine may need longer. */
const folderWithinMs = 30_000;
const lookEveryMs = 200;

/**
 * Runs phases of a plan, after asking for whatever has to be asked.
 *
 * @param phases their names; empty for all of them.
 * @param given the environment, where it is not to be asked for.
 * @returns the run once it has its folder; `undefined` where none was started, of which the person has been told.
 */
export async function startRun(
  context: StartContext,
  uri: vscode.Uri,
  phases: readonly string[],
  given?: EnvironmentChoice,
): Promise<RunEntry | undefined> {
  if (!isTrusted()) return undefined;
  const environment = given ?? (await context.environments.forRun(uri));
  if (environment === undefined) return undefined;
  const name = environment.kind === 'named' ? environment.name : undefined;
  const read = await readPlan(uri, name);
  if (read === undefined) return undefined;
  const wanted = await withSearches(uri, name, read.plan, phases);
  if (wanted === undefined) return undefined;
  const loads = foreignLoads(read.plan, namesOf(read.plan, wanted));
  if (!(await context.approvals.ask(loads))) return undefined;
  const { kubernetes } = read.plan;
  if (kubernetes !== undefined && !(await context.approvals.askCluster(kubernetes))) return undefined;
  const loaded = loads.map(({ endpoint }) => endpoint);
  const reads = foreignReads(read.plan).filter(({ endpoint }) => !loaded.includes(endpoint));
  const readable = await context.approvals.askReading(reads);
  if (readable === undefined) return undefined;
  const secrets = await context.secrets.forRun(uri, read.secrets);
  if (secrets === undefined) return undefined;
  const endpoints = [...new Set([...loaded, ...readable])];
  const args = runnerArguments(uri, { phases: wanted, environment: name, endpoints, kubernetes });
  return await launch(context, uri, args, secrets);
}

/** None stands for all of them. */
function namesOf(plan: Plan, phases: readonly string[]): readonly string[] {
  return phases.length > 0 ? phases : Object.keys(plan.phases);
}

interface RunnerOptions {
  readonly phases: readonly string[];
  readonly environment: string | undefined;
  readonly endpoints: readonly string[];
  readonly kubernetes: Kubernetes | undefined;
}

/** Values are joined to their option, so that none of them can pass for another option. */
function runnerArguments(
  plan: vscode.Uri,
  { phases, environment, endpoints, kubernetes }: RunnerOptions,
): string[] {
  const out = runFolderOf(plan);
  const pySpy = chosenFile(settings.pySpyPath);
  const python = chosenFile(settings.pythonPath);
  return [
    'run',
    ...phases.map((phase) => `--phase=${phase}`),
    ...(environment === undefined ? [] : [`--env=${environment}`]),
    ...endpoints.map((endpoint) => `--allow-target=${endpoint}`),
    ...(kubernetes === undefined ? [] : [`--allow-cluster=${clusterName(kubernetes)}`]),
    ...(out === undefined ? [] : [`--out=${out}`]),
    ...(pySpy === undefined ? [] : [`--py-spy=${pySpy}`]),
    ...(python === undefined ? [] : [`--python=${python}`]),
    '--lease',
    '--json',
    '--',
    plan.fsPath,
  ];
}

async function launch(
  context: StartContext,
  plan: vscode.Uri,
  args: readonly string[],
  secrets: Readonly<Record<string, string>>,
): Promise<RunEntry | undefined> {
  const folder = context.extension.logUri.fsPath;
  await mkdir(folder, { recursive: true });
  const stem = path.join(folder, `run-${Date.now()}`);
  const files = { outputFile: `${stem}.out`, errorFile: `${stem}.err` };
  context.log.info(`starting: benchwright ${args.join(' ')}`);
  const spawnedMs = Date.now();
  const started = await spawnTrusted(context, path.dirname(plan.fsPath), args, {
    ...files,
    env: { ...process.env, ...defaultPython(plan), ...secrets },
  });
  if (!started.ok) {
    await showFailure(context.log, t`The runner could not be started: ${started.message}.`);
    return undefined;
  }
  const entry = await waitForFolder(context.catalogue, started, spawnedMs);
  void started.exited.then((code) => tellExit(context, code, entry?.dir, files.errorFile));
  return entry;
}

/** The one place in the editor that starts load. It asks for trust itself, whatever led here. */
async function spawnTrusted(
  { extension }: StartContext,
  cwd: string,
  args: readonly string[],
  rest: { readonly outputFile: string; readonly errorFile: string; readonly env: NodeJS.ProcessEnv },
): Promise<DetachedStart> {
  if (!vscode.workspace.isTrusted) return { ok: false, message: t('this workspace is not trusted') };
  const script = extension.asAbsolutePath('dist/cli.cjs');
  return await startDetached({ script, args, cwd, ...rest });
}

export function isTrusted(): boolean {
  if (vscode.workspace.isTrusted) return true;
  const manage = t('Manage Workspace Trust');
  void vscode.window
    .showWarningMessage(t('Benchwright starts load only from folders that you trust.'), manage)
    .then(async (chosen) => {
      if (chosen === manage) await vscode.commands.executeCommand('workbench.trust.manage');
    });
  return false;
}

async function waitForFolder(
  catalogue: RunCatalogue,
  { pid, exited }: Extract<DetachedStart, { ok: true }>,
  spawnedMs: number,
): Promise<RunEntry | undefined> {
  const ended = { value: false };
  void exited.then(() => {
    ended.value = true;
  });
  for (const deadline = Date.now() + folderWithinMs; Date.now() < deadline;) {
    // Asked before the folders are read, so that a run that ended at once is still found.
    const isLast = ended.value;
    await catalogue.refresh();
    const found = findOwnRun(catalogue.entries, { pid, spawnedMs, hasEnded: isLast });
    if (found !== undefined || isLast) return found;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  return undefined;
}

async function tellExit(
  { log, catalogue }: StartContext,
  code: number | null,
  dir: string | undefined,
  errorFile: string,
): Promise<void> {
  const words = await readFile(errorFile, 'utf8').catch((cause: unknown) => `${String(cause)}\n`);
  for (const line of words.trim().split('\n').slice(-200)) if (line !== '') log.info(line);
  log.info(`the runner ended with ${code ?? 'a signal'}`);
  await catalogue.refresh();
  const failure = explainRunnerExit(code, traceOf(catalogue, dir), words);
  if (failure !== undefined) await showFailure(log, failure.message);
}

function traceOf({ entries }: RunCatalogue, dir: string | undefined): RunTrace {
  if (dir === undefined) return 'none';
  return entries.find((entry) => entry.dir === dir)?.run === undefined ? 'folder' : 'result';
}

async function showFailure(log: vscode.LogOutputChannel, message: string): Promise<void> {
  log.error(message);
  const show = t('Show Output');
  if ((await vscode.window.showErrorMessage(message, show)) === show) log.show();
}

/** A program that somebody chose. It is of the machine: a folder must not choose one. */
function chosenFile({
  id,
  fallback,
}: {
  readonly id: string;
  readonly fallback: string;
}): string | undefined {
  const chosen = vscode.workspace.getConfiguration().get<string>(id, fallback).trim();
  return chosen === '' ? undefined : path.resolve(os.homedir(), chosen);
}

/** What the Python extension falls back to, for the runner to look at before `PATH`. */
function defaultPython(plan: vscode.Uri): Readonly<Record<string, string>> {
  const told = vscode.workspace.getConfiguration('python', plan).get<unknown>('defaultInterpreterPath');
  const folder = vscode.workspace.getWorkspaceFolder(plan)?.uri.fsPath ?? path.dirname(plan.fsPath);
  const file = typeof told === 'string' ? told.replaceAll('${workspaceFolder}', folder) : '';
  // `python` alone is what the extension sets where nobody chose anything.
  return /[\\/]/.test(file) ? { BENCHWRIGHT_DEFAULT_PYTHON: path.resolve(folder, file) } : {};
}

export function opensLivePanel(): boolean {
  return isOn(settings.openLivePanel);
}
