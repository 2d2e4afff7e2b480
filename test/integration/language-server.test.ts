import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  apiDocumentsMethod,
  expandedPlanMethod,
  lastResultsMethod,
  loadShapeMethod,
  seenMetricsMethod,
  wantedDocumentsMethod,
} from '../../protocol/language';
import { apiText } from '../kit/api-documents';
import { fullCapabilities, startServer, type Diagnostics, type LanguageClient } from '../kit/language-client';
import { shopPlan } from '../kit/shop-plan';

const uri = 'file:///shop.bench.yaml';
const misspelt = 'version: 1\nname: x\ntargest: {}\n';
const shop = shopPlan({
  steps: '      - think: 90s\n',
  phases: '  load: { scenarios: [browse], rate: 300/m, for: 10m }\n',
});

let client: LanguageClient;

afterEach(() => {
  client.close();
});

describe('the bundled language server over stdio', () => {
  it('sends diagnostics to a client without capabilities, again after each edit', async () => {
    client = await startServer({});
    const first = client.nextDiagnostics();
    await client.open(uri, misspelt);
    const found = await first;
    expect(found).toMatchObject({ uri, version: 1 });
    expect(found.diagnostics.map(({ message }) => message).join()).toContain('targets');

    const second = client.nextDiagnostics();
    await client.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [
        { range: { start: { line: 2, character: 0 }, end: { line: 2, character: 7 } }, text: 'targets' },
      ],
    });
    const after = await second;
    expect(after.version).toBe(2);
    expect(after.diagnostics.map(({ message }) => message).join()).not.toContain('targest');
  });

  it.each([
    ['de', 'Ein Plan hat keinen Schlüssel `targest`; meinten Sie `targets`?', 'In targets ändern'],
    ['fr', 'A plan has no key `targest`; did you mean `targets`?', 'Change to targets'],
  ])(
    'tells a client that speaks %s problems and fixes in its language, else in English',
    async (locale, message, title) => {
      client = await startServer(fullCapabilities, { locale });
      await client.open(uri, misspelt);
      const { items } = await client.ask<{ items: Diagnostics['diagnostics'] }>('textDocument/diagnostic', {
        textDocument: { uri },
      });
      expect(items.map((item) => item.message)).toContain(message);
      const range = { start: { line: 2, character: 0 }, end: { line: 2, character: 7 } };
      const actions = await client.ask<{ title: string }[]>('textDocument/codeAction', {
        textDocument: { uri },
        range,
        context: { diagnostics: items },
      });
      expect(actions.map((action) => action.title)).toContain(title);
    },
  );

  it('lets a client that can ask for diagnostics ask', async () => {
    client = await startServer(fullCapabilities);
    expect(client.initialized.capabilities['diagnosticProvider']).toBeDefined();
    await client.open(uri, misspelt);
    const report = await client.ask<{ items: Diagnostics['diagnostics'] }>('textDocument/diagnostic', {
      textDocument: { uri },
    });
    expect(report.items.length).toBeGreaterThan(0);
  });

  it('leads from a problem to where it is explained, a client that follows it', async () => {
    const told = async (capabilities: object) => {
      client = await startServer(capabilities);
      const next = client.nextDiagnostics();
      await client.open(uri, misspelt);
      const [first] = (await next).diagnostics as readonly {
        code: string;
        codeDescription?: { href: string };
      }[];
      client.close();
      return first;
    };
    const followed = await told({ textDocument: { publishDiagnostics: { codeDescriptionSupport: true } } });
    const [file = '', line] = followed?.codeDescription?.href.split('#L') ?? [];
    const lines = (await readFile(new URL(file), 'utf8')).split('\n');
    expect(lines[Number(line) - 1]).toBe(`## ${followed?.code ?? ''}`);
    expect(await told({})).not.toHaveProperty('codeDescription');
  });

  it('answers a rename that would break the plan with the reason', async () => {
    client = await startServer({});
    await client.open(uri, 'version: 1\nname: x\nscenarios:\n  browse: { steps: [{ get: / }] }\n');
    const ask = (newName: string) =>
      client.ask('textDocument/rename', {
        textDocument: { uri },
        position: { line: 3, character: 3 },
        newName,
      });
    await expect(ask('true')).rejects.toThrow('YAML reads `true` as a value of its own, not as a name');
    expect(await ask('look')).toMatchObject({ changes: { [uri]: [{ newText: 'look' }] } });
  });

  it('shows the plan as it is run and its loads, with where they are written, and answers what is no question', async () => {
    client = await startServer({});
    await client.open(uri, shop);
    const question = { textDocument: { uri }, environment: null };
    const expanded = await client.ask<{ text: string; origins: unknown[] }>(expandedPlanMethod, question);
    const at = expanded.text.split('\n').findIndex((line) => line.includes('rate: 300/m'));
    expect(expanded.text).toContain('drain: 5s # default');
    expect(expanded.origins[at]).toMatchObject({ uri, range: { start: { line: 10, character: 31 } } });
    expect(await client.ask(loadShapeMethod, question)).toMatchObject({
      planUri: uri,
      phases: [{ name: 'load', unit: 'per-second', peak: 5, durationMs: 600_000, requests: 3000 }],
    });
    for (const method of [expandedPlanMethod, loadShapeMethod]) {
      expect(await client.ask(method, { nonsense: true })).toBeNull();
      const other = { ...question, textDocument: { uri: 'file:///other.bench.yaml' } };
      expect(await client.ask(method, other)).toBeNull();
    }
  });

  it('sends a picture of a load to a client that says it shows pictures, and blocks to all others', async () => {
    const at = { textDocument: { uri }, position: { line: 10, character: 4 } };
    const told = async (): Promise<string> => {
      await client.open(uri, shop);
      const { contents } = await client.ask<{ contents: { value: string } }>('textDocument/hover', at);
      return contents.value;
    };
    client = await startServer({});
    expect(await told()).toMatch(/`[▁-█]{24}` 10m/);
    client.close();
    client = await startServer({}, { initializationOptions: { hover: { pictures: true } } });
    expect(await told()).toContain('](data:image/svg+xml;utf8,');
  });

  it('offers a run lens on each phase', async () => {
    client = await startServer({});
    await client.open(uri, `${misspelt}phases:\n  smoke: { scenarios: [a], users: 1, for: 1s }\n`);
    const lenses = await client.ask<{ command: { arguments: unknown[] } }[]>('textDocument/codeLens', {
      textDocument: { uri },
    });
    expect(lenses.map(({ command }) => command.arguments)).toEqual([[uri], [uri, 'smoke']]);
  });

  it('ends with code 0 when it is told to, and with its client when it is not', async () => {
    client = await startServer({});
    await client.ask('shutdown', {});
    const exited = once(client.server, 'exit');
    await client.connection.sendNotification('exit');
    expect(await exited).toEqual([0, null]);

    client = await startServer({});
    const ended = once(client.server, 'exit');
    client.server.stdin!.end();
    const [code, signal] = (await ended) as [number | null, string | null];
    expect(signal).toBeNull();
    expect(code).not.toBeNull();
  });
});

