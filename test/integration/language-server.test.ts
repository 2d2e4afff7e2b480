import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';

const uri = 'file:///shop.bench.yaml';
const misspelt = 'version: 1\nname: x\ntargest: {}\n';

interface Diagnostics {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly { readonly message: string; readonly code: string }[];
}

let server: ChildProcess;
let connection: MessageConnection;

async function start(capabilities: object): Promise<{ capabilities: Record<string, unknown> }> {
  server = spawn(process.execPath, [path.resolve('dist/server.cjs'), '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  connection = createMessageConnection(
    new StreamMessageReader(server.stdout!),
    new StreamMessageWriter(server.stdin!),
  );
  connection.listen();
  const result = await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities,
  });
  await connection.sendNotification('initialized', {});
  return result as { capabilities: Record<string, unknown> };
}

async function open(text: string): Promise<void> {
  const textDocument = { uri, languageId: 'benchwright-plan', version: 1, text };
  await connection.sendNotification('textDocument/didOpen', { textDocument });
}

function nextDiagnostics(): Promise<Diagnostics> {
  return new Promise((resolve) => {
    const listening = connection.onNotification('textDocument/publishDiagnostics', (params: Diagnostics) => {
      listening.dispose();
      resolve(params);
    });
  });
}

afterEach(() => {
  connection.dispose();
  server.kill('SIGKILL');
});

describe('the bundled language server over stdio', () => {
  it('sends diagnostics to a client without capabilities, again after each edit', async () => {
    await start({});
    const first = nextDiagnostics();
    await open(misspelt);
    const found = await first;
    expect(found).toMatchObject({ uri, version: 1 });
    expect(found.diagnostics.map(({ message }) => message).join()).toContain('targets');

    const second = nextDiagnostics();
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [
        { range: { start: { line: 2, character: 0 }, end: { line: 2, character: 7 } }, text: 'targets' },
      ],
    });
    const after = await second;
    expect(after.version).toBe(2);
    expect(after.diagnostics.map(({ message }) => message).join()).not.toContain('targest');
  });

  it('lets a client that can ask for diagnostics ask', async () => {
    const { capabilities } = await start({ textDocument: { diagnostic: {} } });
    expect(capabilities['diagnosticProvider']).toBeDefined();
    await open(misspelt);
    const report = await connection.sendRequest<{ items: Diagnostics['diagnostics'] }>(
      'textDocument/diagnostic',
      {
        textDocument: { uri },
      },
    );
    expect(report.items.length).toBeGreaterThan(0);
  });

  it('answers every feature for a document that is not open, too', async () => {
    await start({});
    const position = { line: 0, character: 0 };
    const textDocument = { uri: 'file:///other.bench.yaml' };
    const ask = (method: string, more: object = {}) =>
      connection.sendRequest(`textDocument/${method}`, { textDocument, position, ...more });
    const answers = await Promise.all([
      ask('hover'),
      ask('completion'),
      ask('definition'),
      ask('references', { context: { includeDeclaration: true } }),
      ask('rename', { newName: 'x' }),
      ask('documentSymbol'),
      ask('codeLens'),
    ]);
    expect(answers).toEqual([null, null, null, null, null, null, null]);
  });

  it('answers a rename that would break the plan with the reason', async () => {
    await start({});
    await open('version: 1\nname: x\nscenarios:\n  browse: { steps: [{ get: / }] }\n');
    const ask = (newName: string) =>
      connection.sendRequest('textDocument/rename', {
        textDocument: { uri },
        position: { line: 3, character: 3 },
        newName,
      });
    await expect(ask('true')).rejects.toThrow('YAML reads `true` as a value of its own, not as a name');
    expect(await ask('look')).toMatchObject({ changes: { [uri]: [{ newText: 'look' }] } });
  });

  it('offers a run lens on each phase', async () => {
    await start({});
    await open(`${misspelt}phases:\n  smoke: { scenarios: [a], users: 1, for: 1s }\n`);
    const lenses = await connection.sendRequest<{ command: { arguments: unknown[] } }[]>(
      'textDocument/codeLens',
      {
        textDocument: { uri },
      },
    );
    expect(lenses.map(({ command }) => command.arguments)).toEqual([[uri], [uri, 'smoke']]);
  });

  it('ends with code 0 when it is told to, and with its client when it is not', async () => {
    await start({});
    await connection.sendRequest('shutdown');
    const exited = once(server, 'exit');
    await connection.sendNotification('exit');
    expect(await exited).toEqual([0, null]);

    await start({});
    const ended = once(server, 'exit');
    server.stdin!.end();
    const [code, signal] = (await ended) as [number | null, string | null];
    expect(signal).toBeNull();
    expect(code).not.toBeNull();
  });
});
