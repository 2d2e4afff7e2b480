/** Starts the language server, and says so plainly when it is gone for good. */
import './display-language';
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  State,
  Trace,
  TransportKind,
  type LanguageClientOptions,
  type ServerOptions,
} from 'vscode-languageclient/node';
import {
  apiDocumentsMethod,
  lastResultsMethod,
  seenMetricsMethod,
  wantedDocumentsMethod,
  wantedDocumentsSchema,
  type LastResults,
  type PlanQuestion,
  type ToldMetrics,
} from '../protocol/language';
import { planGlob } from '../protocol/looked-through';
import { ApiDocumentCache } from './api-documents';
import { askWhenReady, isReady } from './client-ready';
import { planSelector, settings } from './contributions';
import { reportFailure, type Logs } from './logs';
import type { Approvals } from './runs/approvals';

/** A server that ends this often within the time has a fault that starting it again does not mend. */
const restartLimit = 4;
const restartWindowMs = 180_000;

export interface LanguageService {
  readonly restart: () => Promise<void>;
  /** What the finished runs came to; a server that starts again is told again. */
  readonly tellResults: (results: LastResults) => Promise<void>;
  /** A request of our own. Answered with `undefined` where the server is not there to be asked. */
  readonly ask: <R>(method: string, question: PlanQuestion) => Promise<R | undefined>;
  /** Fires when the server has started, and knows the documents that are open. */
  readonly onDidStart: vscode.Event<void>;
  /** The metrics that targets were seen to have, told in the same way. */
  readonly tellMetrics: (metrics: ToldMetrics) => Promise<void>;
  readonly dispose: () => void;
}

export function startLanguageClient(
  context: vscode.ExtensionContext,
  logs: Logs,
  approvals: Approvals,
): LanguageService {
  const endings = new Endings();
  const client = new LanguageClient(
    'benchwright',
    'Benchwright Language Server',
    serverOptions(context),
    clientOptions(logs, () => endings.tooMany(Date.now()), offerRestart),
  );
  async function restart(): Promise<void> {
    endings.forget();
    await (client.isRunning() ? client.restart() : client.start());
  }
  function offerRestart(): void {
    void showStopped(logs).then(async (wanted) => {
      if (wanted) await restart().catch(report);
    });
  }
  const report = (cause: unknown): Promise<void> =>
    reportFailure(logs.server, 'Starting the language server', cause);
  const results = retold<LastResults>(client, lastResultsMethod, { histories: [] });
  const metrics = retold<ToldMetrics>(client, seenMetricsMethod, { targets: [] });
  const started = new vscode.EventEmitter<void>();
  const states = client.onDidChangeState(({ newState }) => {
    if (newState !== State.Running) return;
    void Promise.all([results.send(), metrics.send()]).catch(report);
    void isReady(client).then((isUp) => {
      if (isUp) started.fire();
    });
  });
  const wanted = fetchDocuments(client, context, logs, approvals);
  const configuration = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(settings.traceServer.id)) void client.setTrace(traceLevel());
  });
  void client
    .start()
    .then(() => client.setTrace(traceLevel()))
    .catch(report);
  return {
    restart,
    tellResults: results.tell,
    ask: <R>(method: string, question: PlanQuestion) => askWhenReady<R>(client, method, question),
    onDidStart: started.event,
    tellMetrics: metrics.tell,
    dispose: () => {
      configuration.dispose();
      wanted.dispose();
      states.dispose();
      started.dispose();
      void client.dispose().catch((cause: unknown) => {
        logs.server.debug(`the server did not end in time: ${String(cause)}`);
      });
    },
  };
}

/** What a server is told when it changes, and each time that it has started anew. */
function retold<T>(client: LanguageClient, method: string, first: T) {
  let told = first;
  const send = async (): Promise<void> => {
    if (client.isRunning()) await client.sendNotification(method, told);
  };
  const tell = (next: T): Promise<void> => {
    told = next;
    return send();
  };
  return { send, tell };
}

/** The server says which documents plans name; it opens no connection itself. */
function fetchDocuments(
  client: LanguageClient,
  context: vscode.ExtensionContext,
  logs: Logs,
  approvals: Approvals,
): vscode.Disposable {
  const documents = new ApiDocumentCache({
    storage: vscode.Uri.joinPath(context.globalStorageUri, 'openapi'),
    log: logs.server,
    isApproved: (endpoint) => approvals.isKnown(endpoint),
    tell: (told) => client.sendNotification(apiDocumentsMethod, told),
  });
  let asked: readonly string[] = [];
  const trust = vscode.workspace.onDidGrantWorkspaceTrust(() => void documents.want(asked));
  const wanted = client.onNotification(wantedDocumentsMethod, (params: unknown) => {
    const { data } = wantedDocumentsSchema.safeParse(params);
    if (data === undefined) return;
    asked = [...new Set([...asked, ...data.addresses])];
    void documents.want(data.addresses);
  });
  return vscode.Disposable.from(trust, wanted);
}

/** What an analysis leaves behind is gone before the next: more room for it would only make the server larger. */
const smallYoungSpace = '--max-semi-space-size=2';

/** The C library keeps memory apart for each thread, of which Node has a dozen that hardly need any, and what is free. */
const oneArena = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' };

function serverOptions(context: vscode.ExtensionContext): ServerOptions {
  return {
    command: process.execPath,
    args: [smallYoungSpace, context.asAbsolutePath('dist/server.cjs')],
    transport: TransportKind.stdio,
    // The editor's program is only a Node when it is told to be.
    options: { env: { ...oneArena, ...process.env, ELECTRON_RUN_AS_NODE: '1' } },
  };
}

function clientOptions(
  logs: Logs,
  isHopeless: () => boolean,
  offerRestart: () => void,
): LanguageClientOptions {
  return {
    documentSelector: planSelector,
    initializationOptions: {
      apiDocuments: true,
      hover: { pictures: true },
      // It answers for plans that somebody has told the editor to treat as plain YAML.
      yamlServer: vscode.extensions.getExtension('redhat.vscode-yaml') !== undefined,
      withoutRuns: isVirtual(),
    },
    outputChannel: logs.server,
    traceOutputChannel: logs.server,
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher(planGlob) },
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        if (!isHopeless()) return { action: CloseAction.Restart, handled: true };
        offerRestart();
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    },
  };
}

/** Whether all folders are elsewhere than on a disk, as those of a repository that nobody has cloned: no plan is run there. */
function isVirtual(): boolean {
  const { workspaceFolders = [] } = vscode.workspace;
  return workspaceFolders.length > 0 && workspaceFolders.every(({ uri }) => uri.scheme !== 'file');
}

async function showStopped(logs: Logs): Promise<boolean> {
  const restart = t('Restart');
  const show = t('Show Output');
  const chosen = await vscode.window.showErrorMessage(
    t('The Benchwright language server has stopped several times. Plans are no longer checked.'),
    restart,
    show,
  );
  if (chosen === show) logs.server.show();
  return chosen === restart;
}

function traceLevel(): Trace {
  const wanted = vscode.workspace.getConfiguration().get<string>(settings.traceServer.id);
  return Trace.fromString(wanted ?? settings.traceServer.fallback);
}

/** Counts how often the server has ended lately. */
class Endings {
  #times: number[] = [];

  tooMany(nowMs: number): boolean {
    this.#times = [...this.#times.filter((time) => nowMs - time < restartWindowMs), nowMs];
    return this.#times.length > restartLimit;
  }

  forget(): void {
    this.#times = [];
  }
}
