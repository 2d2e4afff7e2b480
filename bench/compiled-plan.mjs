/**
 * What a compiled plan costs: its throughput against that of the shortest k6 script that does the same by hand.
 *
 *     node bench/compiled-plan.mjs
 *
 * Both run in our k6 with the same options, interleaved, against the same server on this machine; the figure is the
 * median of the ratios of neighbouring runs. Takes about two minutes and one and a half cores.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const rounds = 11;
const seconds = 2;
const users = 20;
const root = resolve(import.meta.dirname, '..');

const folder = await mkdtemp(join(tmpdir(), 'benchwright-bench-'));
const bundle = join(folder, 'compile.cjs');
await build({
  stdin: {
    contents: `export { analysePlan } from './core/plan/analyse';
export { compilePhase } from './engines/k6/compile/compile';
export { k6Command, k6Config } from './engines/k6/command';
export { decodeLine } from './protocol/stream';`,
    resolveDir: root,
  },
  bundle: true,
  format: 'cjs',
  platform: 'node',
  outfile: bundle,
  logLevel: 'error',
});
const { analysePlan, compilePhase, k6Command, k6Config, decodeLine } = createRequire(import.meta.url)(bundle);

const reply = '{"outcome":"success","n":1}';
const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(reply);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}`;

const executor = `{ executor: 'constant-vus', vus: ${users}, duration: '${seconds}s', gracefulStop: '5s' }`;
const byHand = (imports, tail) => `import http from 'k6/http';
${imports}
export const options = {
  discardResponseBodies: true,
  systemTags: ['scenario', 'name', 'status', 'error_code'],
  scenarios: { s: ${executor} },
};
${tail}`;

const cases = [
  {
    name: 'a GET that is only counted',
    steps: '[{ get: /status }]',
    script: byHand(
      '',
      `const params = { tags: { name: 'GET /status' } };
export default function () {
  http.get('${url}/status', params);
}`,
    ),
  },
  {
    name: 'a POST with a judged body',
    steps:
      '[{ post: /run, json: { vu: "${vu}" }, expect: { status: 200 }, success: $.outcome == "success" }]',
    script: byHand(
      "import { Trend } from 'k6/metrics';\nconst task = new Trend('task', true);",
      `const headers = { 'Content-Type': 'application/json' };
const params = { tags: { name: 'POST /run' }, headers, responseType: 'text' };
const success = { name: 'POST /run', outcome: 'success' };
const failed = { name: 'POST /run', outcome: 'failed' };
export default function () {
  const response = http.post('${url}/run', JSON.stringify({ vu: __VU }), params);
  const isSuccess = response.status === 200 && response.json().outcome === 'success';
  task.add(response.timings.duration, isSuccess ? success : failed);
}`,
    ),
  },
];

function compiled(steps) {
  const { plan } = analysePlan(`version: 1
name: bench
targets: { api: { url: '${url}' } }
scenarios: { s: { steps: ${steps} } }
phases: { p: { scenarios: [s], users: ${users}, for: ${seconds}s } }
`);
  const result = compilePhase(plan, 'p');
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.compiled.script;
}

/** Requests per second of load. */
async function throughput(script) {
  const file = join(folder, 'script.js');
  const config = join(folder, 'k6.json');
  await writeFile(file, script);
  await writeFile(config, k6Config);
  const command = k6Command({
    k6: join(root, 'dist/k6/k6'),
    script: file,
    config,
    phase: 'p',
    environment: new Map(),
    secrets: new Map(),
    inherited: process.env,
  });
  const child = spawn(command.file, command.args, { env: command.env, stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`k6 ended with ${code}`);
  let requests = 0;
  for (const line of Buffer.concat(chunks).toString().split('\n')) {
    const decoded = line === '' ? undefined : decodeLine(line);
    if (decoded?.ok && decoded.record.kind === 'tick')
      for (const cell of decoded.record.requests) requests += cell.count;
  }
  return requests / seconds;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

for (const { name, steps, script } of cases) {
  const plan = compiled(steps);
  const ratios = [];
  const rates = [];
  await throughput(script);
  for (let round = 0; round < rounds; round += 1) {
    // The order alternates, so that a drift of the machine favours neither.
    const isPlanFirst = round % 2 === 0;
    const first = await throughput(isPlanFirst ? plan : script);
    const second = await throughput(isPlanFirst ? script : plan);
    const [ofPlan, ofScript] = isPlanFirst ? [first, second] : [second, first];
    ratios.push(ofPlan / ofScript);
    rates.push(ofPlan);
  }
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(3));
  console.log(
    `${name}: ${Math.round(median(rates))} requests/s, ${median(ratios).toFixed(3)} of the script by hand ` +
      `(${least} to ${most} in ${rounds} rounds)`,
  );
}

server.closeAllConnections();
server.close();
await rm(folder, { recursive: true, force: true });
