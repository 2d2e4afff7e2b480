/**
 * Our language server beside the one for YAML, on the same plans, by the same client, in the same run: the YAML server
 * checks them against our exported schema.
 *
 *     node bench/language-server.mjs           the table; takes about three minutes
 *     node bench/language-server.mjs --edits   100,000 random edits of one process; see what it must stay below
 *
 * Figures are medians; a ratio above 1 says how many times faster, or smaller, ours is. The YAML server waits for 200 ms
 * after an edit before it checks; that is a part of what its user waits for, and of the figure. It knows keys and types
 * alone, while ours also knows names, expressions and arithmetic.
 */
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nextDiagnostics, startServer } from './language/client.mjs';
import { planOf, planWithAliases } from './language/plans.mjs';
import { editRandomly } from './language/random-edits.mjs';

const root = resolve(import.meta.dirname, '..');
const folder = pathToFileURL(`${root}/`).href;
const servers = {
  ours: resolve(root, 'dist/server.cjs'),
  yaml: resolve(root, 'node_modules/yaml-language-server/bin/yaml-language-server'),
};
const settings = {
  yaml: {
    schemas: { [pathToFileURL(resolve(root, 'docs/plan.schema.json')).href]: ['*.bench.yaml'] },
    validate: true,
  },
  http: {},
  '[yaml]': {},
  editor: {},
  files: {},
};
const cases = [
  ['100 lines', planOf(100), 15],
  ['1,000 lines', planOf(1000), 15],
  ['5,000 lines', planOf(5000), 7],
  ['20,000 lines', planOf(19_900), 3],
  ['400 aliases', planWithAliases(), 3],
];

if (process.argv.includes('--edits')) await editRandomly(servers.ours, planOf(200), 100_000);
else await compareServers();

async function compareServers() {
  console.log(`load average ${loadavg()[0].toFixed(1)}, node ${process.version}`);
  for (const [name, text, rounds] of cases) {
    const found = {};
    for (const [server, program] of Object.entries(servers))
      found[server] = await measure(program, text, rounds);
    print(name, found);
  }
}

async function measure(program, text, rounds) {
  const client = await startServer(program, { settings, folder });
  const { connection } = client;
  const uri = new URL('large.bench.yaml', folder).href;
  const opened = performance.now();
  const first = nextDiagnostics(connection, uri, 1);
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'yaml', version: 1, text },
  });
  await first;
  const openMs = performance.now() - opened;
  const edits = [];
  const asks = { completion: [], hover: [], outline: [] };
  const line = text.split('\n').findIndex((content) => content.includes('- think:'));
  for (let round = 0; round < rounds; round += 1) {
    const version = round + 2;
    const told = nextDiagnostics(connection, uri, version);
    edits.push(await timed(() => edit(connection, uri, version, line, round).then(() => told)));
    const at = { textDocument: { uri }, position: { line: line + 1, character: 9 } };
    asks.completion.push(await timed(() => connection.sendRequest('textDocument/completion', at)));
    asks.hover.push(await timed(() => connection.sendRequest('textDocument/hover', at)));
    asks.outline.push(
      await timed(() => connection.sendRequest('textDocument/documentSymbol', { textDocument: { uri } })),
    );
  }
  const memoryMb = client.memoryMb();
  client.stop();
  return {
    'start, ms': client.startMs,
    'open to diagnostics, ms': openMs,
    'edit to diagnostics, ms': median(edits),
    'completion, ms': median(asks.completion),
    'hover, ms': median(asks.hover),
    'outline, ms': median(asks.outline),
    'memory, MB': memoryMb,
  };
}

/** One more second of thinking, so that the text is another one each time. */
function edit(connection, uri, version, line, round) {
  const range = { start: { line, character: 15 }, end: { line, character: round < 9 ? 16 : 17 } };
  const change = {
    range: round === 0 ? { ...range, end: { line, character: 16 } } : range,
    text: String(round + 2),
  };
  return connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version },
    contentChanges: [change],
  });
}

async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function print(name, { ours, yaml }) {
  console.log(`\n${name.padEnd(26)}${'ours'.padStart(9)}${'yaml'.padStart(9)}${'ratio'.padStart(8)}`);
  for (const [figure, value] of Object.entries(ours)) {
    const columns = [value.toFixed(1).padStart(9), yaml[figure].toFixed(1).padStart(9)];
    console.log(`  ${figure.padEnd(24)}${columns.join('')}${(yaml[figure] / value).toFixed(1).padStart(8)}`);
  }
}
