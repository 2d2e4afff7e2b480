/** Runs compiled plans with the real k6 against a real server that writes down what reaches it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import type { MetricCell, RequestCell, TickRecord } from '../../core/measure/record';
import { analysePlan } from '../../core/plan/analyse';
import { k6Command, k6Config } from '../../engines/k6/command';
import { compilePhase } from '../../engines/k6/compile/compile';
import { decodeLine } from '../../protocol/stream';

const program = resolve(import.meta.dirname, '../../dist/k6/k6');

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly raw: Buffer;
}

export const received: Received[] = [];
/** Set by a test; answers are JSON otherwise. */
export const server: { answer: (request: Received, response: ServerResponse) => void; url: string } = {
  answer: () => undefined,
  url: '',
};
let listener: Server;
let folder = '';

beforeAll(async () => {
  expect(existsSync(program), 'dist/k6/k6 is missing: run node scripts/build-k6.mjs').toBe(true);
  folder = await mkdtemp(join(tmpdir(), 'benchwright-compile-'));
  listener = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const raw = Buffer.concat(chunks);
      const entry = { method, url: path, headers, raw, body: raw.toString() };
      received.push(entry);
      server.answer(entry, response);
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  server.url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
});

afterAll(async () => {
  listener.closeAllConnections();
  listener.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  received.length = 0;
  server.answer = (_, response) => {
    json(response, { ok: true });
  };
});

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

export interface Run {
  readonly ticks: readonly TickRecord[];
  readonly requests: readonly RequestCell[];
  readonly kinds: readonly string[];
  readonly code: number | null;
  readonly log: string;
  /** Samples of a metric by outcome, as `count of name/outcome`. */
  count(metric: string, name?: string, outcome?: string): number;
  cells(metric: string): readonly MetricCell[];
}

export interface Wish {
  /** The plan after its targets, as YAML. */
  readonly plan: string;
  readonly path?: string;
  /** More keys of the target. */
  readonly target?: string;
  readonly rows?: Readonly<Record<string, readonly unknown[]>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Files beside the plan. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

/** Compiles the phase `p` of a plan and runs it to its end. */
export async function check(wish: Wish): Promise<Run> {
  const text = `version: 1\nname: integration\ntargets: { api: { url: '${server.url}${wish.path ?? ''}', ${wish.target ?? ''} } }\n${wish.plan}`;
  const { plan, problems } = analysePlan(text);
  expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  const result = compilePhase(plan!, 'p');
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const dir = await mkdtemp(join(folder, 'phase-'));
  const script = join(dir, 'script.js');
  const config = join(dir, 'k6.json');
  await writeFile(script, result.compiled.script);
  await writeFile(config, k6Config);
  for (const feed of result.compiled.feeds) {
    await mkdir(dirname(join(dir, feed.scriptFile)), { recursive: true });
    await writeFile(join(dir, feed.scriptFile), JSON.stringify(wish.rows?.[feed.name] ?? []));
  }
  for (const { file, scriptFile } of result.compiled.files) {
    await mkdir(dirname(join(dir, scriptFile)), { recursive: true });
    await writeFile(join(dir, scriptFile), wish.files?.[file] ?? '');
  }
  const environment = new Map(Object.entries(wish.environment ?? {}));
  const command = k6Command({
    ...{ k6: program, script, config, phase: 'p', environment, secrets: new Map(), inherited: process.env },
  });
  return runCommand(command, dir);
}

async function runCommand(command: ReturnType<typeof k6Command>, cwd: string): Promise<Run> {
  const child = spawn(command.file, [...command.args], { cwd, env: { ...command.env } });
  const output: Buffer[] = [];
  const log: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => log.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  const lines = Buffer.concat(output)
    .toString()
    .split('\n')
    .filter((line) => line !== '');
  const records = lines.map((line) => {
    const decoded = decodeLine(line);
    if (!decoded.ok) throw new Error(line);
    return decoded.record;
  });
  const ticks = records.filter((record) => record.kind === 'tick');
  const metrics = ticks.flatMap((tick) => tick.metrics);
  const cells = (metric: string) => metrics.filter((cell) => cell.metric === metric);
  return {
    ticks,
    requests: ticks.flatMap((tick) => tick.requests),
    kinds: records.map((record) => record.kind),
    code,
    log: Buffer.concat(log).toString(),
    cells,
    count: (metric, name, outcome) =>
      cells(metric)
        .filter((cell) => (name ?? cell.step) === cell.step && (outcome ?? cell.outcome) === cell.outcome)
        .reduce((sum, cell) => sum + cell.count, 0),
  };
}

export function sum(cells: readonly RequestCell[], step: string): number {
  return cells.filter((cell) => cell.step === step).reduce((total, cell) => total + cell.count, 0);
}
