/** Streams of known times, read by the real k6 and judged by the real runner: every time and count is found again. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Histogram } from '../../core/measure/histogram';
import type { MetricCell, RequestCell } from '../../core/measure/record';
import type { Run } from '../../core/run/run';
import { decodeLine } from '../../protocol/stream';
import { makeWorkspace, type Workspace } from './small-service';

const program = path.resolve('dist/cli.cjs');
const firstMs = 80;
const pauseMs = 20;
const chunks = 25;

let server: Server;
let url = '';
let workspace: Workspace;
/** Requests by path. */
const asked = new Map<string, number>();

beforeEach(async () => {
  asked.clear();
  workspace = await makeWorkspace();
  server = createServer((request, response) => {
    const { url: where = '' } = request;
    asked.set(where, (asked.get(where) ?? 0) + 1);
    request.resume().on('end', () => {
      answer(where, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await workspace.dispose();
});

/** Each event is due at a time of its own since the request, so that a late one does not delay those after it. */
function sendAt(response: ServerResponse, events: readonly string[], begun: number, position = 0): void {
  const event = events[position];
  if (event === undefined || response.destroyed) {
    response.end();
    return;
  }
  const due = begun + firstMs + Math.min(position, chunks - 1) * pauseMs;
  setTimeout(
    () => {
      response.write(`data: ${event}\n\n`);
      sendAt(response, events, begun, position + 1);
    },
    Math.max(0, due - performance.now()),
  );
}

function answer(where: string, response: ServerResponse): void {
  if (where === '/busy') {
    response.writeHead(429, { 'Content-Type': 'application/json' }).end('{"error":"later"}');
    return;
  }
  response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
  if (where === '/silent') return;
  if (where === '/cut') {
    response.write('data: {"text":"a"}\n\n', () => response.destroy());
    return;
  }
  const texts = Array.from({ length: chunks }, (_, n) => JSON.stringify({ text: `word${n} ` }));
  const last = [JSON.stringify({ usage: { tokens: chunks * 2 } }), '[DONE]'];
  sendAt(response, where === '/plain' ? texts : [...texts, ...last], performance.now());
}

interface Found {
  readonly run: Run;
  readonly cells: readonly MetricCell[];
  readonly requests: readonly RequestCell[];
  count(metric: string, step: string, outcome?: string): number;
  /** The median of a metric, in its own unit. */
  median(metric: string, step: string): number;
  sent(step: string): number;
}

async function check(code: number, steps: string, load: string, goals: string): Promise<Found> {
  const plan = await workspace.plan(
    `version: 1\nname: streams\ntargets: { llm: { url: '${url}' } }\nscenarios:\n${steps}\n` +
      `phases: { p: { ${load} } }\ngoals: ${goals}\n`,
  );
  const child = spawn(process.execPath, [program, 'run', plan, '--json'], { cwd: workspace.folder });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [actual] = (await once(child, 'close')) as [number | null];
  expect({ code: actual, output }).toMatchObject({ code });
  const dir = /"dir":"([^"]+)"/.exec(output)?.[1] ?? '';
  const run = JSON.parse(await readFile(path.join(dir, 'run.json'), 'utf8')) as Run;
  const lines = (await readFile(path.join(dir, 'stream.ndjson'), 'utf8')).split('\n').slice(0, -1);
  const ticks = lines.flatMap((line) => {
    const decoded = decodeLine(line);
    if (!decoded.ok) throw new Error(line);
    return decoded.record.kind === 'tick' ? [decoded.record] : [];
  });
  const cells = ticks.flatMap((tick) => tick.metrics);
  const requests = ticks.flatMap((tick) => tick.requests);
  const of = (metric: string, step: string) =>
    cells.filter((cell) => cell.metric === metric && cell.step === step);
  return {
    run,
    cells,
    requests,
    count: (metric, step, outcome) =>
      of(metric, step)
        .filter((cell) => (outcome ?? cell.outcome) === cell.outcome)
        .reduce((sum, cell) => sum + cell.count, 0),
    median(metric, step) {
      const whole = new Histogram();
      for (const cell of of(metric, step)) if (cell.type === 'trend') whole.merge(cell.histogram);
      return (whole.quantile(0.5) ?? Number.NaN) / 1000;
    },
    sent: (step) => requests.filter((cell) => cell.step === step).reduce((sum, cell) => sum + cell.count, 0),
  };
}

function near(actual: number | null | undefined, wanted: number, within: number): void {
  expect(Math.abs((actual ?? Number.NaN) - wanted)).toBeLessThan(within);
}

test('times of events are recovered within 5 ms, and counts to the last one', async () => {
  const found = await check(
    0,
    `  chat:
    steps:
      - stream: /chat
        name: chat
        json: { stream: true }
        until: body == "[DONE]"
        text: $.text
        tokens: $.usage.tokens
        success: body contains "word24" and $.usage.tokens == ${chunks * 2}
  plain: { steps: [{ stream: /plain, name: plain }] }`,
    'scenarios: [chat, plain], users: 10, for: 8s, drain: 5s',
    '[p50(ttft(chat)) < 85ms, p95(ttft(chat)) < 300ms, p95(between(chat)) < 60ms, success(chat) >= 98%]',
  );
  const streams = asked.get('/chat') ?? 0;
  const plain = asked.get('/plain') ?? 0;
  expect(streams).toBeGreaterThan(60);
  expect(found.sent('chat')).toBe(streams);
  expect(found.count('task', 'chat', 'success')).toBe(streams);
  for (const [step, requests] of [
    ['chat', streams],
    ['plain', plain],
  ] as const) {
    expect(found.sent(step)).toBe(requests);
    expect(found.count('ttft', step)).toBe(requests);
    expect(found.count('between', step)).toBe(requests * (chunks - 1));
    near(found.median('ttft', step), firstMs, 5);
    near(found.median('between', step), pauseMs, 5);
  }
  const flowing = ((chunks - 1) * pauseMs) / 1000;
  expect(found.count('tokens_per_second', 'chat')).toBe(streams);
  expect(found.median('tokens_per_second', 'chat') / ((chunks * 2 - 1) / flowing)).toBeCloseTo(1, 1);
  expect(found.count('chunks_per_second', 'plain')).toBe(plain);
  expect(found.median('chunks_per_second', 'plain') / ((chunks - 1) / flowing)).toBeCloseTo(1, 1);
  const [phase] = found.run.phases;
  const chat = phase!.steps.find(({ step }) => step === 'chat')!;
  const whole = firstMs + (chunks - 1) * pauseMs;
  near(chat.latencyMs.p50, whole, 10);
  near(chat.ttftMs?.p50, firstMs, 5);
  near(chat.betweenMs?.p50, pauseMs, 5);
  expect(phase!.goals.map(({ state }) => state)).toEqual(['held', 'held', 'held', 'held']);
}, 60_000);

test('a stream that is cut, refused, or silent is a failure of its kind', async () => {
  const found = await check(
    1,
    `  cut: { steps: [{ stream: /cut, name: cut }, { think: 100ms }] }
  busy: { steps: [{ stream: /busy, name: busy }, { think: 100ms }] }
  silent: { steps: [{ stream: /silent, name: silent, timeout: 300ms }] }`,
    'scenarios: [cut, busy, silent], users: 6, for: 3s, drain: 2s',
    '[success(cut) >= 50%, p95(ttft(silent)) < 200ms]',
  );
  for (const step of ['cut', 'busy', 'silent']) {
    expect(found.sent(step)).toBe(asked.get(`/${step}`));
    expect(found.count('task', step, 'failed')).toBe(asked.get(`/${step}`));
  }
  const statuses = (step: string) =>
    found.run.phases[0]?.steps.find((summary) => summary.step === step)?.statuses ?? {};
  expect(Object.keys(statuses('cut'))).toEqual(['0']);
  expect(Object.keys(statuses('busy'))).toEqual(['429']);
  expect(found.count('ttft', 'busy')).toBe(0);
  expect(found.count('ttft', 'silent', 'timeout')).toBe(asked.get('/silent'));
  expect(found.median('ttft', 'silent')).toBeGreaterThanOrEqual(298);
  expect(found.run.phases[0]?.goals.map(({ state }) => state)).toEqual(['broken', 'broken']);
}, 60_000);
