/** Dashboards of plans, made by the command line as a program of its own: the editor need not load Grafana's types. */
import { t } from '@vscode/l10n';
import path from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { parseJson } from '../../core/parse-json';
import type { Run } from '../../core/run/run';
import { formatEndpoint, isLoopback, readTarget } from '../../core/run/target';
import { runScriptBriefly } from '../../engines/host/process-host';
import type { RunEntry } from '../../runner/open-run';
import { readPlan } from '../runs/read-plan';
import type { StartContext } from '../runs/start-run';
import { dashboardOf } from '../views/run-words';

/** Of the secret that opens the server. */
const tokenName = 'GRAFANA_TOKEN';

/** Answers of a server, each with its own deadline; pictures take the most of it. */
const timeoutMs = 240_000;

const event = z.union([
  z.object({ kind: z.literal('link'), link: z.url({ protocol: /^https?$/ }) }),
  z.object({ kind: z.enum(['refused', 'failed', 'note']), message: z.string() }),
]);

export async function exportGrafana(context: StartContext, plan: vscode.Uri): Promise<void> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: t('Write Dashboard Here'),
      defaultUri: vscode.Uri.file(path.dirname(plan.fsPath)),
    })) ?? [];
  if (folder === undefined) return;
  const out = path.join(folder.fsPath, 'grafana');
  const done = await run(context, ['export', plan.fsPath, '--out', out], {});
  if (done !== undefined)
    void vscode.window.showInformationMessage(t`The dashboard, and files that provision it, are in ${out}.`);
}

/** Brings the dashboard of a run's plan, and the phases of the run, to the server that the plan names. */
export async function pushGrafana(
  context: StartContext,
  { dir, run: over }: { readonly dir: string; readonly run: Run },
): Promise<void> {
  const plan = vscode.Uri.file(over.plan.file);
  const read = await readPlan(plan, over.environment ?? undefined);
  if (read === undefined) return;
  const allowed = await allowServer(context, read.plan.observe?.grafana);
  if (allowed === undefined) return;
  const secrets = await context.secrets.forRun(plan, [tokenName]);
  if (secrets === undefined) return;
  const environment = over.environment === null ? [] : [`--env=${over.environment}`];
  const words = ['push', ...environment, ...allowed, '--', over.plan.file, dir];
  const done = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: t('Bringing the run to Grafana') },
    () => run(context, words, secrets),
  );
  if (done !== undefined) await tellPushed(done);
}

async function tellPushed(done: readonly z.output<typeof event>[]): Promise<void> {
  const link = done.find((each) => each.kind === 'link')?.link;
  if (link === undefined) return;
  const [note = ''] = done.flatMap((each) => (each.kind === 'note' ? [t` There are ${each.message}.`] : []));
  const open = t('Open in Grafana');
  const chosen = await vscode.window.showInformationMessage(t`Grafana shows the run.${note}`, open);
  if (chosen === open) await vscode.env.openExternal(vscode.Uri.parse(link));
}

/** @returns options of the command line that allow the server; `undefined` where a person does not. */
async function allowServer(
  { approvals }: StartContext,
  address: string | undefined,
): Promise<readonly string[] | undefined> {
  const reading = readTarget(address ?? '');
  // What cannot be read is the command line's to refuse.
  if (!reading.ok || isLoopback(reading.endpoint.host)) return [];
  const endpoint = formatEndpoint(reading.endpoint);
  const purposes = ['the dashboard of the plan, phases of runs and GRAFANA_TOKEN are sent there'];
  return (await approvals.askSending({ endpoint, purposes })) ? [`--allow-target=${endpoint}`] : undefined;
}

/** Shows the dashboard at the time of a run in the browser. */
export async function openGrafana(entry: RunEntry): Promise<void> {
  const link = dashboardOf(entry);
  if (link !== undefined) await vscode.env.openExternal(vscode.Uri.parse(link));
  else
    void vscode.window.showInformationMessage(
      t('The plan of this run names no Grafana server: give it `observe: { grafana: … }`.'),
    );
}

/** @returns what the command line told, or `undefined` where it failed, which the person has then been told. */
async function run(
  { extension, log }: StartContext,
  words: readonly string[],
  secrets: Readonly<Record<string, string>>,
): Promise<readonly z.output<typeof event>[] | undefined> {
  if (!vscode.workspace.isTrusted) return undefined;
  const script = extension.asAbsolutePath('dist/cli.cjs');
  const { code, output, errors } = await runScriptBriefly(script, ['grafana', '--json', ...words], {
    timeoutMs,
    env: { ...process.env, ...secrets },
  });
  const told = output.split('\n').flatMap((line) => {
    const read = event.safeParse(parseJson(line));
    return read.success ? [read.data] : [];
  });
  if (code === 0) return told;
  const why = told.flatMap((each) => (each.kind === 'link' ? [] : [each.message]))[0];
  log.error(errors);
  void vscode.window.showErrorMessage(
    t`Grafana: ${why ?? t('the dashboard could not be made; the output of Benchwright says why')}.`,
  );
  return undefined;
}
