// Writes docs/plan-reference.md, docs/plan.schema.json, docs/problems.md and docs/commands.md from the schema, the
// catalogue of problems and the command line. With --check it writes nothing and fails where a file is stale.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

async function loadSources() {
  const contents = [
    "export { describeFormat } from './core/plan/describe';",
    "export { planJsonSchema } from './core/plan/json-schema';",
    "export { problemCatalogue } from './core/plan/problem-catalogue';",
    "export { problemRemedies } from './core/plan/problem-remedies';",
    "export { limits } from './core/plan/limits';",
    "export { commands } from './cli/arguments';",
    "export { helpFor } from './cli/help';",
  ].join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    external: ['node:*'],
    write: false,
    logLevel: 'error',
  });
  const source = Buffer.from(outputFiles[0].text).toString('base64');
  return import(`data:text/javascript;base64,${source}`);
}

const generated =
  'This file is written by `node scripts/generate-docs.mjs`; change the source, not the file.';

const cell = (text) =>
  String(text ?? '')
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ');
const code = (text) => `\`${cell(text)}\``;

function row(key) {
  const about = [cell(key.description)];
  if (key.values.length > 1) about.push(`One of ${key.values.map(code).join(', ')}.`);
  else if (key.examples.length > 0) about.push(`Such as ${key.examples.slice(0, 2).map(code).join(', ')}.`);
  const needed = key.isRequired ? 'required' : key.default === undefined ? '' : code(key.default);
  return `| ${code(key.key)} | ${cell(key.type)} | ${needed} | ${about.filter(Boolean).join(' ')} |`;
}

/** Kinds of step that differ only in their verb share one table. */
function mergeShapes(shapes) {
  const merged = [];
  const seen = new Set();
  for (const shape of shapes) {
    const [verb, ...rest] = shape.keys;
    const same = merged.find(
      (other) =>
        other.path === shape.path &&
        JSON.stringify(other.keys.slice(1)) === JSON.stringify(rest) &&
        rest.length > 0,
    );
    if (same !== undefined) {
      if (!same.verbs.some((key) => key.key === verb.key)) same.verbs.push(verb);
      continue;
    }
    const signature = JSON.stringify(shape);
    if (seen.has(signature)) continue;
    seen.add(signature);
    merged.push({ ...shape, verbs: shape.keys.slice(0, 1) });
  }
  return merged.filter((shape) => shape.keys.length > 0);
}

function headingOf(shape) {
  const place = shape.path === '' ? 'The plan' : code(shape.path);
  if (!shape.title.includes(' with ')) return place;
  return `${place} with ${shape.verbs.map((verb) => code(verb.key)).join(', ')}`;
}

function planReference({ describeFormat, limits }) {
  const lines = [
    '# The plan format',
    '',
    generated,
    '',
    'A plan is a YAML file named `*.bench.yaml`. Unknown keys are errors. Durations, rates and percentages carry their',
    'unit: `250ms`, `1m30s`, `20/s`, `5%`. In the headings below `NAME` is a name that you choose, and `[]` an item of a',
    'list. A file has at most 1 MiB, ' +
      `${limits.lines.toLocaleString('en')} lines, ${limits.values.toLocaleString('en')} values and ${limits.depth} levels.`,
    '',
  ];
  for (const shape of mergeShapes(describeFormat())) {
    lines.push(`## ${headingOf(shape)}`, '');
    if (shape.verbs.length > 1) lines.push('Sends a request with the method that the first key names.', '');
    else if (shape.description !== undefined) lines.push(shape.description, '');
    lines.push('| key | type | required or default | |', '| --- | --- | --- | --- |');
    for (const key of [...shape.verbs, ...shape.keys.slice(1)]) lines.push(row(key));
    lines.push('');
  }
  return lines.join('\n');
}

function problemReference({ problemCatalogue, problemRemedies }) {
  const lines = [
    '# Problems of a plan',
    '',
    generated,
    '',
    'An error keeps a plan from being run; a warning, an info or a hint does not.',
    '',
  ];
  lines.push('| code | severity | quick fix | or why there is none |', '| --- | --- | --- | --- |');
  for (const [name, { severity }] of Object.entries(problemCatalogue)) {
    const { does, because } = problemRemedies[name];
    lines.push(`| [${name}](#${name}) | ${severity} | ${cell(does)} | ${cell(because)} |`);
  }
  lines.push('');
  for (const [name, { severity, meaning }] of Object.entries(problemCatalogue)) {
    lines.push(`## ${name}`, '', `${severity}: ${meaning}`, '');
  }
  return lines.join('\n');
}

function commandReference({ commands, helpFor }) {
  const lines = ['# Commands of the command line', '', generated, ''];
  for (const name of Object.keys(commands)) lines.push(`## ${name}`, '', '```', helpFor(name), '```', '');
  return lines.join('\n');
}

const sources = await loadSources();
const files = {
  'docs/plan-reference.md': planReference(sources),
  'docs/plan.schema.json': `${JSON.stringify(sources.planJsonSchema(), null, 2)}\n`,
  'docs/problems.md': problemReference(sources),
  'docs/commands.md': commandReference(sources),
};

const stale = [];
for (const [name, text] of Object.entries(files)) {
  const file = path.join(root, name);
  const before = await readFile(file, 'utf8').catch(() => undefined);
  if (before === text) continue;
  stale.push(name);
  if (!process.argv.includes('--check')) await writeFile(file, text);
}
if (stale.length > 0) {
  const isCheck = process.argv.includes('--check');
  console.log(`${isCheck ? 'stale, run node scripts/generate-docs.mjs' : 'written'}: ${stale.join(', ')}`);
  if (isCheck) process.exitCode = 1;
}