describe.each([
  ['without capabilities', {}],
  ['with every capability', fullCapabilities],
])('every feature for a client %s', (_, capabilities) => {
  const position = { line: 10, character: 24 };
  const range = { start: { line: 0, character: 0 }, end: { line: 11, character: 0 } };
  const features = {
    hover: {},
    completion: {},
    signatureHelp: { position: { line: 12, character: 8 } },
    definition: {},
    references: { context: { includeDeclaration: true } },
    documentHighlight: {},
    prepareRename: {},
    prepareCallHierarchy: {},
    documentSymbol: {},
    codeLens: {},
    foldingRange: {},
    documentLink: {},
    selectionRange: { positions: [position] },
    inlayHint: { range },
    'semanticTokens/full': {},
    'semanticTokens/range': { range },
    codeAction: { range, context: { diagnostics: [] } },
    formatting: { options: { tabSize: 2, insertSpaces: true } },
    rangeFormatting: { range, options: { tabSize: 2, insertSpaces: true } },
    onTypeFormatting: { ch: '\n', options: { tabSize: 2, insertSpaces: true } },
  };

  it('is answered', async () => {
    client = await startServer(capabilities);
    await client.open(uri, shop);
    for (const [feature, more] of Object.entries(features)) {
      const answer = await client.ask(`textDocument/${feature}`, {
        textDocument: { uri },
        position,
        ...more,
      });
      expect([feature, answer]).toEqual([feature, expect.anything()]);
    }
    expect(await client.ask('workspace/symbol', { query: 'brw' })).toMatchObject([{ name: 'browse' }]);
  });

  it('is answered with nothing for a document that is not open', async () => {
    client = await startServer(capabilities);
    const textDocument = { uri: 'file:///other.bench.yaml' };
    for (const [feature, more] of Object.entries(features)) {
      const answer = await client.ask(`textDocument/${feature}`, { textDocument, position, ...more });
      expect([feature, JSON.stringify(answer)]).toEqual([
        feature,
        expect.stringMatching(/^(null|\[\]|\{"data":\[\]\})$/),
      ]);
    }
  });
});

