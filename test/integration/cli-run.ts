/** A plan run by the command line from end to end, and all that it left. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { MetricCell, RequestCell, TickRecord } from '../../core/measure/record';
import type { Run } from '../../core/run/run';
import { decodeLine } from '../../protocol/stream';
import type { Workspace } from './small-service';

const program = path.resolve('dist/cli.cjs');

export interface CliRun {
  readonly code: number | null;
  readonly output: string;
  /** The run folder. */
  readonly dir: string;
  readonly run: Run;
  readonly ticks: readonly TickRecord[];
  /** Every file of the run folder by its path in it, as text. */
  readonly files: ReadonlyMap<string, string>;
  requests(step: string): readonly RequestCell[];
  sent(step: string): number;
  metrics(metric: string, step?: string): readonly MetricCell[];
  count(metric: string, step?: string, outcome?: string): number;
}

export interface CliWish {
  readonly plan: string;
  /** Files beside the plan. */
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** @throws where the command line ended without a run folder, with all that it said. */
export async function runByCli(workspace: Workspace, wish: CliWish): Promise<CliRun> {
  const plan = await workspace.plan(wish.plan);
  for (const [file, content] of Object.entries(wish.files ?? {})) {
    await mkdir(path.dirname(path.join(workspace.folder, file)), { recursive: true });
    await writeFile(path.join(workspace.folder, file), content);
  }
  const env = { ...process.env, ...wish.environment };
  const child = spawn(process.execPath, [program, 'run', plan, '--json'], { cwd: workspace.folder, env });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  const dir = /"dir":"([^"]+)"/.exec(output)?.[1];
  if (dir === undefined) throw new Error(output);
  const files = await readFolder(dir);
  const run = JSON.parse(files.get('run.json') ?? 'null') as Run;
  return { code, output, dir, run, files, ...readings(files.get('stream.ndjson') ?? '') };
}

/** What a load logged, a line for each message. */
export function logOf(run: CliRun): string {
  return run.ticks.flatMap((tick) => tick.log.map(({ message }) => message)).join('\n');
}

/** Requests of a step by what they ended with. */
export function endsOf(
  run: CliRun,
  step: string,
  what: 'statuses' | 'errorCodes' = 'statuses',
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const cell of run.requests(step))
    for (const [code, count] of Object.entries(cell[what])) counts[code] = (counts[code] ?? 0) + count;
  return counts;
}

async function readFolder(dir: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    files.set(path.relative(dir, file), await readFile(file, 'utf8'));
  }
  return files;
}

function readings(stream: string) {
  const lines = stream.split('\n').filter((line) => line !== '');
  const ticks = lines.flatMap((line) => {
    const decoded = decodeLine(line);
    if (!decoded.ok) throw new Error(line);
    return decoded.record.kind === 'tick' ? [decoded.record] : [];
  });
  const requests = (step: string) =>
    ticks.flatMap((tick) => tick.requests).filter((cell) => cell.step === step);
  const metrics = (metric: string, step?: string) =>
    ticks
      .flatMap((tick) => tick.metrics)
      .filter((cell) => cell.metric === metric && (step ?? cell.step) === cell.step);
  return {
    ticks,
    requests,
    metrics,
    sent: (step: string) => requests(step).reduce((sum, cell) => sum + cell.count, 0),
    count: (metric: string, step?: string, outcome?: string) =>
      metrics(metric, step)
        .filter((cell) => (outcome ?? cell.outcome) === cell.outcome)
        .reduce((sum, cell) => sum + cell.count, 0),
  };
}
