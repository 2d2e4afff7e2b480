/**
 * What an output costs k6: CPU per request and throughput of our k6 with its own output, with JSON and with CSV, as
 * ratios to the same k6 without an output, against a small server on loopback. Go is needed to build the server.
 *
 *   node bench/output-cost.mjs [--rounds 7] [--seconds 4] [--only benchwright,csv] [--tasks]
 *
 * Each round runs every output once, each time in another order; a ratio compares runs of one round, so that a slow
 * spell of the machine touches both. Printed are medians over the rounds, with the lowest and the highest. `--tasks`
 * adds a custom metric to every request, as judged steps do.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const k6 = join(root, 'dist/k6', process.platform === 'win32' ? 'k6.exe' : 'k6');

const script = `import http from 'k6/http';
import { Gauge, Trend } from 'k6/metrics';
export const options = {
  discardResponseBodies: true,
  systemTags: ['scenario', 'name', 'status', 'error_code', 'check'],
  scenarios: { status: { executor: 'constant-vus', vus: 20, duration: __ENV.LENGTH, gracefulStop: '1s' } },
};
const loadStart = new Gauge('load_start');
const task = new Trend('task', true);
const params = { tags: { name: 'GET /status' } };
const success = { name: 'GET /status', outcome: 'success' };
const isJudged = __ENV.TASKS === '1';
export function setup() { loadStart.add(1); }
export default function () {
  const response = http.get(__ENV.TARGET, params);
  if (isJudged) task.add(response.timings.duration, success);
}
`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '4' },
    only: { type: 'string', default: 'benchwright,csv,json' },
    tasks: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
if (!existsSync(k6)) throw new Error('there is no k6: run “node scripts/build-k6.mjs”');

const folder = await mkdtemp(join(tmpdir(), 'benchwright-cost-'));
const target = await startTarget();
try {
  await writeFile(join(folder, 'load.js'), script);
  await writeFile(join(folder, 'config.json'), '{}');
  const names = ['none', ...values.only.split(',')];
  const loadBefore = loadavg()[0];
  const table = [];
  for (let round = 0; round < rounds; round++) {
    const row = {};
    for (const name of turned(names, round)) row[name] = await measure(name);
    table.push(row);
  }
  print(names, table, loadBefore);
} finally {
  target.close();
  await rm(folder, { recursive: true });
}

/** @returns the target, with `run(args, env)` to measure a program that loads it. */
async function startTarget() {
  const program = join(folder, process.platform === 'win32' ? 'target.exe' : 'target');
  const source = join(root, 'bench/load-target/main.go');
  await promisify(execFile)('go', ['build', '-o', program, source], {
    env: { ...process.env, GOWORK: 'off' },
  });
  const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const address = (await lines.next()).value;
  return {
    url: `http://${address}/status`,
    run: async (args, env) => {
      child.stdin.write(`${JSON.stringify({ args, env })}\n`);
      return JSON.parse((await lines.next()).value);
    },
    close: () => child.stdin.end(),
  };
}

/** Another first one each time, and every second time the other way round. */
function turned(names, round) {
  const by = round % names.length;
  const order = [...names.slice(by), ...names.slice(0, by)];
  return round % 2 === 0 ? order : order.reverse();
}

async function measure(name) {
  const args = [k6, 'run', '--quiet', '--no-color', '--no-usage-report', '--no-thresholds', '--address', ''];
  args.push('--summary-mode', 'disabled', '-c', join(folder, 'config.json'));
  if (name === 'benchwright') args.push('--out', name);
  else if (name !== 'none') args.push('--out', `${name}=${join(folder, `samples.${name}`)}`);
  args.push(join(folder, 'load.js'));
  const env = ['K6_AUTO_EXTENSION_RESOLUTION=false', `TARGET=${target.url}`, `LENGTH=${values.seconds}s`];
  env.push(`TASKS=${values.tasks ? 1 : 0}`);
  const { requests, cpuUs, code } = await target.run(args, env);
  if (code !== 0 || requests === 0)
    throw new Error(`k6 with ${name} ended with ${code} after ${requests} requests`);
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

function print(names, table, loadBefore) {
  console.log(
    `${rounds} rounds of ${values.seconds} s, ${cpus().length} CPUs (${cpus()[0]?.model ?? 'unknown'})`,
  );
  console.log(`load average ${loadBefore.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after`);
  console.log('output       CPU µs/request  ratio [low..high]     requests/s  ratio [low..high]');
  for (const name of names) {
    const [cpu, rate] = ['cpu', 'rate'].map((figure) => median(table.map((row) => row[name][figure])));
    const cells = [name.padEnd(12), cpu.toFixed(1).padStart(14), '', ratios(table, name, 'cpu').padEnd(20)];
    console.log([...cells, rate.toFixed(0).padStart(11), '', ratios(table, name, 'rate')].join(' '));
  }
}
