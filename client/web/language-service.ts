/** The language server in a worker of the browser, and what it is told of the workspace. */
import * as vscode from 'vscode';
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  LanguageClient,
  State,
} from 'vscode-languageclient/browser';
import {
  changedFilesMethod,
  readFileMethod,
  type ChangedFiles,
  type PlanQuestion,
} from '../../protocol/language';
import { askWhenReady, isReady } from '../client-ready';
import { planSelector } from '../contributions';
import type { LanguageService } from '../language-client';
import { reportFailure, type Logs } from '../logs';
import { readToldFile, tellWorkspace, watchWorkspace } from './told-workspace';

/** Of the browser, whose types the client does not have otherwise. */
declare const Worker: new (address: string) => never;

export function startWebLanguageService(context: vscode.ExtensionContext, logs: Logs): LanguageService {
  const started = new vscode.EventEmitter<void>();
  const report = (cause: unknown): Promise<void> =>
    reportFailure(logs.server, 'Starting the language server', cause);
  let stop = (): void => undefined;
  const starting = startClient(context, logs, () => {
    started.fire();
  });
  starting.then((client) => {
    const watching = watchWorkspace(async (changed: ChangedFiles) => {
      if (client.isRunning()) await client.sendNotification(changedFilesMethod, changed);
    });
    stop = () => {
      watching.dispose();
      void client.dispose();
    };
  }, report);
  return {
    restart: async () => {
      const client = await starting;
      await client.stop();
      await client.start();
    },
    ask: async <R>(method: string, question: PlanQuestion) =>
      askWhenReady<R>(await starting, method, question),
    onDidStart: started.event,
    // There are no runs in a browser.
    tellResults: () => Promise.resolve(),
    tellMetrics: () => Promise.resolve(),
    dispose: () => {
      started.dispose();
      stop();
    },
  };
}

async function startClient(
  context: vscode.ExtensionContext,
  logs: Logs,
  onStart: () => void,
): Promise<LanguageClient> {
  const script = vscode.Uri.joinPath(context.extensionUri, 'dist', 'web-server.js');
  const initializationOptions = {
    hover: { pictures: true },
    yamlServer: vscode.extensions.getExtension('redhat.vscode-yaml') !== undefined,
    withoutRuns: true,
    messages: vscode.l10n.bundle,
    workspaceFiles: await tellWorkspace(),
  };
  const client = new LanguageClient(
    'benchwright',
    'Benchwright Language Server',
    async () => {
      const worker = new Worker(await addressOf(script));
      // The editor has put another class in place of the browser's, by which the library does not know a worker.
      return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
    },
    {
      documentSelector: planSelector,
      initializationOptions,
      outputChannel: logs.server,
      traceOutputChannel: logs.server,
    },
  );
  client.onRequest(readFileMethod, readToldFile);
  client.onDidChangeState(({ newState }) => {
    if (newState !== State.Running) return;
    void isReady(client).then((isUp) => {
      if (isUp) onStart();
    });
  });
  await client.start();
  return client;
}

/** An extension that a remote machine has installed is at an address that a worker cannot be made from: its text can. */
async function addressOf(script: vscode.Uri): Promise<string> {
  if (script.scheme !== 'vscode-remote') return script.toString(true);
  const text = await vscode.workspace.fs.readFile(script);
  return URL.createObjectURL(new Blob([Uint8Array.from(text)], { type: 'text/javascript' }));
}
