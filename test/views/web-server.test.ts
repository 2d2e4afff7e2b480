/** The language server in a real worker of a real browser, with a workspace that it is told. */
import { build } from 'esbuild';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type {
  CompletionList,
  Diagnostic,
  DocumentSymbol,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver-types';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { presentWebPrograms } from '../../scripts/build.mjs';
import { bundles as translations } from '../../scripts/messages.mjs';
import { openBrowser } from './view-page';

const root = path.resolve(import.meta.dirname, '../..');
const origin = 'http://worker.test';
const folder = 'vscode-vfs://github/acme/the%20shop';
const planUri = `${folder}/whole.bench.yaml`;
const partUri = `${folder}/parts/scenarios.bench.yaml`;

const part = `targets:
  web: { url: http://127.0.0.1:9, openapi: api.json }
scenarios:
  browse: { target: web, steps: [{ get: "/items/\${rows.sku}" }] }
`;
const whole = `version: 1
name: Whole
include: [parts/scenarios.bench.yaml]
data:
  rows: { file: rows/all rows.csv }
phases:
  load: { scenarios: [browse], users: 1, for: 5m, warmpu: 10s }
goals:
  - p95(browse) in load < 300ms
`;
const files: readonly (readonly [uri: string, text: string])[] = [
  [`${folder}/rows/all%20rows.csv`, 'sku,title\n1,a\n2,b\n'],
  [`${folder}/api.json`, '{ "openapi": "3.1.0", "info": {}, "paths": { "/items/{sku}": { "get": {} } } }'],
];

const bundle = async () => {
  const shared = { absWorkingDir: root, bundle: true, define: { __BENCHWRIGHT_VERSION__: '"test"' } };
  const results = await Promise.all(
    presentWebPrograms(shared).map((job) => build({ ...job, write: false, metafile: true })),
  );
  return results.flatMap(({ outputFiles, metafile }) =>
    outputFiles.map(({ path: file, text }) => {
      const loaded = Object.values(metafile.outputs).flatMap(({ imports }) => imports);
      return { name: path.basename(file), text, loaded: new Set(loaded.map((one) => one.path)) };
    }),
  );
};

let bundles: Awaited<ReturnType<typeof bundle>>;
let browser: Browser;

beforeAll(async () => {
  [bundles, browser] = await Promise.all([bundle(), openBrowser()]);
});

afterAll(async () => {
  await browser.close();
});

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly uri?: string; readonly diagnostics?: Diagnostic[] };
  readonly result?: unknown;
}

/** A client in the page, led from here. */
class WorkerClient {
  /** The last diagnostics of each document. */
  readonly diagnostics = new Map<string, readonly Diagnostic[]>();
  readonly asked: string[] = [];
  readonly mishaps: string[] = [];
  /** What it reads for the server. */
  readonly files = new Map(files);
  readonly #page: Page;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #count = 0;

  constructor(page: Page) {
    this.#page = page;
  }

  async start(): Promise<void> {
    this.#page.on('pageerror', (error) => this.mishaps.push(error.message));
    this.#page.on('console', (message) => this.mishaps.push(message.text()));
    await this.#page.exposeFunction('received', (message: Message) => this.#receive(message));
    await this.#page.evaluate(() => {
      const global = globalThis as unknown as { received: (data: unknown) => void; server: Worker };
      global.server = new Worker('/web-server.js');
      global.server.onmessage = ({ data }) => {
        global.received(data);
      };
      global.server.onerror = ({ message }) => {
        throw new Error(message);
      };
    });
  }

  async request<R>(method: string, params: object): Promise<R> {
    this.#count += 1;
    const id = this.#count;
    const answered = new Promise<unknown>((resolve) => this.#waiting.set(id, resolve));
    await this.#post({ jsonrpc: '2.0', id, method, params });
    return (await answered) as R;
  }

  notify(method: string, params: object): Promise<void> {
    return this.#post({ jsonrpc: '2.0', method, params });
  }

  #post(message: object): Promise<void> {
    return this.#page.evaluate((data) => {
      (globalThis as unknown as { server: Worker }).server.postMessage(data);
    }, message);
  }

  async #receive({ id, method, params, result }: Message): Promise<void> {
    const { uri = '', diagnostics = [] } = params ?? {};
    if (method === undefined && id !== undefined) this.#waiting.get(id)?.(result);
    if (method === 'textDocument/publishDiagnostics') this.diagnostics.set(uri, diagnostics);
    if (method !== 'benchwright/readFile') return;
    this.asked.push(uri);
    const text = this.files.get(uri);
    const answer = text === undefined ? { ok: false, why: 'missing' } : { ok: true, text };
    await this.#post({ jsonrpc: '2.0', id, result: answer });
  }
}

