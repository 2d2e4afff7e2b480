import {
  CodeActionKind,
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  ResponseError,
  TextDocuments,
  TextDocumentSyncKind,
  type ClientCapabilities,
  type Connection,
  type InitializeResult,
  type RenameParams,
  type TextDocumentPositionParams,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { codeActions, fixAll } from '../service/code-actions';
import { codeLenses } from '../service/code-lens';
import { complete, completionTriggers } from '../service/completion';
import { diagnose } from '../service/diagnostics';
import { documentSymbols } from '../service/document-symbols';
import { hover } from '../service/hover';
import { definition, highlights, prepareRename, references, rename } from '../service/names';
import type { PlanDocument } from '../service/plan-document';
import { DocumentStore } from './document-store';
import { fenced } from './fence';
import { DiagnosticsPublisher } from './publish-diagnostics';

/** Filled in when the server is bundled. */
declare const __BENCHWRIGHT_VERSION__: string;

/** Wires the language features to a connection; the caller starts listening. */
export function serve(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  const store = new DocumentStore();
  const publisher = new DiagnosticsPublisher(connection, store);
  let pulls = false;

  connection.onInitialize(({ capabilities }) => {
    pulls = capabilities.textDocument?.diagnostic !== undefined;
    return describeServer(capabilities, pulls);
  });
  documents.onDidChangeContent(({ document }) => {
    if (!pulls) publisher.schedule(document);
  });
  documents.onDidClose(({ document }) => {
    publisher.cancel(document.uri);
    store.forget(document.uri);
    if (!pulls) void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });

  answer(connection, (uri) => {
    const document = documents.get(uri);
    return document && store.plan(document);
  });
  documents.listen(connection);
}

type FindPlan = (uri: string) => PlanDocument | undefined;

/** Registers the handlers; a document that is not open is answered with nothing, never with an error. */
function answer(connection: Connection, find: FindPlan): void {
  const on = <P extends { textDocument: { uri: string } }, R>(
    feature: string,
    fallback: R,
    handle: (plan: PlanDocument, params: P) => R,
  ) =>
    fenced<P, R>(connection, feature, fallback, (params) => {
      const plan = find(params.textDocument.uri);
      return plan ? handle(plan, params) : fallback;
    });
  const at = <R>(feature: string, fallback: R, handle: (plan: PlanDocument, offset: number) => R) =>
    on<TextDocumentPositionParams, R>(feature, fallback, (plan, { position }) =>
      handle(plan, plan.lines.offsetAt(position)),
    );

  connection.languages.diagnostics.on(
    on('diagnostics', { kind: DocumentDiagnosticReportKind.Full, items: [] }, (plan) => ({
      kind: DocumentDiagnosticReportKind.Full,
      items: diagnose(plan),
    })),
  );
  connection.onHover(at('hover', null, hover));
  connection.onCompletion(at('completion', null, complete));
  connection.onDefinition(at('definition', null, definition));
  connection.onDocumentHighlight(at('highlight', null, highlights));
  connection.onPrepareRename(at('prepareRename', null, prepareRename));
  connection.onReferences(
    on('references', null, (plan, { position, context }) =>
      references(plan, plan.lines.offsetAt(position), context.includeDeclaration),
    ),
  );
  connection.onRenameRequest(
    on<RenameParams, WorkspaceEdit | ResponseError | null>('rename', null, (plan, { position, newName }) => {
      const renaming = rename(plan, plan.lines.offsetAt(position), newName);
      return renaming.ok ? renaming.edit : new ResponseError(LSPErrorCodes.RequestFailed, renaming.reason);
    }),
  );
  connection.onDocumentSymbol(on('symbols', null, documentSymbols));
  connection.onCodeLens(on('codeLens', null, codeLenses));
  connection.onCodeAction(
    on('codeAction', null, (plan, { range, context }) => {
      const all = context.only?.some((kind) => kind.startsWith(CodeActionKind.SourceFixAll));
      if (all !== true) return codeActions(plan, range);
      const fixes = fixAll(plan);
      return fixes ? [fixes] : [];
    }),
  );
}

function describeServer(_client: ClientCapabilities, pulls: boolean): InitializeResult {
  return {
    serverInfo: { name: 'benchwright', version: __BENCHWRIGHT_VERSION__ },
    capabilities: {
      textDocumentSync: TextDocumentSyncKind.Incremental,
      hoverProvider: true,
      completionProvider: { triggerCharacters: completionTriggers },
      codeLensProvider: {},
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.SourceFixAll] },
      definitionProvider: true,
      referencesProvider: true,
      documentHighlightProvider: true,
      documentSymbolProvider: true,
      renameProvider: { prepareProvider: true },
      ...(pulls && { diagnosticProvider: { interFileDependencies: false, workspaceDiagnostics: false } }),
    },
  };
}
