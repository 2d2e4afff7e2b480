/** Dashboards of plans, made by the command line as a program of its own: the editor need not load Grafana's types. */
import path from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { Run } from '../../core/run/run';
import { runScriptBriefly } from '../../engines/host/process-host';
import type { StartContext } from '../runs/start-run';

/** Of the secret that opens the server. */
const tokenName = 'GRAFANA_TOKEN';

/** Four answers of a server, each with its own deadline. */
const timeoutMs = 60_000;

const event = z.union([
  z.object({ kind: z.literal('link'), link: z.url({ protocol: /^https?$/ }) }),
  z.object({ kind: z.enum(['refused', 'failed']), message: z.string() }),
]);

export async function exportGrafana(context: StartContext, plan: vscode.Uri): Promise<void> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: 'Write Dashboard Here',
      defaultUri: vscode.Uri.file(path.dirname(plan.fsPath)),
    })) ?? [];
  if (folder === undefined) return;
  const out = path.join(folder.fsPath, 'grafana');
  const done = await run(context, ['export', plan.fsPath, '--out', out], {});
  if (done !== undefined)
    void vscode.window.showInformationMessage(`The dashboard, and files that provision it, are in ${out}.`);
}

/** Brings the dashboard of a run's plan, and the phases of the run, to the server that the plan names. */
export async function pushGrafana(
  context: StartContext,
  { dir, run: over }: { readonly dir: string; readonly run: Run },
): Promise<void> {
  const secrets = await context.secrets.forRun(vscode.Uri.file(over.plan.file), [tokenName]);
  if (secrets === undefined) return;
  const environment = over.environment === null ? [] : ['--env', over.environment];
  const done = await run(context, ['push', over.plan.file, dir, ...environment], secrets);
  const link = done?.find((each) => each.kind === 'link')?.link;
  if (link === undefined) return;
  const open = 'Open in Grafana';
  const chosen = await vscode.window.showInformationMessage('Grafana shows the run.', open);
  if (chosen === open) await vscode.env.openExternal(vscode.Uri.parse(link));
}

/** @returns what the command line told, or `undefined` where it failed, which the person has then been told. */
async function run(
  { extension, log }: StartContext,
  words: readonly string[],
  secrets: Readonly<Record<string, string>>,
): Promise<readonly z.output<typeof event>[] | undefined> {
  if (!vscode.workspace.isTrusted) return undefined;
  const script = extension.asAbsolutePath('dist/cli.cjs');
  const { code, output, errors } = await runScriptBriefly(script, ['grafana', ...words, '--json'], {
    timeoutMs,
    env: { ...process.env, ...secrets },
  });
  const told = output.split('\n').flatMap((line) => {
    const read = event.safeParse(line === '' ? undefined : JSON.parse(line));
    return read.success ? [read.data] : [];
  });
  if (code === 0) return told;
  const why = told.flatMap((each) => (each.kind === 'link' ? [] : [each.message]))[0];
  log.error(errors);
  void vscode.window.showErrorMessage(
    `Grafana: ${why ?? 'the dashboard could not be made; the output of Benchwright says why'}.`,
  );
  return undefined;
}
