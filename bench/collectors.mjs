/**
 * What observing costs a load: throughput, and CPU per request of the runner and k6 together, with each kind of
 * collector, as ratios to runs that read next to nothing. The load has no pauses, so that whatever the collectors take
 * is missing from it. Go is needed to build the target, and Prometheus for two of the rows.
 *
 *   node bench/collectors.mjs [--rounds 5] [--seconds 8] [--only process,metrics,prometheus,write]
 *
 * Each round runs every row once, each time in another order; a ratio compares runs of one round. The metrics that are
 * scraped are those of the Prometheus server itself: 100 KB, of which a dozen lines are wanted.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs, promisify } from 'node:util';
import { root } from '../scripts/constants.mjs';
import { startPrometheus } from '../scripts/prometheus.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '8' },
    only: { type: 'string', default: 'process,metrics,prometheus,write' },
  },
});
const rounds = Number(values.rounds);
const names = ['none', ...values.only.split(',')];

const folder = await mkdtemp(join(tmpdir(), 'benchwright-collectors-'));
const target = await startTarget();
const prometheus = await startPrometheus({
  folder: join(folder, 'prometheus'),
  jobs: { target: [target.address] },
});
try {
  for (const name of names) await writeFile(join(folder, `${name}.bench.yaml`), planOf(name));
  const before = loadavg()[0];
  const table = [];
  for (let round = 0; round < rounds; round++) {
    const row = {};
    for (const name of turned(names, round)) row[name] = await measure(name);
    table.push(row);
  }
  print(table, before);
} finally {
  await prometheus.stop();
  target.close();
  await rm(folder, { recursive: true });
}

function planOf(name) {
  const keys = {
    none: ['', 'every: 10m'],
    process: [`process: { port: ${target.address.split(':')[1]} }`, 'every: 1s'],
    metrics: [`metrics: '${prometheus.url}/metrics'`, 'every: 1s'],
    prometheus: ["prometheus: { queries: { up: 'up' } }", `every: 10m, prometheus: '${prometheus.url}'`],
    write: ['', `every: 10m, prometheus: { url: '${prometheus.url}', write: histograms }`],
  }[name];
  const [observed, observe] = keys;
  return `version: 1
name: Cost of observing
targets: { web: { url: 'http://${target.address}'${observed === '' ? '' : `, ${observed}`} } }
observe: { ${observe} }
scenarios: { status: { steps: [{ get: /status }] } }
phases: { load: { scenarios: [status], users: 10, for: ${values.seconds}s, drain: 1s } }
`;
}

/** @returns the target, with `run(args)` to measure a program that loads it, together with what that starts. */
async function startTarget() {
  const program = join(folder, process.platform === 'win32' ? 'target.exe' : 'target');
  const env = { ...process.env, GOWORK: 'off' };
  await promisify(execFile)('go', ['build', '-o', program, join(root, 'bench/load-target/main.go')], { env });
  const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const address = (await lines.next()).value;
  return {
    address,
    run: async (args) => {
      child.stdin.write(`${JSON.stringify({ args, env: [`PATH=${process.env.PATH}`] })}\n`);
      return JSON.parse((await lines.next()).value);
    },
    close: () => child.stdin.end(),
  };
}

/** Another first one each time, and every second time the other way round. */
function turned(all, round) {
  const by = round % all.length;
  const order = [...all.slice(by), ...all.slice(0, by)];
  return round % 2 === 0 ? order : order.reverse();
}

async function measure(name) {
  const cli = join(root, 'dist/cli.cjs');
  const plan = join(folder, `${name}.bench.yaml`);
  const out = join(folder, 'runs');
  const { requests, cpuUs } = await target.run([process.execPath, cli, 'run', plan, '--out', out]);
  if (requests === 0) throw new Error(`the load with ${name} sent nothing`);
  return { cpu: cpuUs / requests, rate: requests / Number(values.seconds) };
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function ratios(table, name, figure) {
  const all = table.map((row) => row[name][figure] / row.none[figure]);
  return `${median(all).toFixed(3)} [${Math.min(...all).toFixed(2)}..${Math.max(...all).toFixed(2)}]`;
}

function print(table, before) {
  console.log(
    `${rounds} rounds of ${values.seconds} s; load average ${before.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after`,
  );
  console.log('collectors   requests/s  ratio [low..high]     CPU µs/request  ratio [low..high]');
  for (const name of names) {
    const [rate, cpu] = ['rate', 'cpu'].map((figure) => median(table.map((row) => row[name][figure])));
    const cells = [name.padEnd(12), rate.toFixed(0).padStart(10), '', ratios(table, name, 'rate').padEnd(21)];
    console.log([...cells, cpu.toFixed(1).padStart(14), '', ratios(table, name, 'cpu')].join(' '));
  }
}