describe('answers that build on an earlier one', () => {
  it('sends only what is different between the tokens of two versions', async () => {
    client = await startServer(fullCapabilities);
    await client.open(uri, shop);
    const textDocument = { uri };
    const first = await client.ask<{ resultId: string; data: number[] }>('textDocument/semanticTokens/full', {
      textDocument,
    });
    await client.change(uri, 2, shop.replace('name: Shop', 'name: Shop\n\n'));
    const delta = await client.ask<{ edits: { start: number; data: number[] }[] }>(
      'textDocument/semanticTokens/full/delta',
      { textDocument, previousResultId: first.resultId },
    );
    expect(delta.edits).toMatchObject([{ start: 0, deleteCount: 1, data: [5] }]);
    const lost = { textDocument, previousResultId: 'of another server' };
    expect(await client.ask('textDocument/semanticTokens/full/delta', lost)).toHaveProperty('data');
  });

  it('documents the chosen completion alone', async () => {
    client = await startServer(fullCapabilities);
    await client.open(uri, shop.replace('for: 10m', 'for: 10m, dr'));
    const list = await client.ask<{ items: { label: string }[] }>('textDocument/completion', {
      textDocument: { uri },
      position: { line: 10, character: shop.split('\n')[10]!.length },
    });
    const drain = list.items.find(({ label }) => label === 'drain');
    expect(drain).not.toHaveProperty('documentation');
    const resolved = await client.ask('completionItem/resolve', drain!);
    expect(JSON.stringify(resolved)).toContain('requests under way');
  });

  it('says that diagnostics are the same as before', async () => {
    client = await startServer(fullCapabilities);
    await client.open(uri, misspelt);
    const ask = (previousResultId?: string) =>
      client.ask<{ kind: string; resultId: string }>('textDocument/diagnostic', {
        textDocument: { uri },
        ...(previousResultId !== undefined && { previousResultId }),
      });
    const first = await ask();
    expect(await ask(first.resultId)).toEqual({ kind: 'unchanged', resultId: first.resultId });
    await client.change(uri, 2, shop);
    expect(await ask(first.resultId)).toMatchObject({ kind: 'full', items: [] });
  });
});

