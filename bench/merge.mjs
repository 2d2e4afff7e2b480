/**
 * What merging the streams of many generators costs: CPU time per record and per merge, sizes and memory, for loads of
 * up to a million requests a second. Nothing is sent: records as large as real ones are made up, and go through the
 * code that reads, merges and writes them. Takes about a minute.
 *
 *     node bench/merge.mjs
 */
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { loadTypeScript } from './load-typescript/load.mjs';

const cases = [
  { generators: 1, steps: 5, requestsPerSecond: 10_000 },
  { generators: 4, steps: 5, requestsPerSecond: 10_000 },
  { generators: 20, steps: 5, requestsPerSecond: 10_000 },
  { generators: 100, steps: 5, requestsPerSecond: 10_000 },
  { generators: 100, steps: 20, requestsPerSecond: 10_000 },
  { generators: 500, steps: 5, requestsPerSecond: 2000 },
];

if (process.argv[2] === undefined) measureAll();
else {
  const { measureMerge } = await loadTypeScript('./test/tables/merge');
  const wish = cases[Number(process.argv[2])];
  // The first round lets the compiler see the code.
  measureMerge({ ...wish, generators: Math.min(20, wish.generators) }, globalThis.gc);
  console.log(JSON.stringify(measureMerge(wish, globalThis.gc)));
}

/** Each in a process of its own, so that none is measured with the garbage of another. */
function measureAll() {
  const before = loadavg()[0];
  console.log(
    'generators × steps, requests/s each | line | merged | decode/record | merge/record | write/merge | of one core | heap',
  );
  for (const index of cases.keys()) {
    const args = ['--expose-gc', fileURLToPath(import.meta.url), String(index)];
    const { stdout, status } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (status !== 0) process.exit(1);
    const found = JSON.parse(stdout);
    const kilo = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
    console.log(
      [
        `${found.generators} × ${found.steps}, ${found.requestsPerSecond}/s`,
        kilo(found.lineBytes),
        kilo(found.mergedBytes),
        `${found.decodeUs.toFixed(0)} µs`,
        `${found.mergeUs.toFixed(0)} µs`,
        `${found.encodeUs.toFixed(0)} µs`,
        `${(found.coreShare * 100).toFixed(1)} %`,
        `${(found.heapBytes / 1e6).toFixed(0)} MB`,
      ].join(' | '),
    );
  }
  console.log(
    `CPU time; load average ${before.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after, on ${cpus().length} cores`,
  );
}
