/**
 * The smoke phase of the example by k6, by Locust and by Locust with three workers, one after the other on the same
 * demo system: rates, latencies, and the CPU time that each needs for a request.
 *
 *     node bench/generators.mjs        needs `node scripts/build.mjs`; about three minutes
 *
 * Ten users with pauses of 25 to 75 ms are far from what any of the three can do: rates and latencies are to agree, and
 * what differs is what a request costs. k6 and Locust take turns, twice.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { startDemo } from '../scripts/demo.mjs';
import { ensurePython, toolRequirements } from '../scripts/python-env.mjs';

const root = resolve(import.meta.dirname, '..');
const portBase = 21_400;
const load = 'users: 10, for: 25s, warmup: 5s, drain: 2s';
const phases = {
  k6: `{ scenarios: [status, execute], ${load} }`,
  Locust: `{ scenarios: [file], ${load} }`,
  'Locust, 3 workers': `{ scenarios: [file], ${load}, generators: 3 }`,
};
const order = ['k6', 'Locust', 'k6', 'Locust', 'Locust, 3 workers'];

const python = await ensurePython([toolRequirements]);
const folder = await mkdtemp(join(tmpdir(), 'benchwright-generators-'));
const demo = await startDemo({ portBase });
try {
  await cp(join(root, 'examples/agents/tasks.csv'), join(folder, 'tasks.csv'));
  await cp(join(root, 'bench/generators/smoke.py'), join(folder, 'smoke.py'));
  console.log(`${cpus().length} cores, load average ${loadavg()[0].toFixed(1)} before`);
  console.log(
    '| by | requests/s of status and of execute | p50, p95 of status | p50, p95 of execute | failed requests and tasks | CPU per request |',
  );
  console.log('| --- | --- | --- | --- | --- | --- |');
  for (const name of order) console.log(await row(name));
  console.log(`load average ${loadavg()[0].toFixed(1)} after`);
} finally {
  await demo.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function row(name) {
  const dir = await run(name);
  const { phases: results } = JSON.parse(await readFile(join(dir, 'run.json'), 'utf8'));
  const [{ steps, failed, verdict, reason }] = results;
  if (verdict !== 'pass') console.error(`${name}: ${verdict}, ${reason}`);
  const [status, execute] = ['/status', '/agents/execute'].map((path) =>
    steps.find(({ step }) => step.endsWith(path)),
  );
  // The locustfile calls a request failed whose task was not done.
  const notDone = steps.reduce((sum, { tasks }) => sum + (tasks?.failed ?? 0), 0);
  const ms = ({ latencyMs }) => `${latencyMs.p50?.toFixed(1)}, ${latencyMs.p95?.toFixed(1)} ms`;
  return `| ${[
    name,
    `${status.rps.toFixed(1)}, ${execute.rps.toFixed(1)}`,
    ms(status),
    ms(execute),
    failed + notDone,
    `${(await cpuPerRequestUs(dir)).toFixed(0)} µs`,
  ].join(' | ')} |`;
}

async function run(name) {
  const gateway = `http://127.0.0.1:${portBase}`;
  const text = [
    'version: 1',
    'name: Generators',
    `targets: { gateway: { url: "${gateway}" } }`,
    'data: { tasks: { file: tasks.csv, pick: sequential } }',
    'scenarios:',
    '  status: { steps: [{ get: /status }, { think: { from: 25ms, to: 75ms } }] }',
    '  execute:',
    '    steps:',
    '      - post: /agents/execute',
    "        json: { agent: summarizer, input: '${tasks.text}' }",
    '        expect: { status: 200 }',
    '        success: $.outcome == "success"',
    '      - think: { from: 25ms, to: 75ms }',
    '  file: { locustfile: smoke.py }',
    `phases: { smoke: ${phases[name]} }`,
    '',
  ].join('\n');
  const plan = join(folder, 'smoke.bench.yaml');
  await writeFile(plan, text);
  const runs = join(folder, '.benchwright/runs');
  const before = await readdir(runs).catch(() => []);
  const cli = spawn(process.execPath, [join(root, 'dist/cli.cjs'), 'run', plan], {
    cwd: folder,
    env: { ...process.env, VIRTUAL_ENV: dirname(dirname(python)) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [cli.stdout, cli.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  await once(cli, 'close');
  const made = (await readdir(runs).catch(() => [])).find((each) => !before.includes(each));
  if (made === undefined) throw new Error(`nothing was run:\n${output}`);
  return join(runs, made);
}

/** Of the whole load, as the tool tells it in its records: all of its processes, once the load is on. */
async function cpuPerRequestUs(dir) {
  const lines = (await readFile(join(dir, 'stream.ndjson'), 'utf8'))
    .split('\n')
    .filter((line) => line !== '');
  const ticks = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'tick');
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const requests = sum(ticks.flatMap((tick) => tick.requests.map(({ c }) => c)));
  return sum(ticks.map(({ cpu }) => cpu ?? 0)) / requests;
}