describe('a plan of several files', () => {
  const part = 'scenarios:\n  browse:\n    steps:\n      - get: /items\n';
  const main = `version: 1
name: Shop
include: [shared/browse.bench.yaml]
targets:
  shop: { url: http://127.0.0.1:8000 }
phases:
  load: { scenarios: [browse], rate: 5/s, for: 10m }
`;
  let folder: string;

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), 'benchwright-lsp-')));
    await mkdir(path.join(folder, 'shared'));
    await writeFile(path.join(folder, 'main.bench.yaml'), main);
    await writeFile(path.join(folder, 'other.bench.yaml'), main.replace('  load:', '  peak:'));
    await writeFile(path.join(folder, 'shared/browse.bench.yaml'), part);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const uriOf = (file: string) => pathToFileURL(path.join(folder, file)).href;
  const inFolder = (capabilities: object) =>
    startServer(capabilities, { workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'w' }] });
  /** On the name of the scenario, in the part. */
  const atName = { position: { line: 1, character: 3 } };

  it('leads to the definition in another file, and renames in every plan', async () => {
    client = await inFolder(fullCapabilities);
    const mainUri = uriOf('main.bench.yaml');
    const partUri = uriOf('shared/browse.bench.yaml');
    await client.open(mainUri, main);
    const use = { textDocument: { uri: mainUri }, position: { line: 6, character: 23 } };
    expect(await client.ask('textDocument/definition', use)).toMatchObject({ uri: partUri });
    await client.open(partUri, part);
    const renamed = await client.ask<{ changes: Record<string, unknown[]> }>('textDocument/rename', {
      textDocument: { uri: partUri },
      ...atName,
      newName: 'look',
    });
    expect(Object.keys(renamed.changes).sort()).toEqual([mainUri, uriOf('other.bench.yaml'), partUri].sort());
    const references = await client.ask<unknown[]>('textDocument/references', {
      ...use,
      context: { includeDeclaration: true },
    });
    expect(references).toHaveLength(2);
  });

  it('finds names of files that are not open, as they are on the disk, and each once', async () => {
    client = await inFolder(fullCapabilities);
    const find = async (query: string) => {
      const found = await client.ask<{ name: string; location: { uri: string } }[]>('workspace/symbol', {
        query,
      });
      return found.map(({ name, location }) => `${name} ${location.uri}`);
    };
    expect(await find('peak')).toEqual([`peak ${uriOf('other.bench.yaml')}`]);
    expect(await find('browse')).toEqual([`browse ${uriOf('shared/browse.bench.yaml')}`]);
    await client.open(uriOf('other.bench.yaml'), main.replace('  load:', '  peaks:'));
    expect(await find('peak')).toEqual([`peaks ${uriOf('other.bench.yaml')}`]);
    await writeFile(path.join(folder, 'main.bench.yaml'), main.replace('  load:', '  soak:'));
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uriOf('main.bench.yaml'), type: 2 }],
    });
    expect(await find('soak')).toEqual([`soak ${uriOf('main.bench.yaml')}`]);
    await rm(path.join(folder, 'main.bench.yaml'));
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uriOf('main.bench.yaml'), type: 3 }],
    });
    expect(await find('soak')).toEqual([]);
  });

  it('finds no fault in a part that a plan makes whole, and tells the plan of one that it has', async () => {
    client = await inFolder({});
    const partUri = uriOf('shared/browse.bench.yaml');
    const sound = client.nextDiagnostics(partUri);
    await client.open(partUri, part);
    expect((await sound).diagnostics).toEqual([]);
    const mainTold = client.nextDiagnostics(uriOf('main.bench.yaml'));
    await client.open(uriOf('main.bench.yaml'), main);
    expect((await mainTold).diagnostics).toEqual([]);
    const again = client.nextDiagnostics(uriOf('main.bench.yaml'));
    await client.change(partUri, 2, part.replace('get:', 'gte:'));
    expect((await again).diagnostics).toMatchObject([
      { code: 'included-problem', relatedInformation: [{ location: { uri: partUri } }] },
    ]);
  });

  it('reads from every folder of the workspace, as they join and leave', async () => {
    const besides = path.join(folder, 'besides');
    await mkdir(besides);
    await writeFile(path.join(besides, 'own.bench.yaml'), main.replace('shared/', '../shared/'));
    const root = (name: string) => ({ uri: uriOf(name), name });
    client = await startServer(fullCapabilities, { workspaceFolders: [root('besides')] });
    const ownUri = uriOf('besides/own.bench.yaml');
    await client.open(ownUri, main.replace('shared/', '../shared/'));
    const codes = async () => {
      const told = await client.ask<{ items: { code: string }[] }>('textDocument/diagnostic', {
        textDocument: { uri: ownUri },
      });
      return told.items.map(({ code }) => code);
    };
    const change = (event: { added: object[]; removed: object[] }) =>
      client.connection.sendNotification('workspace/didChangeWorkspaceFolders', { event });
    expect(await codes()).toContain('include-missing');
    await change({ added: [root('shared')], removed: [] });
    expect(await codes()).toEqual([]);
    expect(await client.ask('workspace/symbol', { query: 'browse' })).toHaveLength(1);
    await change({ added: [], removed: [root('shared')] });
    expect(await codes()).toContain('include-missing');
    expect(await client.ask('workspace/symbol', { query: 'browse' })).toEqual([]);
  });

  it('sees a file that changes on the disk, and none outside of the workspace', async () => {
    client = await inFolder({});
    const uriOfMain = uriOf('main.bench.yaml');
    const outside = path.join(path.dirname(folder), 'x.bench.yaml');
    const first = client.nextDiagnostics(uriOfMain);
    await client.open(uriOfMain, main.replace('shared/browse', '../x'));
    expect((await first).diagnostics.find(({ code }) => code === 'include-missing')?.message).toContain(
      'outside',
    );
    expect(outside).not.toContain(folder);
    const second = client.nextDiagnostics(uriOfMain);
    await client.change(uriOfMain, 2, main);
    expect((await second).diagnostics).toEqual([]);
    await writeFile(path.join(folder, 'shared/browse.bench.yaml'), part.replace('browse', 'look'));
    const third = client.nextDiagnostics(uriOfMain);
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uriOf('shared/browse.bench.yaml'), type: 2 }],
    });
    expect((await third).diagnostics.map(({ code }) => code)).toContain('unknown-scenario');
  });
});

