/** Reports of runs as panels: the same page that `benchwright report` writes, with places that lead to sources. */
import { t } from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { HtmlHost } from '../../core/report/html';
import { formatOfFile } from '../../core/report/report-format';
import { fromReportView, reportVersion, type FromReportView, type ToReportView } from '../../protocol/report';
import type { RunEntry } from '../../runner/open-run';
import { recordingsOf } from '../../runner/recordings';
import { commandIds, reportPanelType } from '../contributions';
import { DisposableStore } from '../disposables';
import { reportFailure } from '../logs';
import { openFrame } from '../profile/open-frame';
import type { RunCatalogue } from '../runs/run-catalogue';
import { phaseNamesOf, planNameOf, startedOf } from '../views/run-words';
import { viewResourceRoots } from '../views/view-page';
import { WorkerThread } from '../worker-thread';
import type { FromReportWorker, ToReportWorker } from './report-worker';

/** What a page keeps of itself over a reload. */
const keptState = z.object({ runId: z.string(), baselineId: z.nullable(z.string()) });

/** A day of records, folded as they are read, and the profiles of two runs. */
const heapMegabytes = 4096;

export interface ReportContext {
  readonly extension: vscode.Uri;
  readonly catalogue: RunCatalogue;
  readonly log: vscode.LogOutputChannel;
}

type Thread = WorkerThread<ToReportWorker, FromReportWorker>;

interface Shown {
  readonly entry: RunEntry;
  readonly baseline: RunEntry | undefined;
}

export class ReportPanels implements vscode.WebviewPanelSerializer {
  readonly #context: ReportContext;
  readonly #panels = new Map<string, vscode.WebviewPanel>();

  constructor(context: ReportContext) {
    this.#context = context;
  }

  async open(entry: RunEntry, baseline?: RunEntry): Promise<void> {
    const known = this.#panels.get(keyOf({ entry, baseline }));
    if (known !== undefined) {
      known.reveal();
      return;
    }
    const title = titleOf({ entry, baseline });
    const panel = vscode.window.createWebviewPanel(reportPanelType, title, vscode.ViewColumn.Active);
    await this.#show(panel, { entry, baseline });
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = keptState.safeParse(state);
    const { catalogue } = this.#context;
    await catalogue.refresh();
    const entry = kept.success ? catalogue.find(kept.data.runId) : undefined;
    if (entry === undefined) {
      panel.dispose();
      return;
    }
    const baselineId = kept.data?.baselineId ?? null;
    const baseline = baselineId === null ? undefined : catalogue.find(baselineId);
    await this.#show(panel, { entry, baseline });
  }

  async #show(panel: vscode.WebviewPanel, shown: Shown): Promise<void> {
    const { extension, log } = this.#context;
    const key = keyOf(shown);
    this.#panels.set(key, panel);
    const store = new DisposableStore();
    panel.onDidDispose(() => {
      store.dispose();
      if (this.#panels.get(key) === panel) this.#panels.delete(key);
    });
    const script = vscode.Uri.joinPath(extension, 'dist', 'report-worker.cjs').fsPath;
    const thread: Thread = store.add(new WorkerThread(script, heapMegabytes));
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: viewResourceRoots(extension) };
    store.add(
      webview.onDidReceiveMessage((data: unknown) => {
        const message = fromReportView.safeParse(data);
        if (!message.success) log.warn('a message of the report was not understood');
        else
          this.#act(message.data, shown, thread, (answer) => void webview.postMessage(answer)).catch(
            (cause: unknown) => reportFailure(log, 'The report', cause),
          );
      }),
    );
    const { entry, baseline } = shown;
    const host = hostOf(webview, extension);
    const { text, problem } = await thread.ask({
      kind: 'page',
      dir: entry.dir,
      baseline: baseline?.dir,
      host,
    });
    if (text !== undefined) webview.html = text;
    else {
      panel.dispose();
      void vscode.window.showWarningMessage(t`There is no report: ${problem ?? t('nobody said why')}.`);
    }
  }

  async #act(
    message: FromReportView,
    { entry, baseline }: Shown,
    thread: Thread,
    post: (message: ToReportView) => void,
  ): Promise<void> {
    const version = reportVersion;
    const recordings = recordingsOf(entry);
    switch (message.kind) {
      case 'ready': {
        const ids = { runId: entry.id, baselineId: baseline?.id ?? null };
        post({ kind: 'shown', version, ...ids, hasProfile: recordings.length > 0 });
        return;
      }
      case 'open-source': {
        const { file, line } = message;
        const recording = recordings.find(({ profile }) => profile.top.some((one) => one.file === file));
        const recordedMs = entry.run?.endedMs ?? 0;
        const told = await openFrame({ name: file, file, line, recordedMs, recording });
        if (told !== undefined) post({ kind: 'told', version, message: told });
        return;
      }
      case 'export':
        await exportReport(entry, thread);
        return;
      case 'open-profile':
        await vscode.commands.executeCommand(commandIds.openProfile, { entry });
        return;
      case 'rerun':
        await vscode.commands.executeCommand(commandIds.rerun, { entry });
    }
  }
}

/** Two reports of the same phases are told apart by when their runs began. */
function titleOf({ entry, baseline }: Shown): string {
  const of = `${planNameOf(entry)}: ${phaseNamesOf(entry)}`;
  const when = (run: RunEntry): string => startedOf(run, 'medium') ?? run.id;
  return baseline === undefined
    ? `Report · ${of} · ${when(entry)}`
    : t`Comparison · ${of} · ${when(entry)} with ${when(baseline)}`;
}

function keyOf({ entry, baseline }: Shown): string {
  return `${entry.dir}\n${baseline?.dir ?? ''}`;
}

function hostOf(webview: vscode.Webview, extension: vscode.Uri): HtmlHost {
  const file = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extension, 'dist', 'webviews', name)).toString();
  return {
    styleSource: webview.cspSource,
    styles: file('report.css'),
    script: file('report.js'),
    nonce: randomBytes(18).toString('base64url'),
  };
}

async function exportReport(entry: RunEntry, thread: Thread): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? entry.dir;
  const chosen = await vscode.window.showSaveDialog({
    title: t('Export Report'),
    defaultUri: vscode.Uri.file(path.join(folder, `${entry.id}.html`)),
    filters: { HTML: ['html'], Markdown: ['md'], JSON: ['json'], JUnit: ['xml'] },
  });
  if (chosen === undefined) return;
  const format = formatOfFile(chosen.fsPath);
  if (format === undefined) {
    void vscode.window.showWarningMessage(
      t`The name ${path.basename(chosen.fsPath)} ends with none of .html, .md, .json and .xml (JUnit).`,
    );
    return;
  }
  const { text, problem } = await thread.ask({ kind: 'write', format });
  if (text === undefined) throw new Error(problem);
  await writeFile(chosen.fsPath, text);
  const open = t('Open');
  const answer = await vscode.window.showInformationMessage(t`Wrote ${path.basename(chosen.fsPath)}.`, open);
  if (answer === open) await vscode.commands.executeCommand('vscode.open', chosen);
}
