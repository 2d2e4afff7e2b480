import { TextDocuments, type Connection } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { answer } from './answer';
import { describeServer, traitsOf, type ClientTraits } from './capabilities';
import { DocumentStore } from './document-store';
import { DiagnosticsPublisher } from './publish-diagnostics';
import { TokenAnswers } from './token-answers';

/** Wires the language features to a connection; the caller starts listening. */
export function serve(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  const store = new DocumentStore();
  const tokens = new TokenAnswers();
  const publisher = new DiagnosticsPublisher(connection, store);
  let traits: ClientTraits = traitsOf({});

  connection.onInitialize(({ capabilities }) => {
    traits = traitsOf(capabilities);
    return describeServer(traits);
  });
  documents.onDidChangeContent(({ document }) => {
    if (!traits.pullsDiagnostics) publisher.schedule(document);
  });
  documents.onDidClose(({ document }) => {
    publisher.cancel(document.uri);
    store.forget(document.uri);
    tokens.forget(document.uri);
    if (!traits.pullsDiagnostics) void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });

  const plans = {
    find: (uri: string) => {
      const document = documents.get(uri);
      return document && store.plan(document);
    },
    all: () => documents.all().map((document) => store.plan(document)),
  };
  answer(connection, plans, tokens);
  documents.listen(connection);
}
