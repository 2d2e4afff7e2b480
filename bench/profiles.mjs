/**
 * How long a profile takes from the file to the first picture, what memory it needs, and how fast the pictures of a
 * zoom come: the thread that the editor starts is started here in the same way. Needs a build (`node scripts/build.mjs`).
 *
 *     node bench/profiles.mjs [--megabytes 1,10,100]
 *
 * The time to parse the same file as plain JSON stands beside it as the yardstick, since no reader of this format can
 * be faster than that without a parser of its own. Not measured: speedscope's own reader, whose package holds nothing
 * but its site, and the time that the page takes to draw.
 */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

const { values } = parseArgs({ options: { megabytes: { type: 'string', default: '1,10,100' } } });
const script = path.resolve(import.meta.dirname, '../dist/profile-worker.cjs');
const folder = mkdtempSync(path.join(tmpdir(), 'benchwright-profiles-'));
const functions = 2000;

try {
  console.log('  MB    samples  JSON.parse   to first picture   ratio   peak RSS   zoom p50   zoom p95');
  for (const megabytes of values.megabytes.split(',').map(Number)) {
    const { file, samples } = write(megabytes);
    // The memory of one file is not to be that of the one before.
    const row = await measure(file);
    const plainMs = timed(() => JSON.parse(readFileSync(file, 'utf8')));
    console.log(
      [
        (statSync(file).size / 1e6).toFixed(0).padStart(4),
        samples.toLocaleString('en').padStart(10),
        `${plainMs.toFixed(0)} ms`.padStart(11),
        `${row.openMs.toFixed(0)} ms`.padStart(18),
        (row.openMs / plainMs).toFixed(1).padStart(7),
        `${(row.rss / 1e6).toFixed(0)} MB`.padStart(10),
        `${row.zoomMs[0].toFixed(1)} ms`.padStart(10),
        `${row.zoomMs[1].toFixed(1)} ms`.padStart(10),
      ].join(' '),
    );
  }
  console.log(`load average ${loadavg()[0].toFixed(1)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Stacks of a web service: a trunk that all share, and branches of which some are taken far more often. */
function write(megabytes) {
  const file = path.join(folder, `${megabytes}.speedscope.json`);
  const out = openSync(file, 'w');
  const frames = Array.from({ length: functions }, (_, i) => ({
    name: `function_${i}`,
    file: `/srv/app/module_${i % 60}.py`,
    line: (i * 7) % 400,
  }));
  writeSync(
    out,
    `{"shared":{"frames":${JSON.stringify(frames)}},"profiles":[{"type":"sampled","name":"main","unit":"seconds","samples":[`,
  );
  const random = generator(7);
  let [samples, bytes, seed] = [0, 0, 1];
  let chunk = [];
  while (bytes < megabytes * 1e6 * 0.94) {
    if (random() < 0.3) seed = Math.floor(random() ** 3 * 5000);
    const stack = Array.from({ length: 10 + (seed % 15) }, (_, depth) =>
      depth < 6 ? depth : (seed * 31 + depth * 17) % functions,
    );
    const text = `${samples === 0 ? '' : ','}[${stack.join(',')}]`;
    samples += 1;
    bytes += text.length + 5;
    chunk.push(text);
    if (chunk.length === 10_000) {
      writeSync(out, chunk.join(''));
      chunk = [];
    }
  }
  writeSync(out, `${chunk.join('')}],"weights":[`);
  for (let written = 0; written < samples; written += 10_000) {
    const count = Math.min(10_000, samples - written);
    writeSync(out, (written === 0 ? '' : ',') + Array(count).fill('0.01').join(','));
  }
  writeSync(out, ']}]}');
  closeSync(out);
  return { file, samples };
}

async function measure(file) {
  const worker = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: 6144 } });
  let number = 0;
  let waiting;
  worker.on('message', (answer) => waiting.resolve(answer));
  worker.on('error', (cause) => waiting.reject(cause));
  const send = (asked) =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      worker.postMessage({ ...asked, number: ++number });
    });
  const layout = (window) =>
    send({
      kind: 'ask',
      question: {
        kind: 'layout',
        version: 1,
        request: 1,
        order: 'weight',
        thread: null,
        window,
        pixels: 1400,
      },
    });
  let rss = 0;
  const watch = setInterval(() => (rss = Math.max(rss, process.memoryUsage.rss())), 20);
  const started = performance.now();
  const opened = await send({ kind: 'open', file });
  if (opened.message.kind !== 'opened') throw new Error(JSON.stringify(opened.message));
  const first = await layout(null);
  const openMs = performance.now() - started;
  const zooms = [];
  const { axisTo } = first.message;
  for (let i = 0; i < 200; i++) {
    const width = axisTo * 0.97 ** i;
    const at = performance.now();
    await layout({ from: (axisTo - width) / 3, to: (axisTo - width) / 3 + width });
    zooms.push(performance.now() - at);
  }
  clearInterval(watch);
  await worker.terminate();
  zooms.sort((a, b) => a - b);
  return { openMs, rss, zoomMs: [zooms[100], zooms[190]] };
}

function timed(work) {
  const started = performance.now();
  work();
  return performance.now() - started;
}

/** The same numbers every time (mulberry32). */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