describe('a document of YAML', () => {
  const text = shop.replace('for: 10m', 'for: 10m, ');
  const place = {
    textDocument: { uri },
    position: { line: 10, character: text.split('\n')[10]!.indexOf('10m, ') + 5 },
  };
  const inGoal = { textDocument: { uri }, position: { line: 12, character: 8 } };

  it.each([
    ['yaml', true, 0],
    ['yaml', false, 1],
    ['benchwright-plan', true, 1],
  ])(
    'of the language %s, with another server %s, has keys offered once',
    async (languageId, yamlServer, least) => {
      client = await startServer({}, { initializationOptions: { yamlServer } });
      await client.connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId, version: 1, text },
      });
      const offered = async (params: object) =>
        (await client.ask<{ items: { label: string }[] }>('textDocument/completion', params)).items.map(
          ({ label }) => label,
        );
      expect((await offered(place)).filter((label) => label === 'drain')).toHaveLength(least);
      expect(await offered(inGoal)).toContain('browse');
      const onKey = { textDocument: { uri }, position: { line: 1, character: 1 } };
      expect((await client.ask('textDocument/hover', onKey)) === null).toBe(least === 0);
    },
  );
});

describe('an OpenAPI document', () => {
  const plan = (openapi: string, path: string) => `version: 1
name: Agents
targets:
  gateway: { url: http://127.0.0.1:8000, openapi: ${openapi} }
data:
  tasks: { file: tasks.csv }
scenarios:
  status:
    steps:
      - get: ${path}
phases:
  load: { scenarios: [status], rate: 5/s, for: 10m }
`;
  let folder: string;

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), 'benchwright-api-')));
    await writeFile(path.join(folder, 'gateway.json'), apiText('gateway.json'));
    await writeFile(path.join(folder, 'tasks.csv'), 'text,topic\na,b\n');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const codesIn = ({ diagnostics }: Diagnostics) => diagnostics.map(({ code }) => code);
  const workspace = () => ({ workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'w' }] });
  const planUri = () => pathToFileURL(path.join(folder, 'a.bench.yaml')).href;

  it('of the workspace is read, and again after a change that the client tells of', async () => {
    client = await startServer(
      { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } },
      workspace(),
    );
    const watched: unknown[] = [];
    const isWatched = new Promise<void>((resolve) => {
      client.connection.onRequest('client/registerCapability', (params: unknown) => {
        watched.push(params);
        resolve();
        return null;
      });
    });
    const first = client.nextDiagnostics(planUri());
    await client.open(planUri(), plan('gateway.json', '/health/${tasks.txet}'));
    expect(codesIn(await first)).toEqual(['unknown-path', 'unknown-column']);
    await isWatched;
    expect(JSON.stringify(watched)).toContain('**/gateway.json');
    await writeFile(
      path.join(folder, 'gateway.json'),
      apiText('gateway.json').replace('"/status"', '"/health/{id}"'),
    );
    await writeFile(path.join(folder, 'tasks.csv'), 'text,txet\na,b\n');
    const second = client.nextDiagnostics(planUri());
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: pathToFileURL(path.join(folder, 'gateway.json')).href, type: 2 }],
    });
    expect(codesIn(await second)).toEqual([]);
  });

  it('is not read outside of the workspace', async () => {
    client = await startServer({}, workspace());
    const told = client.nextDiagnostics(planUri());
    await client.open(planUri(), plan('../gateway.json', '/status'));
    const { diagnostics } = await told;
    expect(diagnostics.find(({ code }) => code === 'openapi-unreadable')?.message).toContain('outside');
  });

  it('of a service is asked of the client alone, and checks and completes once it has come', async () => {
    client = await startServer(fullCapabilities, {
      ...workspace(),
      initializationOptions: { apiDocuments: true },
    });
    const wanted = new Promise((resolve) => client.connection.onNotification(wantedDocumentsMethod, resolve));
    await client.open(planUri(), plan('/openapi.json', '/statsu'));
    const report = () =>
      client.ask<{ items: Diagnostics['diagnostics'] }>('textDocument/diagnostic', {
        textDocument: { uri: planUri() },
      });
    expect((await report()).items.map(({ code }) => code)).toEqual(['unused-data']);
    expect(await wanted).toEqual({ addresses: ['http://127.0.0.1:8000/openapi.json'] });
    const refreshed = new Promise((resolve) => {
      client.connection.onRequest('workspace/diagnostic/refresh', () => {
        resolve(undefined);
        return null;
      });
    });
    await client.connection.sendNotification(apiDocumentsMethod, {
      documents: [{ address: 'http://127.0.0.1:8000/openapi.json', text: apiText('gateway.json') }],
    });
    await refreshed;
    expect((await report()).items.map(({ code }) => code)).toEqual(['unused-data', 'unknown-path']);
    const actions = await client.ask<{ title: string }[]>('textDocument/codeAction', {
      textDocument: { uri: planUri() },
      range: { start: { line: 9, character: 15 }, end: { line: 9, character: 15 } },
      context: { diagnostics: [] },
    });
    expect(actions.map(({ title }) => title)).toContain('Change to /status');
    const list = await client.ask<{ items: { label: string }[] }>('textDocument/completion', {
      textDocument: { uri: planUri() },
      position: { line: 9, character: 14 },
    });
    expect(list.items.map(({ label }) => label)).toContain('/tasks/{task_id}');
  });

  it('that nobody fetches is not asked for, and a message that is no such is refused', async () => {
    client = await startServer({}, workspace());
    const asked: unknown[] = [];
    client.connection.onNotification(wantedDocumentsMethod, (params) => {
      asked.push(params);
    });
    const told = client.nextDiagnostics(planUri());
    await client.open(planUri(), plan('/openapi.json', '/statsu'));
    expect(codesIn(await told)).toEqual(['unused-data']);
    await client.connection.sendNotification(apiDocumentsMethod, { documents: 5 });
    expect(
      await client.ask('textDocument/hover', {
        textDocument: { uri: planUri() },
        position: { line: 0, character: 1 },
      }),
    ).not.toBeNull();
    expect(asked).toEqual([]);
  });
});

