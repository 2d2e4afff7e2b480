import { TextDocuments, type Connection } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { answer } from './answer';
import { describeServer, traitsOf, type ClientTraits } from './capabilities';
import { DiagnosticAnswers } from './diagnostic-answers';
import { DocumentStore } from './document-store';
import { DiagnosticsPublisher } from './publish-diagnostics';
import { Settings } from './settings';
import { TokenAnswers } from './token-answers';

/** Wires the language features to a connection; the caller starts listening. */
export function serve(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  const store = new DocumentStore();
  const memory = {
    tokens: new TokenAnswers(),
    diagnostics: new DiagnosticAnswers(),
    severity: () => settings.severity,
  };
  const publisher = new DiagnosticsPublisher(connection, store, memory.severity);
  let traits: ClientTraits = traitsOf({});
  const settings = new Settings(connection, diagnoseAgain);

  function diagnoseAgain(): void {
    if (!traits.pullsDiagnostics) for (const document of documents.all()) publisher.schedule(document);
    else if (traits.refreshesDiagnostics) void connection.languages.diagnostics.refresh();
  }

  connection.onInitialize(({ capabilities, initializationOptions }) => {
    traits = traitsOf(capabilities);
    settings.start(initializationOptions);
    return describeServer(traits);
  });
  connection.onInitialized(() => {
    settings.watch(traits).catch((cause: unknown) => {
      connection.console.warn(`the settings could not be read: ${String(cause)}`);
    });
  });
  documents.onDidChangeContent(({ document }) => {
    if (!traits.pullsDiagnostics) publisher.schedule(document);
  });
  documents.onDidClose(({ document: { uri } }) => {
    publisher.cancel(uri);
    for (const kept of [store, memory.tokens, memory.diagnostics]) kept.forget(uri);
    if (!traits.pullsDiagnostics) void connection.sendDiagnostics({ uri, diagnostics: [] });
  });

  const plans = {
    find: (uri: string) => {
      const document = documents.get(uri);
      return document && store.plan(document);
    },
    all: () => documents.all().map((document) => store.plan(document)),
  };
  answer(connection, plans, memory);
  documents.listen(connection);
}
