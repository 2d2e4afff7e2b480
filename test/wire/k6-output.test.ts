/** What our k6 writes about a load that a server here has counted itself. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RequestCell, StreamRecord, TickRecord } from '../../core/measure/record';
import { decodeLine } from '../../protocol/stream';

const root = resolve(import.meta.dirname, '../..');
const k6 = join(root, 'dist/k6', process.platform === 'win32' ? 'k6.exe' : 'k6');

let folder: string;
let server: Server;
let target: string;
const seen = new Map<string, number>();

beforeAll(async () => {
  if (!existsSync(k6)) throw new Error('there is no k6: run “node scripts/build-k6.mjs”');
  folder = mkdtempSync(join(tmpdir(), 'benchwright-wire-'));
  writeFileSync(join(folder, 'config.json'), '{}');
  server = createServer((request, response) => {
    const path = request.url ?? '';
    const count = (seen.get(path) ?? 0) + 1;
    seen.set(path, count);
    response.statusCode = path === '/some' && count % 4 === 0 ? 503 : 200;
    setTimeout(() => response.end('ok'), path === '/slow' ? 1200 : 0);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const head = `import http from 'k6/http';
import { sleep } from 'k6';
import { Gauge, Trend } from 'k6/metrics';
const loadStart = new Gauge('load_start');
const ttc = new Trend('ttc', true);
export function setup() { http.get('TARGET/setup', { tags: { name: 'setup' } }); loadStart.add(1); }
`;

function start(script: string): ChildProcessByStdio<null, Readable, Readable> {
  const file = join(folder, 'script.js');
  writeFileSync(file, (head + script).replaceAll('TARGET', target));
  const args = ['run', '--quiet', '--no-color', '--no-usage-report', '--summary-mode', 'disabled'];
  args.push('--no-thresholds', '--log-output', 'stderr', '--log-format', 'json', '--address', '');
  args.push('-c', join(folder, 'config.json'), '--out', 'benchwright', file);
  return spawn(k6, args, {
    env: { BENCHWRIGHT_PHASE: 'load', BENCHWRIGHT_PERIOD: '500ms', K6_AUTO_EXTENSION_RESOLUTION: 'false' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
  readonly records: readonly StreamRecord[];
  readonly ticks: readonly TickRecord[];
  readonly cells: readonly RequestCell[];
}

async function run(script: string, onOutput: (stop: () => void) => void = () => undefined): Promise<Ended> {
  const child = start(script);
  // Not before its first figures: until it loads, an interrupt ends it as it would any program.
  let told = '';
  const listen = (chunk: Buffer): void => {
    told += chunk.toString();
    if (!told.includes('"tick"')) return;
    child.stdout.off('data', listen);
    onOutput(() => child.kill('SIGINT'));
  };
  child.stdout.on('data', listen);
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  const records = output.split('\n').filter(Boolean).map(read);
  const ticks = records.filter((record) => record.kind === 'tick');
  return { code, output, errors, records, ticks, cells: ticks.flatMap((tick) => tick.requests) };
}

function read(line: string): StreamRecord {
  const decoded = decodeLine(line);
  if (!decoded.ok) throw new Error(`${decoded.problem.message}: ${line}`);
  return decoded.record;
}

function countOf(cells: readonly RequestCell[], step: string, outcome?: string): number {
  const wanted = cells.filter((cell) => cell.step === step && (outcome ?? cell.outcome) === cell.outcome);
  return wanted.reduce((sum, cell) => sum + cell.count, 0);
}

describe('our k6', () => {
  test('accounts for every request that the server saw, under the second in which it began', async () => {
    const ended = await run(`
export const options = { scenarios: {
  fast: { executor: 'constant-arrival-rate', rate: 40, timeUnit: '1s', duration: '2s', preAllocatedVUs: 5, exec: 'fast' },
  slow: { executor: 'per-vu-iterations', vus: 2, iterations: 1, exec: 'slow' } } };
export function fast() {
  http.get('TARGET/some', { tags: { name: 'some' } });
  http.get('TARGET/poll', { tags: { name: 'task', aside: 'poll' } });
  ttc.add(5, { name: 'task', outcome: 'success' });
}
export function slow() { http.get('TARGET/slow', { tags: { name: 'slow' } }); }`);
    if (process.env['UPDATE_WIRE'] === '1') {
      writeFileSync(join(import.meta.dirname, 'real-run.ndjson'), ended.output);
    }
    expect(ended.code).toBe(0);
    expect(ended.records.map((record) => record.seq)).toEqual(ended.records.map((_, index) => index));
    expect(ended.records.map((record) => record.kind).filter((kind) => kind !== 'tick')).toEqual([
      'start',
      'clock',
      'end',
    ]);
    expect(ended.records.at(-1)).not.toHaveProperty('error');

    const all = seen.get('/some') ?? 0;
    expect(all).toBeGreaterThan(70);
    expect(countOf(ended.cells, 'some', 'failed')).toBe(Math.floor(all / 4));
    expect(countOf(ended.cells, 'some', 'ok')).toBe(all - Math.floor(all / 4));
    expect(countOf(ended.cells, 'slow')).toBe(2);
    expect(countOf(ended.cells, 'setup') + countOf(ended.cells, 'task')).toBe(0);

    const slow = ended.cells.filter((cell) => cell.step === 'slow');
    expect(slow.map((cell) => cell.at)).toEqual([0]);
    expect(slow[0]!.minUs).toBeGreaterThan(1_190_000);
    for (const cell of ended.cells) expect(cell.histogram.total).toBe(cell.count);

    const metrics = ended.ticks.flatMap((tick) => tick.metrics);
    const polls = metrics.filter((cell) => cell.metric === 'poll');
    expect(polls.reduce((sum, cell) => sum + cell.count, 0)).toBe(seen.get('/poll'));
    const iterations = ended.ticks.reduce((sum, tick) => sum + tick.iterations, 0);
    expect(iterations).toBe(all + 2);
    expect(ended.ticks.some((tick) => (tick.cpuUs ?? 0) > 0)).toBe(true);
  });

  test('does not flood the log with a refused port, and counts every refusal', async () => {
    const ended = await run(`
export const options = { scenarios: { a: { executor: 'shared-iterations', vus: 4, iterations: 3000 } } };
export default function () { http.get('http://127.0.0.1:1/', { tags: { name: 'refused' } }); }`);
    expect(ended.code).toBe(0);
    expect(countOf(ended.cells, 'refused', 'failed')).toBe(3000);
    const codes = ended.cells.map((cell) => cell.errorCodes['1212'] ?? 0);
    expect(codes.reduce((sum, count) => sum + count, 0)).toBe(3000);
    const log = ended.ticks.flatMap((tick) => tick.log);
    expect(log.every((line) => line.message.includes('connection refused'))).toBe(true);
    expect(log.reduce((sum, line) => sum + line.count, 0)).toBe(3000);
    expect(ended.errors.trimEnd().split('\n')).toHaveLength(1);
  });

  test('tells a script that does not load on stderr, and writes no record', async () => {
    const ended = await run(`export default function () {} throw new Error('no such feed');`);
    expect(ended.code).toBe(107);
    expect(ended.output).toBe('');
    expect(ended.errors).toContain('no such feed');
  });

  test('counts exceptions as one line each record', async () => {
    const ended = await run(`
export const options = { scenarios: { a: { executor: 'shared-iterations', vus: 1, iterations: 500 } } };
export default function () { throw new Error('boom'); }`);
    const log = ended.ticks.flatMap((tick) => tick.log);
    expect(log.every((line) => line.level === 'error' && line.message.includes('boom'))).toBe(true);
    expect(log.reduce((sum, line) => sum + line.count, 0)).toBe(500);
    expect(ended.errors.split('boom').length - 1).toBe(1);
  });

  const forever = `
export const options = { scenarios: { a: { executor: 'constant-vus', vus: 1, duration: '60s' } } };
export default function () { sleep(0.01); }`;

  test.skipIf(process.platform === 'win32')(
    'ends its records with the reason when it is interrupted',
    async () => {
      const ended = await run(forever, (stop) => {
        stop();
      });
      expect(ended.code).toBe(105);
      expect(ended.records.at(-1)).toMatchObject({
        kind: 'end',
        error: expect.stringContaining('signal') as string,
      });
    },
  );

  test('ends by itself when nobody reads it any more', async () => {
    const child = start(forever);
    child.stderr.resume();
    const closed = new Promise<void>((resolve) =>
      child.once('exit', () => {
        resolve();
      }),
    );
    child.stdout.once('data', () => child.stdout.destroy());
    await closed;
    expect(child.exitCode !== 0).toBe(true);
  }, 20_000);
});
