/**
 * How long a profile takes from the file to the first picture, what memory that takes, and how smoothly it is zoomed,
 * beside speedscope on the same files. Needs a build (`node scripts/build.mjs`) and Chrome or Chromium.
 *
 *     node bench/profiles.mjs [--megabytes 1,10,100] [--rounds 3]
 *
 * Ours is the thread that the editor starts and the page that it shows; between them lies a socket in place of the
 * editor's own channel. Speedscope is the site in its npm package. Either page is loaded when the file is given. Both are shown the same profile merged by function
 * (its "left heavy"), in the same browser at the same size, in processes of their own for each figure. Measured alike:
 *
 * - First picture: from the moment the file is given to the end of the frame that draws the first name of a function.
 * - Memory: what all processes hold at most beyond what they held before the file was given.
 * - Zoom: from one frame to the next while every frame zooms in a little, over 120 frames. The browser draws without a
 *   graphics card, which is hard on speedscope: it draws with WebGL.
 */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { chromium } from 'playwright-core';
import { WebSocketServer } from 'ws';
import { ensureBrowser } from '../scripts/browser.mjs';
import { root } from '../scripts/constants.mjs';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '1,10,100' },
    rounds: { type: 'string', default: '3' },
    /** One figure, printed as JSON: the program calls itself so. */
    viewer: { type: 'string' },
    file: { type: 'string' },
  },
});
const functions = 2000;
const zoomFrames = 120;
const viewers = { benchwright: showOurs, speedscope: showSpeedscope };

if (values.viewer === undefined) compare();
else console.log(JSON.stringify(await viewers[values.viewer](values.file)));

function compare() {
  const folder = mkdtempSync(path.join(tmpdir(), 'benchwright-profiles-'));
  const loadBefore = loadavg()[0];
  try {
    const rows = values.megabytes.split(',').map((megabytes) => {
      const profile = write(folder, Number(megabytes));
      const figures = { benchwright: [], speedscope: [] };
      for (let round = 0; round < Number(values.rounds); round++)
        for (const viewer of round % 2 === 0 ? Object.keys(figures) : Object.keys(figures).reverse())
          figures[viewer].push(measureAlone(viewer, profile.file));
      return { ...profile, bytes: statSync(profile.file).size, figures };
    });
    print(rows, loadBefore);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measureAlone(viewer, file) {
  const args = [fileURLToPath(import.meta.url), '--viewer', viewer, '--file', file];
  const { status, stdout } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${viewer} did not show ${file}`);
  return JSON.parse(stdout);
}

function print(rows, loadBefore) {
  console.log(`${values.rounds} rounds, ${cpus().length} CPUs (${cpus()[0]?.model ?? 'unknown'})`);
  console.log(
    `load average ${loadBefore.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after (with what is measured)`,
  );
  console.log('  MB    samples  viewer       first picture   memory   frame p50   frame p95');
  for (const { bytes, samples, figures } of rows) {
    for (const [viewer, all] of Object.entries(figures)) {
      const of = (figure) => median(all.map((one) => one[figure]));
      console.log(
        [
          (bytes / 1e6).toFixed(0).padStart(4),
          samples.toLocaleString('en').padStart(10),
          ` ${viewer.padEnd(12)}`,
          `${of('firstMs').toFixed(0)} ms`.padStart(12),
          `${(of('bytes') / 1e6).toFixed(0)} MB`.padStart(8),
          `${of('frameMsP50').toFixed(1)} ms`.padStart(11),
          `${of('frameMsP95').toFixed(1)} ms`.padStart(11),
        ].join(' '),
      );
    }
    const ratios = figures.benchwright.map(({ firstMs }, i) => figures.speedscope[i].firstMs / firstMs);
    const range = `${Math.min(...ratios).toFixed(1)}..${Math.max(...ratios).toFixed(1)}`;
    console.log(`                 speedscope takes ${median(ratios).toFixed(1)} times as long [${range}]`);
  }
}

/** Stacks of a web service: a trunk that all share, and branches of which some are taken far more often. */
function write(folder, megabytes) {
  const file = path.join(folder, `${megabytes}.speedscope.json`);
  const out = openSync(file, 'w');
  const frames = Array.from({ length: functions }, (_, i) => ({
    name: `function_${i}`,
    file: `/srv/app/module_${i % 60}.py`,
    line: (i * 7) % 400,
  }));
  const schema = 'https://www.speedscope.app/file-format-schema.json';
  writeSync(
    out,
    `{"$schema":"${schema}","shared":{"frames":${JSON.stringify(frames)}},"profiles":[{"type":"sampled","name":"main","unit":"seconds","samples":[`,
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
  writeSync(out, `],"startValue":0,"endValue":${(samples * 0.01).toFixed(2)}}]}`);
  closeSync(out);
  return { file, samples };
}

async function showOurs(file) {
  const worker = new Worker(path.join(root, 'dist/profile-worker.cjs'), {
    resourceLimits: { maxOldGenerationSizeMb: 6144 },
  });
  const page = `<!DOCTYPE html><html lang="en" style="--vscode-foreground: #ccc; --vscode-editor-background: #1f1f1f">
<meta charset="utf-8"><link rel="stylesheet" href="/profile.css"><body class="vscode-dark"><div id="root"></div><script>
const socket = new WebSocket('ws://' + location.host);
socket.binaryType = 'arraybuffer';
const kinds = { Float64Array, Uint32Array };
let columns = [];
socket.onmessage = ({ data }) => {
  if (typeof data !== 'string') return columns.push(data);
  const sent = columns;
  columns = [];
  const revive = (_, value) => (value?.column === undefined ? value : new kinds[value.column](sent[value.at]));
  dispatchEvent(new MessageEvent('message', { data: JSON.parse(data, revive) }));
};
acquireVsCodeApi = () => ({ postMessage: (message) => socket.send(JSON.stringify(message)) });
socket.onopen = () => document.body.append(Object.assign(document.createElement('script'), { src: '/profile.js' }));
</script></body></html>`;
  const server = await serve(path.join(root, 'dist/webviews'), page);
  const socket = new WebSocketServer({ server: server.http });
  let number = 0;
  const connected = new Promise((resolve) => socket.once('connection', resolve));
  const shown = await show(server.url, {
    ready: async () => {
      const view = await connected;
      worker.on('message', ({ message }) => message && sendTo(view, message));
      return new Promise((resolve) => {
        view.on('message', (text) => {
          const question = JSON.parse(String(text));
          if (question.kind === 'ready') resolve();
          if ('request' in question) worker.postMessage({ kind: 'ask', question, number: ++number });
        });
      });
    },
    give: () => {
      const opened = { files: [file], name: 'profile', cpuNsPerRequest: null, isOfRun: false };
      worker.postMessage({ kind: 'open', opened, number: ++number });
    },
    canvas: '[data-part="flame"]',
  });
  await worker.terminate();
  socket.close();
  server.http.close();
  return shown;
}

/** Columns as bytes, ahead of what they belong to: so the editor's channel carries them. */
function sendTo(view, message) {
  let count = 0;
  const text = JSON.stringify(message, (_, value) => {
    if (!ArrayBuffer.isView(value)) return value;
    view.send(value);
    return { column: value.constructor.name, at: count++ };
  });
  view.send(text);
}

async function showSpeedscope(file) {
  const site = path.join(
    path.dirname(createRequire(import.meta.url).resolve('speedscope/package.json')),
    'dist/release',
  );
  const server = await serve(site, readFileSync(path.join(site, 'index.html'), 'utf8'));
  const shown = await show(`${server.url}#view=left-heavy`, {
    ready: (page) => page.locator('#file').waitFor({ state: 'attached' }),
    give: (page) => page.locator('#file').setInputFiles(file),
    canvas: 'canvas >> nth=-1',
  });
  server.http.close();
  return shown;
}

function serve(folder, index) {
  const types = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html' };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (pathname === '/') response.setHeader('content-type', 'text/html').end(index);
    else if (readdirSync(folder).includes(pathname.slice(1)))
      response
        .setHeader('content-type', types[path.extname(pathname)] ?? 'application/octet-stream')
        .end(readFileSync(path.join(folder, pathname.slice(1))));
    else response.writeHead(404).end();
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve({ http: server, url: `http://127.0.0.1:${server.address().port}/` }),
    );
  });
}

