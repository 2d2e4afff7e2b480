import { CodeLensRefreshRequest, TextDocuments, type Connection } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import {
  apiDocumentsMethod,
  lastResultsMethod,
  seenMetricsMethod,
  wantedDocumentsMethod,
} from '../../protocol/language';
import { isPlanName } from '../../protocol/looked-through';
import type { PlanDocument } from '../service/plan-document';
import { answer } from './answer';
import { ApiDocuments } from './api-documents';
import type { ClientTraits } from './capabilities';
import { DataColumns } from './data-columns';
import { DiagnosticAnswers } from './diagnostic-answers';
import { DocumentStore } from './document-store';
import { listFiles } from './file-names';
import { FileWatches } from './file-watches';
import { KnownResults } from './last-results';
import { KnownSymbols } from './known-symbols';
import { PlanFiles } from './plan-files';
import { DiagnosticsPublisher } from './publish-diagnostics';
import { SeenTargets } from './seen-metrics';
import { Settings } from './settings';
import { TokenAnswers } from './token-answers';
import { warmUpWhenIdle } from './warm-up';
import type { Host } from './workspace-files';

/** What the client said of itself at the start. */
export interface Session {
  readonly traits: ClientTraits;
  /** `initializationOptions`. */
  readonly options: unknown;
  /** URIs. */
  readonly folders: readonly string[];
}

/** Wires the language features to a connection. @returns what begins when the client is ready. */
export function serve(connection: Connection, { traits, options, folders }: Session, host: Host): () => void {
  const documents = new TextDocuments(TextDocument);
  const files = new PlanFiles((uri) => documents.get(uri)?.getText(), host.files);
  const apis = new ApiDocuments(host.files, (addresses) => {
    if (traits.fetchesApis) void connection.sendNotification(wantedDocumentsMethod, { addresses });
  });
  const watches = new FileWatches(connection, traits.registersWatchers);
  const store = new DocumentStore(files, apis, new DataColumns(host.files), watches.watch.bind(watches));
  const symbols = new KnownSymbols(files, store);
  const settings = new Settings(connection, options, diagnoseAgain);
  const memory = memoryOf(traits, settings, host);
  const publisher = new DiagnosticsPublisher(connection, store, memory);

  function diagnoseAgain(): void {
    if (!traits.pullsDiagnostics) for (const document of documents.all()) publisher.schedule(document);
    else if (traits.refreshesDiagnostics) void connection.languages.diagnostics.refresh();
  }

  function changed(uris: readonly string[]): void {
    for (const uri of uris) if (isPlanName(uri)) files.forget(uri);
    diagnoseAgain();
  }

  connection.onDidChangeWatchedFiles(({ changes }) => {
    const uris = changes.map(({ uri }) => uri);
    for (const uri of uris) host.files.changed?.(uri);
    changed(uris);
  });
  host.onChange?.(changed);
  takeMessages(connection, documents, memory.results, apis, { traits, diagnoseAgain });
  hearMetrics(connection, memory.metrics);
  documents.onDidChangeContent(({ document }) => {
    if (traits.pullsDiagnostics) return;
    publisher.schedule(document);
    for (const other of documents.all())
      if (other !== document && store.dependsOn(other.uri, document.uri)) publisher.schedule(other);
  });
  documents.onDidClose(({ document: { uri } }) => {
    publisher.cancel(uri);
    // What was not saved is no text of the plan any more.
    files.forget(uri);
    for (const kept of [store, memory.tokens, memory.diagnostics]) kept.forget(uri);
    if (!traits.pullsDiagnostics) void connection.sendDiagnostics({ uri, diagnostics: [] });
  });

  const plans = {
    find: (uri: string) => {
      const document = documents.get(uri);
      return document && store.plan(document);
    },
    findAll: (uri: string) => {
      const document = documents.get(uri);
      return document ? store.inPlans(document) : [];
    },
    symbols: () => symbols.all(documents.all()),
  };
  answer(connection, plans, memory);
  documents.listen(connection);
  return () => {
    files.watch(folders);
    if (traits.changesFolders)
      followFolders(connection, folders, (now) => {
        files.watch(now);
        for (const { uri } of documents.all()) store.forget(uri);
        diagnoseAgain();
      });
    warmUpWhenIdle(connection, () => documents.all().length === 0);
    settings.watch(traits).catch((cause: unknown) => {
      connection.console.warn(`the settings could not be read: ${String(cause)}`);
    });
  };
}

/** What answers depend on beside the documents. */
function memoryOf(traits: ClientTraits, settings: Settings, host: Host) {
  return {
    tokens: new TokenAnswers(),
    diagnostics: new DiagnosticAnswers(),
    results: new KnownResults(),
    metrics: new SeenTargets(),
    severity: () => settings.severity,
    pageOf: traits.followsCodes ? host.pageOf() : undefined,
    isShared: (plan: PlanDocument) => traits.hasYamlServer && plan.lines.languageId === 'yaml',
    completion: () => ({
      takesSnippets: traits.takesSnippets,
      outside: host.outsideNames(),
      listFiles: (planUri: string, typed: string, kind: string) =>
        listFiles(host.files, planUri, typed, kind),
    }),
    runsPlans: traits.runsPlans,
    hasPictures: settings.hasPictures,
    resolvesActions: traits.resolvesActions,
  };
}

/** @param change is told all folders that there are now. */
function followFolders(
  connection: Connection,
  folders: readonly string[],
  change: (folders: readonly string[]) => void,
): void {
  let now = folders;
  connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
    const gone = new Set(removed.map(({ uri }) => uri));
    now = [...now.filter((uri) => !gone.has(uri)), ...added.map(({ uri }) => uri)];
    change(now);
  });
}

interface Hearing {
  readonly traits: ClientTraits;
  readonly diagnoseAgain: () => void;
}

/** What clients tell beyond the protocol: results of runs, and OpenAPI documents. */
function takeMessages(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  results: KnownResults,
  apis: ApiDocuments,
  { traits, diagnoseAgain }: Hearing,
): void {
  connection.onNotification(lastResultsMethod, (params: unknown) => {
    const fault = results.replace(params);
    if (fault !== undefined) connection.console.warn(`${lastResultsMethod} was not understood: ${fault}`);
    else if (traits.refreshesLenses) void connection.sendRequest(CodeLensRefreshRequest.type);
  });
  connection.onNotification(apiDocumentsMethod, (params: unknown) => {
    const { fault, isNew } = apis.take(params);
    if (fault !== undefined) connection.console.warn(`${apiDocumentsMethod} was not understood: ${fault}`);
    if (isNew) diagnoseAgain();
  });
  documents.onDidSave(() => {
    // A service that was built anew may have another document.
    if (traits.fetchesApis && apis.wanted.length > 0)
      void connection.sendNotification(wantedDocumentsMethod, { addresses: apis.wanted });
  });
}

function hearMetrics(connection: Connection, metrics: SeenTargets): void {
  connection.onNotification(seenMetricsMethod, (params: unknown) => {
    const fault = metrics.replace(params);
    if (fault !== undefined) connection.console.warn(`${seenMetricsMethod} was not understood: ${fault}`);
  });
}
