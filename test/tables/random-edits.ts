/** A plan that is edited at random over the wire, while everything is asked of it, as nobody types in a day. */
import { readFileSync } from 'node:fs';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { fullCapabilities, startServer, type LanguageClient } from '../kit/language-client';

const pieces = [
  ...['\n', '\n', ' ', '  ', '\t', '\r\n', ':', ': ', '- ', '"', "'", '{', '}', '[', ']', ',', '#', '|\n'],
  ...['${', '}', '&a ', '*a', '<<: *a\n', '---\n', '? ', '!!set ', 'name: x\n', '  extra:\n', 'get: /', '1s'],
  ...['scenarios:\n', '# bench-disable-next-line few-samples\n', 'p95(', '\u{1F600}', '\u0000'],
];

/** Asked of the place of the last edit, in turn. */
const atPlace = [
  ...['completion', 'hover', 'definition', 'references', 'documentHighlight', 'prepareRename'],
  ...['signatureHelp', 'rename', 'selectionRange', 'codeAction', 'onTypeFormatting', 'rangeFormatting'],
];
/** What tells the whole state of a document. */
const ofWhole = [
  'documentSymbol',
  'foldingRange',
  'semanticTokens/full',
  'inlayHint',
  'codeLens',
  'documentLink',
  'formatting',
];

export interface EditedCourse {
  readonly edits: number;
  readonly requests: number;
  /** States that were the same as those of a server that was started with the final text. */
  readonly compared: number;
  /** How long a bundle of edits took with what was asked of it, in the first and in the last quarter. */
  readonly earlyMs: number;
  readonly lateMs: number;
  /** Resident memory after a tenth of the edits and after all; `undefined` where the system does not tell. */
  readonly earlyMb: number | undefined;
  readonly lateMb: number | undefined;
}

const editsPerBundle = 10;
const bundlesPerText = 40;
/** An answer that takes longer is none. */
const longestAnswerMs = 60_000;

/**
 * Edits in bundles, each followed by requests, all of which are waited for. Throws where one is not answered, where the
 * server logs a fault, or where the state is not that of a fresh server.
 */
export async function editRandomly(
  text: string,
  { edits, compare, seed }: { edits: number; compare: number; seed: number },
): Promise<EditedCourse> {
  const client = await startServer(fullCapabilities);
  const faults: string[] = [];
  // A feature that fails is answered with nothing, and logged.
  client.connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
    faults.push(message);
  });
  try {
    const uri = 'file:///bench/edited.bench.yaml';
    await client.open(uri, text);
    const random = seeded(seed);
    const bundles = Math.ceil(edits / editsPerBundle);
    const times: number[] = [];
    let [document, requests, compared, earlyMb] = [
      TextDocument.create(uri, 'yaml', 1, text),
      0,
      0,
      megabytes(client),
    ];
    for (let bundle = 1; bundle <= bundles; bundle += 1) {
      const isWhole = bundle % bundlesPerText === 0;
      const changes = isWhole ? [{ text }] : changesOf(document, random);
      document = TextDocument.update(document, changes, bundle + 1);
      const started = performance.now();
      const params = { textDocument: { uri, version: bundle + 1 }, contentChanges: changes };
      await client.connection.sendNotification('textDocument/didChange', params);
      requests += await askInTurn(client, document, bundle, random);
      times.push(performance.now() - started);
      if (faults.length > 0) throw new Error(faults.join('\n'));
      if (bundle % Math.max(1, Math.floor(bundles / compare)) === 0) {
        await compareWithFresh(client, document);
        compared += 1;
      }
      if (bundle === Math.ceil(bundles / 10)) earlyMb = megabytes(client);
    }
    const quarter = Math.ceil(times.length / 4);
    const speeds = { earlyMs: mean(times.slice(0, quarter)), lateMs: mean(times.slice(-quarter)) };
    return {
      edits: bundles * editsPerBundle,
      requests,
      compared,
      ...speeds,
      earlyMb,
      lateMb: megabytes(client),
    };
  } finally {
    client.close();
  }
}

