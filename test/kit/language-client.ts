/** A client of the bundled language server over its real wire. */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';

export interface Diagnostics {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly {
    readonly message: string;
    readonly code: string;
    readonly severity: number;
  }[];
}

export interface LanguageClient {
  readonly server: ChildProcess;
  readonly connection: MessageConnection;
  readonly initialized: { readonly capabilities: Record<string, unknown> };
  open(uri: string, text: string): Promise<void>;
  /** Replaces the whole text. */
  change(uri: string, version: number, text: string): Promise<void>;
  ask<T = unknown>(method: string, params: object): Promise<T>;
  nextDiagnostics(of?: string): Promise<Diagnostics>;
  close(): void;
}

/** What an editor with everything says of itself, as far as the server asks. */
export const fullCapabilities = {
  textDocument: {
    diagnostic: { dynamicRegistration: true, relatedDocumentSupport: true },
    foldingRange: { lineFoldingOnly: true },
    completion: {
      completionItem: { snippetSupport: true, resolveSupport: { properties: ['documentation'] } },
    },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } } },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
  },
  workspace: {
    workspaceFolders: true,
    configuration: true,
    diagnostics: { refreshSupport: true },
    codeLens: { refreshSupport: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
  },
} as const;

export async function startServer(
  capabilities: object,
  more: object = {},
  program: readonly string[] = [path.resolve('dist/server.cjs'), '--stdio'],
  settings: object = {},
): Promise<LanguageClient> {
  const server = spawn(process.execPath, program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createMessageConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  connection.onRequest('client/registerCapability', () => null);
  connection.onRequest('workspace/diagnostic/refresh', () => null);
  connection.onRequest('workspace/codeLens/refresh', () => null);
  connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
    items.map(() => settings),
  );
  connection.listen();
  const initialized = await connection.sendRequest<{ capabilities: Record<string, unknown> }>('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities,
    ...more,
  });
  await connection.sendNotification('initialized', {});
  return {
    server,
    connection,
    initialized,
    open: (uri, text) =>
      connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'benchwright-plan', version: 1, text },
      }),
    change: (uri, version, text) =>
      connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      }),
    ask: (method, params) => connection.sendRequest(method, params),
    nextDiagnostics: (of) =>
      new Promise((resolve) => {
        const listening = connection.onNotification(
          'textDocument/publishDiagnostics',
          (params: Diagnostics) => {
            if (of !== undefined && params.uri !== of) return;
            listening.dispose();
            resolve(params);
          },
        );
      }),
    close: () => {
      connection.dispose();
      server.kill('SIGKILL');
    },
  };
}