describe('results that the client tells', () => {
  const outcome = {
    runId: 'r1',
    verdict: 'pass',
    reason: 'all goals held',
    unfit: null,
    planSha256: 'a',
    machine: 'm',
    p95: { ms: 62, low: 60, high: 64 },
    p99: { ms: 84, low: 70, high: 98 },
    capacity: null,
    goals: [],
  };
  const told = (plan: string) => ({
    histories: [{ plan, environment: null, phase: 'load', step: 'browse: GET /items', runs: [outcome] }],
  });
  const titles = async () => {
    const lenses = await client.ask<{ command: { title: string } }[]>('textDocument/codeLens', {
      textDocument: { uri },
    });
    return lenses.map(({ command }) => command.title);
  };

  it('stand above the phase once the editor is told that its lenses are stale', async () => {
    client = await startServer(fullCapabilities);
    await client.open(uri, shop);
    // One of the plan, of its scenario and of its phase.
    expect(await titles()).toHaveLength(3);
    const refreshed = new Promise((resolve) => {
      client.connection.onRequest('workspace/codeLens/refresh', () => {
        resolve(undefined);
        return null;
      });
    });
    await client.connection.sendNotification(lastResultsMethod, told('file:///shop%2Ebench.yaml'));
    await refreshed;
    expect(await titles()).toContain('$(pass) p95 62 ms · p99 84 ms');
  });

  it('stay as they were after a message that is not understood', async () => {
    client = await startServer({});
    await client.open(uri, shop);
    await client.connection.sendNotification(lastResultsMethod, told(uri));
    await client.connection.sendNotification(lastResultsMethod, { histories: [{ plan: 5 }] });
    // Two more: what the last run came to, and running it again.
    expect(await titles()).toHaveLength(5);
  });
});