function changesOf(document: TextDocument, random: () => number) {
  let edited = TextDocument.create(document.uri, 'yaml', 0, document.getText());
  return Array.from({ length: editsPerBundle }, () => {
    const change = random() < 0.2 ? changeOfLines(edited, random) : changeOfLetters(edited, random);
    edited = TextDocument.update(edited, [change], 0);
    return change;
  });
}

function changeOfLetters(document: TextDocument, random: () => number) {
  const at = Math.floor(random() * document.getText().length);
  const removed = random() < 0.5 ? Math.floor(random() * 6) : 0;
  return {
    range: { start: document.positionAt(at), end: document.positionAt(at + removed) },
    text: random() < 0.6 ? (pieces[Math.floor(random() * pieces.length)] ?? '') : '',
  };
}

/** A line is written again above another one, or in its place. */
function changeOfLines(document: TextDocument, random: () => number) {
  const [from, to] = [random(), random()].map((share) => Math.floor(share * document.lineCount)) as [
    number,
    number,
  ];
  const lineAt = (line: number) => ({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
  const { start, end } = lineAt(to);
  return {
    range: { start, end: random() < 0.5 ? end : start },
    text: document.getText(lineAt(from)),
  };
}

async function askInTurn(
  client: LanguageClient,
  document: TextDocument,
  bundle: number,
  random: () => number,
): Promise<number> {
  const { uri } = document;
  const position = document.positionAt(Math.floor(random() * document.getText().length));
  const range = { start: position, end: position };
  const options = { tabSize: 2, insertSpaces: true };
  const more = {
    context: { includeDeclaration: true, diagnostics: [] },
    newName: 'other',
    positions: [position],
    ch: '\n',
  };
  const params = { textDocument: { uri }, position, range, options, ...more };
  const method = atPlace[bundle % atPlace.length] ?? 'hover';
  const whole = ofWhole[bundle % ofWhole.length] ?? 'codeLens';
  await Promise.all([
    answered(client, 'diagnostic', { textDocument: { uri } }),
    answered(client, whole, { textDocument: { uri }, options, range: wholeOf(document) }),
    // A rename that would break the plan is refused, which is an answer.
    answered(client, method, params).catch((cause: unknown) => {
      if (method !== 'rename' && method !== 'prepareRename') throw cause;
    }),
  ]);
  return 3;
}

async function compareWithFresh(client: LanguageClient, document: TextDocument): Promise<void> {
  const fresh = await startServer(fullCapabilities);
  try {
    await fresh.open(document.uri, document.getText());
    for (const method of ['diagnostic', ...ofWhole]) {
      const [edited, anew] = [
        await stateOf(client, document, method),
        await stateOf(fresh, document, method),
      ];
      if (edited !== anew)
        throw new Error(`${method} is another than that of a fresh server: ${edited} and ${anew}`);
    }
  } finally {
    fresh.close();
  }
}

async function stateOf(client: LanguageClient, document: TextDocument, method: string): Promise<string> {
  const options = { tabSize: 2, insertSpaces: true };
  const params = { textDocument: { uri: document.uri }, options, range: wholeOf(document) };
  const answer = await answered(client, method, params);
  return JSON.stringify(answer, (key, value: unknown) => (key === 'resultId' ? undefined : value));
}

function wholeOf(document: TextDocument) {
  return { start: document.positionAt(0), end: document.positionAt(document.getText().length) };
}

function answered(client: LanguageClient, method: string, params: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      settle();
      reject(new Error(`${method} ${reason}`));
    };
    const timer = setTimeout(fail, longestAnswerMs, `was not answered within ${longestAnswerMs / 1000} s`);
    const onExit = (): void => {
      fail('was not answered before the server ended');
    };
    const settle = (): void => {
      clearTimeout(timer);
      client.server.off('exit', onExit);
    };
    client.server.once('exit', onExit);
    client.ask(`textDocument/${method}`, params).finally(settle).then(resolve, reject);
  });
}

function megabytes({ server }: LanguageClient): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const status = readFileSync(`/proc/${server.pid ?? 0}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
