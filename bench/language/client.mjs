// A client of a language server over stdio, the same for every server that is measured.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';

/** @returns the client and how long the server took from its start to its first answer, in milliseconds. */
export async function startServer(program, { flags = [], env = {}, settings, folder }) {
  const started = performance.now();
  const server = spawn(process.execPath, [...flags, program, '--stdio'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...env, ...process.env },
  });
  const connection = createMessageConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  connection.onRequest('workspace/configuration', ({ items }) =>
    items.map(({ section }) => settings[section] ?? null),
  );
  connection.onRequest('client/registerCapability', () => null);
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: folder,
    workspaceFolders: [{ uri: folder, name: 'bench' }],
    capabilities: {
      workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
      textDocument: {
        foldingRange: { lineFoldingOnly: true },
        documentSymbol: { hierarchicalDocumentSymbolSupport: true },
        completion: { completionItem: { documentationFormat: ['markdown'] } },
      },
    },
  });
  const startMs = performance.now() - started;
  await connection.sendNotification('initialized', {});
  await connection.sendNotification('workspace/didChangeConfiguration', { settings });
  return {
    connection,
    startMs,
    memoryMb: () => residentMb(server.pid),
    stop: () => stop(connection, server),
  };
}

function residentMb(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

function stop(connection, server) {
  connection.dispose();
  server.kill('SIGKILL');
}

/** The next diagnostics of a document. Servers that do not tell the version are taken at their word. */
export function nextDiagnostics(connection, uri, version) {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => {
      listening.dispose();
      reject(new Error(`no diagnostics of ${uri} within a minute`));
    }, 60_000);
    const listening = connection.onNotification('textDocument/publishDiagnostics', (params) => {
      if (params.uri !== uri || (params.version !== undefined && params.version < version)) return;
      clearTimeout(deadline);
      listening.dispose();
      resolve(params.diagnostics);
    });
  });
}
