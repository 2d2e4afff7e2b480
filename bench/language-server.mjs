/**
 * Our language server beside the one for YAML, on the same plans, by the same client, in the same run: the YAML server
 * checks them against our exported schema.
 *
 *     node bench/language-server.mjs                 the table; takes about four minutes
 *     node bench/language-server.mjs '400 aliases'   the plans of these names alone
 *
 * Both run at once and are asked in turn, one measurement of the one, one of the other, so that they meet the same
 * machine. Figures are medians; a ratio above 1 says how many times faster, or smaller, ours is. `goal` is what ours has
 * set itself on a machine that does nothing else. The YAML server waits for 200 ms after an edit before it checks; that
 * is a part of what its user waits for, and of the figure. It knows keys and types alone, while ours also knows names,
 * expressions and arithmetic. Of a large outline the time for 1,000 entries is told as well: that of the YAML server has every
 * key. Each runs as it is packaged, and as the extension for VS Code starts it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildAsPackaged } from '../scripts/build.mjs';
import { nextDiagnostics, startServer } from './language/client.mjs';
import { planOf, planWithAliases } from './language/plans.mjs';

const root = resolve(import.meta.dirname, '..');
const folder = pathToFileURL(`${root}/`).href;
const scratch = mkdtempSync(join(tmpdir(), 'benchwright-bench-'));
process.once('exit', () => {
  rmSync(scratch, { recursive: true, force: true });
});
const servers = {
  ours: {
    program: join(scratch, 'server.cjs'),
    flags: ['--max-semi-space-size=2'],
    env: { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' },
  },
  yaml: { program: resolve(root, 'node_modules/yaml-language-server/bin/yaml-language-server'), flags: [] },
};
const settings = {
  yaml: {
    schemas: { [pathToFileURL(resolve(root, 'docs/plan.schema.json')).href]: ['*.bench.yaml'] },
    validate: true,
    // Its outline ends at 5,000 entries otherwise, which is no outline of the larger plans.
    maxItemsComputed: 100_000,
  },
  http: {},
  '[yaml]': {},
  editor: {},
  files: {},
};
const cases = [
  ['100 lines', planOf(100), 15, { start: 150, open: 30 }],
  [
    '1,000 lines',
    planOf(1000),
    15,
    { start: 150, open: 80, edit: 60, editCompletion: 20, hover: 3, memory: 90 },
  ],
  [
    '5,000 lines',
    planOf(5000),
    9,
    { start: 150, edit: 150, editCompletion: 80, hover: 5, outline: 15, memory: 120 },
  ],
  ['20,000 lines', planOf(19_900), 5, { start: 150, edit: 450 }],
  ['400 aliases', planWithAliases(), 5, { start: 150, edit: 200, editCompletion: 100, hover: 5 }],
];
const figures = {
  start: 'start, ms',
  open: 'open to diagnostics, ms',
  edit: 'edit to diagnostics, ms',
  editCompletion: 'edit and completion, ms',
  completion: 'completion, ms',
  hover: 'hover, ms',
  outline: 'outline, ms',
  outlineShare: 'per 1,000 entries, ms',
  memory: 'memory, MB',
};
/** Of each server; the last of them is asked. */
const starts = 3;

await buildAsPackaged('server/node/main.ts', servers.ours.program);
const wanted = process.argv.slice(2);
for (const [name, text, rounds, goals] of cases) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const before = loadavg()[0];
  const found = await compareServers(text, rounds);
  console.log(
    `\n${name}, load average ${before.toFixed(1)} to ${loadavg()[0].toFixed(1)}, node ${process.version}`,
  );
  print(found, goals);
}

async function compareServers(text, rounds) {
  const sides = Object.values(servers).map((server) => ({ server, found: {}, client: undefined }));
  const eachSide = async (measure) => {
    for (const side of sides) await measure(side);
  };
  for (let count = 0; count < starts; count += 1)
    await eachSide(async (side) => {
      side.client?.stop();
      side.client = await startServer(side.server.program, { ...side.server, settings, folder });
      add(side, 'start', side.client.startMs);
    });
  const uri = new URL('large.bench.yaml', folder).href;
  await eachSide((side) => open(side, uri, text));
  const line = text.split('\n').findIndex((content) => content.includes('- think:'));
  for (let round = 0; round < rounds; round += 1) await eachSide((side) => ask(side, uri, line, round));
  await eachSide(async (side) => {
    add(side, 'memory', side.client.memoryMb());
    side.client.stop();
  });
  return sides.map(({ found }) => found);
}

function add({ found }, figure, value) {
  (found[figure] ??= []).push(value);
}

async function open(side, uri, text) {
  const { connection } = side.client;
  await addTimed(side, 'open', async () => {
    const first = nextDiagnostics(connection, uri, 1);
    const textDocument = { uri, languageId: 'yaml', version: 1, text };
    await connection.sendNotification('textDocument/didOpen', { textDocument });
    await first;
  });
}

/** Two edits: of one, the diagnostics are waited for, of the other what the completion offers. */
async function ask(side, uri, line, round) {
  const { connection } = side.client;
  const version = 2 * round + 2;
  await addTimed(side, 'edit', async () => {
    const told = nextDiagnostics(connection, uri, version);
    await edit(connection, uri, version, line);
    await told;
  });
  const at = { textDocument: { uri }, position: { line: line + 1, character: 9 } };
  const request = (method, params) => connection.sendRequest(`textDocument/${method}`, params);
  await addTimed(side, 'completion', () => request('completion', at));
  await addTimed(side, 'hover', () => request('hover', at));
  let entries = 0;
  await addTimed(side, 'outline', async () => {
    entries = countEntries(await request('documentSymbol', { textDocument: { uri } }));
  });
  if (entries >= 1000) add(side, 'outlineShare', (side.found.outline.at(-1) / entries) * 1000);
  const told = nextDiagnostics(connection, uri, version + 1);
  await addTimed(side, 'editCompletion', async () => {
    await edit(connection, uri, version + 1, line);
    await request('completion', at);
  });
  await told;
}

function countEntries(symbols) {
  return symbols.reduce((count, { children }) => count + 1 + countEntries(children ?? []), 0);
}

async function addTimed(side, figure, work) {
  const started = performance.now();
  await work();
  add(side, figure, performance.now() - started);
}

/** One more digit, then one less, so that the text is another one each time and all behind it moves. */
function edit(connection, uri, version, line) {
  const start = { line, character: 15 };
  const range = { start, end: { line, character: version % 2 === 0 ? 15 : 16 } };
  return connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version },
    contentChanges: [{ range, text: version % 2 === 0 ? '1' : '' }],
  });
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function print([ours, yaml], goals) {
  console.log(`  figure${' '.repeat(21)}ours     yaml   ratio     goal`);
  for (const [figure, title] of Object.entries(figures)) {
    if (ours[figure] === undefined || yaml[figure] === undefined) continue;
    const [own, other] = [median(ours[figure]), median(yaml[figure])];
    const goal = goals[figure];
    const met = goal === undefined ? '' : `${String(goal).padStart(9)} ${own <= goal ? '✓' : '✗'}`;
    const columns = [own, other].map((value) => value.toFixed(1).padStart(9));
    console.log(`  ${title.padEnd(24)}${columns.join('')}${(other / own).toFixed(1).padStart(8)}${met}`);
  }
}
