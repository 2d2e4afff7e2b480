/**
 * What observing costs a load: throughput, and CPU per request of the runner and k6 together, with each kind of
 * collector, as ratios to runs that read next to nothing. The load has no pauses, so that whatever the collectors take
 * is missing from it. Go is needed to build the target, and Prometheus for two of the rows.
 *
 *   node bench/collectors.mjs [--rounds 9] [--seconds 3] [--only process,metrics,prometheus,write]
 *
 * Each round runs every row once, each time in another order, and the runs without collectors twice: a ratio compares a
 * run with the mean of those two of its round, so that what the machine does meanwhile falls on both sides. What is
 * printed is the median of the ratios with its 95 % interval, by drawing rounds anew. The metrics that are scraped are
 * those of the Prometheus server itself: 100 KB, of which a dozen lines are wanted.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs, promisify } from 'node:util';
import { root } from '../scripts/constants.mjs';
import { startPrometheus } from '../scripts/prometheus.mjs';
import { loadTypeScript } from './load-typescript/load.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '3' },
    only: { type: 'string', default: 'process,metrics,prometheus,write' },
  },
});
const rounds = Number(values.rounds);
const collectors = values.only.split(',');
/** Half of the others lie between the two. */
const places = [
  'none',
  ...collectors.slice(0, collectors.length >> 1),
  'none again',
  ...collectors.slice(collectors.length >> 1),
];
const { seededRandom } = await loadTypeScript('./core/measure/random');

const folder = await mkdtemp(join(tmpdir(), 'benchwright-collectors-'));
const target = await startTarget();
const prometheus = await startPrometheus({
  folder: join(folder, 'prometheus'),
  jobs: { target: [target.address] },
});
try {
  for (const name of ['none', ...collectors])
    await writeFile(join(folder, `${name}.bench.yaml`), planOf(name));
  const before = loadavg()[0];
  const table = [];
  // The first run of all finds caches cold.
  await measure('none');
  for (let round = 0; round < rounds; round++) {
    const row = {};
    for (const place of turned(places, round)) row[place] = await measure(place.split(' ')[0]);
    const [first, second] = [row.none, row['none again']];
    row.none = { cpu: (first.cpu + second.cpu) / 2, rate: (first.rate + second.rate) / 2 };
    // What is no difference at all looks like this.
    row['none again'] = {
      cpu: row.none.cpu * (second.cpu / first.cpu),
      rate: row.none.rate * (second.rate / first.rate),
    };
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

/** The median of the ratios of all rounds, and the middle 95 % of what it is when rounds are drawn anew. */
function ratios(table, name, figure) {
  const all = table.map((row) => row[name][figure] / row.none[figure]);
  const random = seededRandom(1);
  const draw = () => median(all.map(() => all[Math.floor(random() * all.length)]));
  const drawn = Array.from({ length: 10_000 }, draw).sort((a, b) => a - b);
  return `${median(all).toFixed(3)} [${drawn[250].toFixed(3)}..${drawn[9749].toFixed(3)}]`;
}

function print(table, before) {
  console.log(
    `${rounds} rounds of ${values.seconds} s; load average ${before.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after`,
  );
  console.log('collectors   requests/s  ratio [95 %]            CPU µs/request  ratio [95 %]');
  for (const name of ['none', 'none again', ...collectors]) {
    const [rate, cpu] = ['rate', 'cpu'].map((figure) => median(table.map((row) => row[name][figure])));
    const cells = [name.padEnd(12), rate.toFixed(0).padStart(10), '', ratios(table, name, 'rate').padEnd(22)];
    console.log([...cells, cpu.toFixed(1).padStart(14), '', ratios(table, name, 'cpu')].join(' '));
  }
}