/** Gives a file to a viewer and looks at what it draws. */
async function show(url, { ready, give, canvas }) {
  const browser = await chromium.launch({
    executablePath: await ensureBrowser(),
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.addInitScript(watchDrawing);
    await page.goto(url);
    await ready(page);
    const before = memoryOfTree();
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, memoryOfTree())), 50);
    await page.evaluate(() => (globalThis.givenMs = performance.now()));
    await give(page);
    await page.waitForFunction(() => globalThis.drawnMs !== undefined, undefined, {
      timeout: 300_000,
      polling: 100,
    });
    const firstMs = await page.evaluate(() => globalThis.drawnMs - globalThis.givenMs);
    clearInterval(watch);
    const gaps = await page.locator(canvas).evaluate(zoomIn, zoomFrames);
    gaps.sort((a, b) => a - b);
    const frameMs = (part) => gaps[Math.floor(gaps.length * part)];
    return { firstMs, bytes: most - before, frameMsP50: frameMs(0.5), frameMsP95: frameMs(0.95) };
  } finally {
    await browser.close();
  }
}

/** In the page: notes the end of the frame in which the first function was named. */
function watchDrawing() {
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
    if (
      globalThis.givenMs !== undefined &&
      globalThis.isNamed === undefined &&
      text.startsWith('function_')
    ) {
      globalThis.isNamed = true;
      // A frame has ended when the next one begins.
      requestAnimationFrame(() => (globalThis.drawnMs = performance.now()));
    }
    return fillText.call(this, text, ...rest);
  };
}

/** In the page. @returns the time between frames, in milliseconds. */
function zoomIn(canvas, frames) {
  const { left, top, width } = canvas.getBoundingClientRect();
  const at = { clientX: left + width / 3, clientY: top + 60 };
  return new Promise((resolve) => {
    const gaps = [];
    let before;
    const step = (now) => {
      if (before !== undefined) gaps.push(now - before);
      before = now;
      if (gaps.length === frames) return resolve(gaps);
      const options = { ...at, deltaY: -2, ctrlKey: true, bubbles: true, cancelable: true };
      canvas.dispatchEvent(new WheelEvent('wheel', options));
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
}

/** What this process and all below it hold in memory, shared pages counted once for each that shares them. */
function memoryOfTree() {
  const parents = new Map();
  const pages = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      parents.set(Number(name), Number(fields[1]));
      pages.set(Number(name), Number(fields[21]));
    } catch {
      // It ended meanwhile.
    }
  }
  const isBelow = (pid) => pid === process.pid || (parents.has(pid) && isBelow(parents.get(pid)));
  return [...pages].reduce((sum, [pid, count]) => sum + (isBelow(pid) ? count * 4096 : 0), 0);
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
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
