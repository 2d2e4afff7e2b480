/** Runs phases of a plan: by the command line into a run folder, or by k6 alone beside its own outputs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { StreamRecord } from '../../core/measure/record';
import type { PhaseResult } from '../../core/run/run';
import { analysePlan } from '../../core/plan/analyse';
import { k6Command, k6Config } from '../../engines/k6/command';
import { compilePhase, type CompiledPhase } from '../../engines/k6/compile/compile';
import { decodeLine } from '../../protocol/stream';
import { openRun } from '../../runner/open-run';
import { readSamples, type ExactRequest } from './k6-samples';

export interface FolderRun {
  /** The run folder. */
  readonly dir: string;
  readonly exitCode: number | null;
  readonly records: readonly StreamRecord[];
  readonly phase: PhaseResult;
  /** What the command line told a person. */
  readonly told: string;
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly log: string;
}

async function run(
  file: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Ended> {
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  const log: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => log.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: Buffer.concat(chunks).toString(), log: Buffer.concat(log).toString() };
}

/** Runs one phase by the command line and reads what is in the run folder. */
export async function runByCli(
  root: string,
  planFile: string,
  phase: string,
  more: readonly string[] = [],
): Promise<FolderRun> {
  const cwd = path.dirname(planFile);
  const cli = path.join(root, 'dist/cli.cjs');
  const out = path.join(cwd, 'runs');
  const { code, output, log } = await run(
    process.execPath,
    [cli, 'run', planFile, '--phase', phase, '--json', '--out', out, ...more],
    { cwd },
  );
  const events = output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly kind: string; readonly dir?: string });
  const dir = events.find(({ kind }) => kind === 'run-ended')?.dir;
  if (dir === undefined) throw new Error(`the run of ${phase} did not end well (${code}): ${log}`);
  const opened = await openRun(dir);
  const [result] = opened.run?.phases ?? [];
  if (result === undefined || opened.problems.length > 0)
    throw new Error(`the run folder of ${phase} cannot be read: ${JSON.stringify(opened.problems)}`);
  return { dir, exitCode: code, records: opened.records, phase: result, told: log };
}

export interface DirectRun {
  readonly compiled: CompiledPhase;
  readonly records: readonly StreamRecord[];
  /** Every request of the same run, from k6's JSON output. */
  readonly requests: readonly ExactRequest[];
  /** Start of the load in the JSON output, in nanoseconds since the epoch. */
  readonly loadStartNs: bigint;
  /** Requests as k6's own summary counts them. */
  readonly summaryCount: number;
}

/** Runs the script of one phase in the same k6 with its JSON output and its summary on, beside our output. */
export async function runDirectly(root: string, planFile: string, phase: string): Promise<DirectRun> {
  const dir = path.dirname(planFile);
  const { plan } = analysePlan(await readFile(planFile, 'utf8'));
  const result = plan && compilePhase(plan, phase);
  if (result?.ok !== true) throw new Error(`the phase ${phase} cannot be compiled`);
  const files = { script: path.join(dir, 'direct.js'), config: path.join(dir, 'k6.json') };
  const summary =
    "export function handleSummary(data) {\n  return { 'summary.json': JSON.stringify(data) };\n}\n";
  await writeFile(files.script, result.compiled.script + summary);
  await writeFile(files.config, k6Config);
  const k6 = path.join(root, 'dist/k6', process.platform === 'win32' ? 'k6.exe' : 'k6');
  const nothing = new Map<string, string>();
  const command = k6Command({
    k6,
    ...files,
    phase,
    environment: nothing,
    secrets: nothing,
    inherited: process.env,
  });
  const mode = command.args.indexOf('--summary-mode');
  const args = command.args.toSpliced(mode, 2);
  args.splice(args.indexOf('--out'), 0, '--out', `json=${path.join(dir, 'samples.json')}`);
  const { code, output, log } = await run(command.file, args, { cwd: dir, env: { ...command.env } });
  if (code !== 0) throw new Error(`k6 ended with ${code}: ${log}`);
  const { metrics } = JSON.parse(await readFile(path.join(dir, 'summary.json'), 'utf8')) as {
    readonly metrics: Readonly<Record<string, { readonly values: Readonly<Record<string, number>> }>>;
  };
  return {
    compiled: result.compiled,
    records: decodeAll(output),
    ...(await readSamples(path.join(dir, 'samples.json'))),
    summaryCount: metrics['http_reqs']?.values['count'] ?? 0,
  };
}

function decodeAll(output: string): StreamRecord[] {
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const decoded = decodeLine(line);
      if (!decoded.ok) throw new Error(`k6 wrote a line that is no record: ${line.slice(0, 200)}`);
      return decoded.record;
    });
}
