/**
 * How much memory an hour of 1,000 requests a second takes, and what k6 alone keeps for its own summary. Needs k6.
 *
 *     node bench/memory.mjs
 *
 * The hour is simulated record by record, and goes through what reads a real one: decoding, the stream on disk, the
 * series, the live panel's state, the judgement. What k6 keeps is measured over a short run and extrapolated by the
 * sample, and is labelled so. Takes about two minutes.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadTypeScript } from './load-typescript/load.mjs';

const root = resolve(import.meta.dirname, '..');
const k6 = join(root, 'dist/k6', process.platform === 'win32' ? 'k6.exe' : 'k6');
const megabyte = 1024 * 1024;
const shortSeconds = 5;
const longSeconds = 35;
const hourRequests = 3600 * 1000;

const folder = await mkdtemp(join(tmpdir(), 'benchwright-memory-'));
try {
  if (process.argv[2] === '--read') await readInThisProcess();
  else await measure();
} finally {
  await rm(folder, { recursive: true });
}

async function readInThisProcess() {
  const { readAnHour } = await loadTypeScript('./test/tables/memory');
  console.log(JSON.stringify(await readAnHour(folder, 3600, globalThis.gc)));
}

async function measure() {
  const { isMet, printClaims } = await loadTypeScript('./test/tables/memory');
  const before = loadavg()[0];
  const read = await readElsewhere();
  const alone = await growthOf([]);
  const ours = await growthOf(['--summary-mode', 'disabled', '--no-thresholds', '--out', 'benchwright']);
  const table = {
    title: 'Memory over one hour of 1,000 requests a second',
    claims: claims(read, alone, ours),
  };
  console.log(`\n${printClaims(table)}\n`);
  console.log(`load average ${before.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after`);
  process.exitCode = table.claims.every(isMet) ? 0 : 1;
}

/** In a process of its own, so that nothing else counts. */
async function readElsewhere() {
  const child = spawn(process.execPath, ['--expose-gc', import.meta.filename, '--read'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`reading ended with ${code}`);
  return JSON.parse(Buffer.concat(chunks).toString());
}

function claims(read, alone, ours) {
  const mb = (bytes) => bytes / megabyte;
  return [
    { what: 'requests judged (simulated)', measured: read.requests, unit: '' },
    { what: 'stream on disk', measured: mb(read.streamBytes), unit: 'MB' },
    { what: 'process before the first record', measured: mb(read.beforeBytes), unit: 'MB' },
    { what: 'process at its peak', measured: mb(read.peakBytes), unit: 'MB', goal: { atMost: 300 } },
    { what: 'held after 6 minutes', measured: mb(read.heapEarlyBytes), unit: 'MB' },
    { what: 'held after 60 minutes', measured: mb(read.heapLateBytes), unit: 'MB', goal: { atMost: 100 } },
    { what: 'k6 under Benchwright: bytes more per request (short run)', measured: ours, unit: 'bytes' },
    { what: 'k6 alone with its summary: bytes more per request (short run)', measured: alone, unit: 'bytes' },
    { what: 'k6 alone after an hour (extrapolated)', measured: mb(alone * hourRequests), unit: 'MB' },
  ];
}

/** How much the highest memory of k6 grows per request, from a short run to a longer one of the same users. */
async function growthOf(args) {
  const server = createServer((request, response) => {
    request.resume();
    response.end('{"ok":true}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address();
    const short = await runK6(args, port, shortSeconds);
    const long = await runK6(args, port, longSeconds);
    return Math.max(0, (long.peakBytes - short.peakBytes) / (long.requests - short.requests));
  } finally {
    server.closeAllConnections();
    server.close();
  }

  async function runK6(extra, port, seconds) {
    let requests = 0;
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      requests += 1;
      request.resume();
      response.end('{"ok":true}');
    });
    const script = join(folder, 'load.js');
    await writeFile(
      script,
      `import http from 'k6/http';
export const options = { discardResponseBodies: true, vus: 10, duration: '${seconds}s' };
export default function () { http.get('http://127.0.0.1:${port}/status', { tags: { name: 'status' } }); }
`,
    );
    const config = join(folder, 'config.json');
    await writeFile(config, '{}');
    const all = ['run', '--quiet', '--no-usage-report', '--address', '', '-c', config, ...extra, script];
    const child = spawn(k6, all, {
      env: { K6_AUTO_EXTENSION_RESOLUTION: 'false' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.resume();
    let peakBytes = 0;
    const timer = setInterval(() => {
      void readFile(`/proc/${child.pid}/status`, 'utf8')
        .then((text) => {
          peakBytes = Math.max(peakBytes, Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0) * 1024);
        })
        // It is gone between two looks at the end.
        .catch((error) => {
          if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
        });
    }, 100);
    const [code] = await once(child, 'close');
    clearInterval(timer);
    if (code !== 0) throw new Error(`k6 ended with ${code}`);
    return { peakBytes, requests };
  }
}
