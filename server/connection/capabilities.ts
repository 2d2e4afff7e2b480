import {
  CodeActionKind,
  PositionEncodingKind,
  TextDocumentSyncKind,
  type ClientCapabilities,
  type InitializeResult,
} from 'vscode-languageserver';
import {
  completionTriggers,
  organiseKind,
  organiseMapKind,
  signatureTriggers,
  tokenLegend,
} from '../service/announced';

/** Filled in when the server is bundled. */
declare const __BENCHWRIGHT_VERSION__: string;

/** What of the client decides how the server answers. Every capability may be missing. */
export interface ClientTraits {
  readonly pullsDiagnostics: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly refreshesLenses: boolean;
  /** Tells when folders join or leave the workspace. */
  readonly changesFolders: boolean;
  /** Shows where a problem is explained. */
  readonly followsCodes: boolean;
  readonly asksSettings: boolean;
  readonly registersSettings: boolean;
  readonly registersWatchers: boolean;
  readonly takesSnippets: boolean;
  /** Asks for the edit of an action once it is chosen, and sends back what came with the action. */
  readonly resolvesActions: boolean;
  /** Fetches OpenAPI documents for the server, which opens no connection. */
  readonly fetchesApis: boolean;
  /** Another server answers for documents of YAML, by the JSON Schema of the format. */
  readonly hasYamlServer: boolean;
  /** Has a machine on which plans are run. */
  readonly runsPlans: boolean;
}

/** @param options `initializationOptions`, in which clients say what the protocol has no words for. */
export function traitsOf({ textDocument, workspace }: ClientCapabilities, options?: unknown): ClientTraits {
  return {
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    changesFolders: workspace?.workspaceFolders === true,
    followsCodes: followsCodes(textDocument),
    refreshesLenses: workspace?.codeLens?.refreshSupport === true,
    asksSettings: workspace?.configuration === true,
    registersSettings: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    registersWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    takesSnippets: takesSnippets(textDocument),
    resolvesActions: resolvesActions(textDocument),
    fetchesApis: isSaid(options, 'apiDocuments'),
    hasYamlServer: isSaid(options, 'yamlServer'),
    runsPlans: !isSaid(options, 'withoutRuns'),
  };
}

function followsCodes(textDocument: ClientCapabilities['textDocument']): boolean {
  return textDocument?.publishDiagnostics?.codeDescriptionSupport === true;
}

function takesSnippets(textDocument: ClientCapabilities['textDocument']): boolean {
  return textDocument?.completion?.completionItem?.snippetSupport === true;
}

function resolvesActions(textDocument: ClientCapabilities['textDocument']): boolean {
  const { dataSupport, resolveSupport } = textDocument?.codeAction ?? {};
  return dataSupport === true && resolveSupport?.properties.includes('edit') === true;
}

function isSaid(options: unknown, key: 'apiDocuments' | 'yamlServer' | 'withoutRuns'): boolean {
  return (options as Readonly<Record<string, unknown>> | null | undefined)?.[key] === true;
}

export function describeServer(traits: ClientTraits): InitializeResult {
  const { pullsDiagnostics, changesFolders, resolvesActions: resolveProvider } = traits;
  return {
    serverInfo: { name: 'benchwright', version: __BENCHWRIGHT_VERSION__ },
    capabilities: {
      // What every client counts in, whatever else it offers; the text of a plan is counted so everywhere.
      positionEncoding: PositionEncodingKind.UTF16,
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      hoverProvider: true,
      completionProvider: { triggerCharacters: completionTriggers, resolveProvider: true },
      signatureHelpProvider: { triggerCharacters: signatureTriggers },
      codeLensProvider: {},
      codeActionProvider: {
        codeActionKinds: [
          CodeActionKind.QuickFix,
          CodeActionKind.SourceFixAll,
          organiseKind,
          organiseMapKind,
        ],
        resolveProvider,
      },
      documentFormattingProvider: true,
      documentRangeFormattingProvider: true,
      documentOnTypeFormattingProvider: { firstTriggerCharacter: '\n' },
      definitionProvider: true,
      referencesProvider: true,
      documentHighlightProvider: true,
      documentSymbolProvider: true,
      workspaceSymbolProvider: true,
      renameProvider: { prepareProvider: true },
      foldingRangeProvider: true,
      selectionRangeProvider: true,
      documentLinkProvider: {},
      callHierarchyProvider: true,
      ...(changesFolders && {
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      }),
      inlayHintProvider: true,
      semanticTokensProvider: { legend: tokenLegend, full: { delta: true }, range: true },
      ...(pullsDiagnostics && {
        diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: false },
      }),
    },
  };
}
