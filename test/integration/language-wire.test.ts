import { afterEach, describe, expect, it } from 'vitest';
import { LSPErrorCodes } from 'vscode-languageserver';
import { StreamMessageReader, type ResponseMessage } from 'vscode-jsonrpc/node';
import { fullCapabilities, startServer, type LanguageClient } from '../kit/language-client';

const uri = 'file:///shop.bench.yaml';
const textDocument = { uri };
/** Of two code units, and of two code points that are read as one letter. */
const wide = '🛒 cafe\u0301';
const shop = `version: 1
name: Shop
targets:
  shop: { url: http://127.0.0.1:8000 }
scenarios:
  browse:
    steps:
      - { post: /tasks, headers: { x-kind: "${wide}" }, capture: { id: $.id }, tmieout: 3s }
      - { get: "/tasks/\${id}", headers: { x-kind: "${wide}" }, success: 'status == 200' }
phases:
  load: { rate: 5/s, for: 10m, scenarios: [browse] }
`;
const lines = shop.split('\n');
/** Where a word begins in the line that has it, in code units. */
const placeOf = (line: number, word: string) => ({ line, character: lines[line]!.indexOf(word) });

interface Range {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}
const wordAt = ({ start, end }: Range): string => lines[start.line]!.slice(start.character, end.character);

let client: LanguageClient;

afterEach(() => {
  client.close();
});

describe('a request that is cancelled', () => {
  const frame = (message: object): string => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  };

  /** Sent at once, as they lie there for a server that was busy. */
  async function answersTo(messages: readonly object[], ids: readonly string[]) {
    const answers = new Map<string, ResponseMessage>();
    const reader = new StreamMessageReader(client.server.stdout!);
    const complete = new Promise<void>((resolve) => {
      reader.listen((message) => {
        const answer = message as ResponseMessage;
        if (typeof answer.id === 'string') answers.set(answer.id, answer);
        if (ids.every((id) => answers.has(id))) resolve();
      });
    });
    client.server.stdin!.write(messages.map(frame).join(''));
    await complete;
    return answers;
  }

  it.each(['hover', 'completion', 'rename', 'codeAction', 'diagnostic', 'semanticTokens/full'])(
    'for %s is answered as such, and the next one as ever',
    async (feature) => {
      client = await startServer(fullCapabilities);
      await client.open(uri, shop);
      const range = { start: placeOf(7, 'post'), end: placeOf(7, 'post') };
      const at = { textDocument, position: placeOf(7, 'id:'), newName: 'task', range };
      const params = { ...at, context: { diagnostics: [] } };
      const method = `textDocument/${feature}`;
      const answers = await answersTo(
        [
          { id: 'cancelled', method, params },
          { method: '$/cancelRequest', params: { id: 'cancelled' } },
          { id: 'next', method, params },
          // What was never asked, or is answered already.
          { method: '$/cancelRequest', params: { id: 'never' } },
          { id: 'last', method, params },
        ],
        ['cancelled', 'next', 'last'],
      );
      expect(answers.get('cancelled')?.error?.code).toBe(LSPErrorCodes.RequestCancelled);
      for (const id of ['next', 'last']) {
        expect(answers.get(id)?.error).toBeUndefined();
        expect(answers.get(id)?.result).not.toBeNull();
      }
    },
  );
});

describe('places behind letters of more than one byte', () => {
  it('are counted in code units, also for a client that would rather count bytes', async () => {
    client = await startServer({ general: { positionEncodings: ['utf-8', 'utf-16'] } });
    expect(client.initialized.capabilities).toMatchObject({ positionEncoding: 'utf-16' });
  });

  it('are where diagnostics, hovers, completions and renames say', async () => {
    client = await startServer({});
    const told = client.nextDiagnostics();
    await client.open(uri, shop);
    const { diagnostics } = await told;
    expect(diagnostics.map((one) => wordAt((one as unknown as { range: Range }).range))).toEqual(['tmieout']);

    const hover = await client.ask<{ range: Range; contents: { value: string } }>('textDocument/hover', {
      textDocument,
      position: placeOf(8, 'success'),
    });
    expect(wordAt(hover.range)).toBe('success');

    const list = await client.ask<{ items: { label: string; textEdit: { range: Range } }[] }>(
      'textDocument/completion',
      { textDocument, position: { line: 7, character: lines[7]!.indexOf('tmieout') + 2 } },
    );
    const timeout = list.items.find(({ label }) => label === 'timeout');
    expect(wordAt(timeout!.textEdit.range)).toBe('tmieout');

    const { changes } = await client.ask<{ changes: Record<string, { range: Range; newText: string }[]> }>(
      'textDocument/rename',
      { textDocument, position: placeOf(7, 'id:'), newName: 'task' },
    );
    expect(changes[uri]!.map(({ range, newText }) => [range.start.line, wordAt(range), newText])).toEqual([
      [7, 'id', 'task'],
      [8, 'id', 'task'],
    ]);
  });

  it('are replaced where an edit of a part says', async () => {
    client = await startServer({});
    const first = client.nextDiagnostics();
    await client.open(uri, shop);
    await first;
    const second = client.nextDiagnostics();
    const start = placeOf(7, 'tmieout');
    await client.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [
        { range: { start, end: { ...start, character: start.character + 7 } }, text: 'timeout' },
      ],
    });
    expect(await second).toMatchObject({ version: 2, diagnostics: [] });
  });
});

describe('the order of keys', () => {
  interface Action {
    readonly kind: string;
    readonly title: string;
    readonly edit?: { readonly changes: Record<string, { newText: string }[]> };
  }
  const plan = shop.replace(
    /phases:[^]*/,
    'phases:\n  load:\n    for: 10m\n    rate: 5/s\n    scenarios: [browse]\n',
  );
  const resolving = {
    textDocument: {
      codeAction: { dataSupport: true, resolveSupport: { properties: ['edit'] } },
    },
  };
  const place = { line: 11, character: 5 };
  const offered = async (capabilities: object): Promise<Action> => {
    client = await startServer(capabilities);
    await client.open(uri, plan);
    const actions = await client.ask<Action[]>('textDocument/codeAction', {
      textDocument,
      range: { start: place, end: place },
      context: { diagnostics: [] },
    });
    return actions.find(({ kind }) => kind === 'refactor.rewrite.organize')!;
  };

  it('is worked out when it is chosen, for a client that asks then', async () => {
    const whole = await offered({});
    expect(client.initialized.capabilities).toMatchObject({ codeActionProvider: { resolveProvider: false } });
    expect(whole.edit?.changes[uri]).toHaveLength(1);
    client.close();

    const bare = await offered(resolving);
    expect(client.initialized.capabilities).toMatchObject({ codeActionProvider: { resolveProvider: true } });
    expect(bare).not.toHaveProperty('edit');
    expect(bare.title).toBe(whole.title);
    expect((await client.ask<Action>('codeAction/resolve', bare)).edit).toEqual(whole.edit);
  });

  it('is refused with the reason where the plan has changed since, and nothing is done to a closed one', async () => {
    const bare = await offered(resolving);
    await client.change(uri, 2, `# ${plan}`);
    await expect(client.ask('codeAction/resolve', bare)).rejects.toThrow('The plan has changed since');
    await client.connection.sendNotification('textDocument/didClose', { textDocument });
    expect(await client.ask('codeAction/resolve', bare)).toEqual(bare);
  });
});