/** @param options what the client says beside the files of the workspace. */
async function openClient(options: object = {}): Promise<WorkerClient> {
  const page = await browser.newPage();
  const script = bundles.find(({ name }) => name === 'web-server.js')?.text ?? '';
  await page.route('**/*', async (route) => {
    const isScript = new URL(route.request().url()).pathname === '/web-server.js';
    await route.fulfill({
      contentType: isScript ? 'text/javascript' : 'text/html',
      body: isScript ? script : '',
    });
  });
  await page.goto(`${origin}/`);
  const client = new WorkerClient(page);
  await client.start();
  const workspaceFiles = {
    folders: [
      { uri: folder, files: ['whole.bench.yaml', 'api.json'], folders: ['parts', 'rows'] },
      { uri: `${folder}/rows`, files: ['all rows.csv'], folders: [] },
    ],
    plans: [
      { uri: planUri, text: whole },
      { uri: partUri, text: part },
    ],
  };
  await client.request('initialize', {
    processId: null,
    capabilities: {},
    rootUri: folder,
    workspaceFolders: [{ uri: folder, name: 'shop' }],
    initializationOptions: { withoutRuns: true, workspaceFiles, ...options },
  });
  await client.notify('initialized', {});
  for (const [uri, text] of [
    [planUri, whole],
    [partUri, part],
  ] as const)
    await client.notify('textDocument/didOpen', {
      textDocument: { uri, languageId: 'benchwright-plan', version: 1, text },
    });
  return client;
}

/** Where a text stands in another, as the protocol counts, behind it. */
function behind(text: string, wanted: string): { line: number; character: number } {
  const lines = text.slice(0, text.indexOf(wanted) + wanted.length).split('\n');
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

describe('the server in a worker', () => {
  let client: WorkerClient;

  beforeAll(async () => {
    client = await openClient();
  });

  it('checks a plan with the files that it includes, and asks for those that it names', async () => {
    await vi.waitFor(() => {
      expect(client.diagnostics.get(planUri)?.map(({ code }) => code)).toEqual(['unknown-key']);
      expect(client.diagnostics.get(partUri)).toEqual([]);
      expect(new Set(client.asked)).toEqual(new Set(client.files.keys()));
    });
    expect(client.mishaps).toEqual([]);
  });

  it('completes the columns of a data file, files and what an OpenAPI document has', async () => {
    const labels = async (uri: string, text: string, wanted: string): Promise<string[]> => {
      const at = { textDocument: { uri }, position: behind(text, wanted) };
      const found = await client.request<CompletionList | null>('textDocument/completion', at);
      return found?.items.map(({ label }) => label) ?? [];
    };
    expect(await labels(partUri, part, '${rows.')).toEqual(['sku', 'title']);
    expect(await labels(planUri, whole, 'rows/')).toEqual(['rows/all rows.csv']);
  });

  it('renames in both files, has an outline, and formats', async () => {
    const at = { textDocument: { uri: planUri }, position: behind(whole, 'p95(bro') };
    const edit = await client.request<WorkspaceEdit>('textDocument/rename', { ...at, newName: 'look' });
    expect(Object.entries(edit.changes ?? {}).map(([uri, edits]) => [uri, edits.length])).toEqual(
      expect.arrayContaining([
        [planUri, 2],
        [partUri, 1],
      ]),
    );
    const textDocument = { uri: partUri };
    const outline = await client.request<DocumentSymbol[]>('textDocument/documentSymbol', { textDocument });
    expect(outline.at(-1)?.children?.[0]?.children?.[0]?.name).toBe('GET /items/${rows.sku}');
    const options = { tabSize: 2, insertSpaces: true };
    const edits = await client.request<TextEdit[]>('textDocument/formatting', { textDocument, options });
    expect(edits).toEqual([]);
  });

  it('offers to run nothing', async () => {
    expect(await client.request('textDocument/codeLens', { textDocument: { uri: planUri } })).toEqual([]);
  });

  it('notices that a file has changed', async () => {
    const client = await openClient();
    await client.notify('textDocument/didClose', { textDocument: { uri: partUri } });
    const text = part.replace('browse', 'look');
    await client.notify('benchwright/changedFiles', { files: [{ uri: partUri, isThere: true, text }] });
    await vi.waitFor(() => {
      expect(client.diagnostics.get(planUri)?.map(({ code }) => code)).toContain('unknown-scenario');
    });
    const asked = client.asked.length;
    client.files.set(`${folder}/rows/all%20rows.csv`, 'name\n1\n');
    await client.notify('benchwright/changedFiles', {
      files: [
        { uri: partUri, isThere: true, text: part },
        { uri: `${folder}/rows/all%20rows.csv`, isThere: true },
      ],
    });
    await vi.waitFor(() => {
      expect(client.asked.length).toBeGreaterThan(asked);
      expect(client.diagnostics.get(planUri)?.map(({ code }) => code)).not.toContain('unknown-scenario');
    });
    expect(client.mishaps).toEqual([]);
  });
});

it('speaks the language of the client, which tells it the messages', async () => {
  const messages = translations().get('de');
  const client = await openClient({ messages });
  await vi.waitFor(() => {
    expect(new Set(client.asked)).toEqual(new Set(client.files.keys()));
    expect(client.diagnostics.get(planUri)?.map(({ message }) => message)).toEqual([
      expect.stringContaining('meinten Sie `warmup`?'),
    ]);
  });
  expect(client.mishaps).toEqual([]);
});

it('brings along all that it needs: nothing of Node is loaded', () => {
  expect(bundles.map(({ name }) => name).sort()).toEqual(['web-extension.cjs', 'web-server.js']);
  for (const { name, text, loaded } of bundles) {
    expect([...loaded], name).toEqual(name === 'web-extension.cjs' ? ['vscode'] : []);
    expect(text, name).not.toMatch(/["']node:/);
  }
});