it('names of metrics that the client tells are completed in queries, and only those of the plan', async () => {
  client = await startServer({});
  await client.open(
    uri,
    `targets: { shop: { url: 'http://127.0.0.1:1', prometheus: { queries: { q: 'x' } } } }`,
  );
  const labels = async (): Promise<string[]> => {
    const { items } = await client.ask<{ items: { label: string }[] }>('textDocument/completion', {
      textDocument: { uri },
      position: { line: 0, character: 76 },
    });
    return items.map(({ label }) => label);
  };
  expect(await labels()).toContain('process_open_fds');
  const told = (plan: string, name: string) => ({ plan, target: 'shop', names: [name] });
  await client.connection.sendNotification(seenMetricsMethod, {
    targets: [told(uri, 'queue_length'), told('file:///other.bench.yaml', 'elsewhere')],
  });
  expect(await labels()).toContain('queue_length');
  await client.connection.sendNotification(seenMetricsMethod, { targets: 7 });
  expect(await labels()).toContain('queue_length');
  expect(await labels()).not.toContain('elsewhere');
});

describe('benchwright lsp', () => {
  it('is the same server, and ends with its client', async () => {
    client = await startServer({}, {}, [path.resolve('dist/cli.cjs'), 'lsp', '--stdio']);
    const told = client.nextDiagnostics();
    await client.open(uri, misspelt);
    expect((await told).diagnostics.map(({ message }) => message).join()).toContain('targets');
    const ended = once(client.server, 'exit');
    client.server.stdin!.end();
    await ended;
  });
});

describe('settings', () => {
  const unused = shop.replace('phases:', '  idle: { steps: [{ get: /never }] }\nphases:');
  const wanted = { 'unused-scenario': 'error' };

  it('come with the first message from a client that cannot be asked', async () => {
    client = await startServer({}, { initializationOptions: { problems: { severity: wanted } } });
    const told = client.nextDiagnostics();
    await client.open(uri, unused);
    expect((await told).diagnostics).toMatchObject([{ code: 'unused-scenario', severity: 1 }]);
  });

  it('are told again when they change, and diagnostics with them', async () => {
    client = await startServer({});
    const before = client.nextDiagnostics();
    await client.open(uri, unused);
    expect((await before).diagnostics).toMatchObject([{ severity: 4 }]);
    const after = client.nextDiagnostics();
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { benchwright: { problems: { severity: wanted } } },
    });
    expect((await after).diagnostics).toMatchObject([{ severity: 1 }]);
  });

  it('are asked for where the client can be asked', async () => {
    const capabilities = { workspace: { configuration: true } };
    client = await startServer(capabilities, {}, undefined, { severity: wanted });
    let severity: number | undefined;
    // What is told first may be told before the answer of the client.
    client.connection.onNotification('textDocument/publishDiagnostics', ({ diagnostics }: Diagnostics) => {
      severity = diagnostics[0]?.severity;
    });
    await client.open(uri, unused);
    await expect.poll(() => severity).toBe(1);
  });
});
