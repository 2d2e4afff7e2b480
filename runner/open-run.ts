/** The reading side of run folders. It never throws for what is in them: damage is told, not raised. */
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import type { StreamRecord } from '../core/measure/record';
import { runSchema, type Run } from '../core/run/run';
import { runnerFileSchema, type RunnerFile } from '../core/run/runner-file';
import { splitLines } from '../engines/host/bounded-log';
import { isStillAlive, type ProcessIdentity } from '../engines/host/process-identity';
import { fileNames } from './layout';
import { createStreamReader, maxRecordLength, type RunProblem } from './read-stream';

/** `interrupted`: there is no result, and nobody left to write one. */
export type RunState = 'running' | 'finished' | 'interrupted';

export interface RunEntry {
  readonly dir: string;
  readonly id: string;
  readonly state: RunState;
  /** The result; absent while the run is not finished, or where it cannot be read. */
  readonly run?: Run;
  readonly runner?: RunnerFile;
  readonly problems: readonly RunProblem[];
}

export interface OpenedRun extends RunEntry {
  /** Every record whose checksum is right, in the order of the stream. */
  readonly records: readonly StreamRecord[];
}

export interface ReadOptions {
  /** Whether the runner of a run is still there. */
  readonly isAlive?: (identity: ProcessIdentity) => Promise<boolean>;
}

/** A run with all its records. A folder that is none is an interrupted run with problems. */
export async function openRun(dir: string, options: ReadOptions = {}): Promise<OpenedRun> {
  const entry = await readEntry(dir, options);
  const { records, problems } = await readStream(path.join(dir, fileNames.stream));
  const isShort = entry.run !== undefined && records.length < entry.run.records;
  const cut: RunProblem[] = isShort
    ? [{ code: 'cut', message: `the stream holds ${records.length} of ${entry.run.records} records` }]
    : [];
  return { ...entry, records, problems: [...entry.problems, ...problems, ...cut] };
}

/**
 * The runs below a folder of runs, newest first, without their records.
 *
 * @param root the folder that holds run folders; it need not exist.
 */
export async function listRuns(root: string, options: ReadOptions = {}): Promise<readonly RunEntry[]> {
  let names: string[];
  try {
    const found = await readdir(root, { withFileTypes: true });
    names = found.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  const entries: RunEntry[] = [];
  for (const name of names.sort().reverse()) entries.push(await readEntry(path.join(root, name), options));
  return entries;
}

/** What a run folder says of itself, without its records. */
export async function readEntry(dir: string, options: ReadOptions = {}): Promise<RunEntry> {
  const runner = await readJson(path.join(dir, fileNames.runner), runnerFileSchema);
  // Asked before run.json is read: a runner that ends in between has written its result by then.
  const isAlive =
    runner.value !== undefined &&
    (await (options.isAlive ?? isStillAlive)({
      pid: runner.value.pid,
      started: runner.value.processStarted,
    }));
  const run = await readJson(path.join(dir, fileNames.run), runSchema);
  const problems = [runner.problem, run.problem].filter((problem) => problem !== undefined);
  const isNewer = run.problem?.code === 'newer';
  const state: RunState =
    run.value !== undefined || isNewer ? 'finished' : isAlive ? 'running' : 'interrupted';
  return {
    dir,
    id: path.basename(dir),
    state,
    problems: problems.filter((problem) => problem.code !== 'missing'),
    ...(run.value !== undefined && { run: run.value }),
    ...(runner.value !== undefined && { runner: runner.value }),
  };
}

export interface Reading<T> {
  readonly value?: T;
  readonly problem?: RunProblem;
}

/** A file of JSON with a version, for which this program knows the first. */
export async function readJson<T extends z.ZodType>(file: string, schema: T): Promise<Reading<z.output<T>>> {
  const name = path.basename(file);
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    return isMissing(error)
      ? { problem: { code: 'missing', message: `${name} is not there` } }
      : { problem: { code: 'damaged', message: `${name} cannot be read: ${(error as Error).message}` } };
  }
  const version = (content as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > 1) {
    return { problem: { code: 'newer', message: `${name} was written by a newer version of Benchwright` } };
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return { value: parsed.data };
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') ?? '';
  return {
    problem: { code: 'damaged', message: `${name} is not as expected at ${place}: ${issue?.message ?? ''}` },
  };
}

async function readStream(
  file: string,
): Promise<{ records: readonly StreamRecord[]; problems: readonly RunProblem[] }> {
  const records: StreamRecord[] = [];
  const problems = await foldStream(file, (record) => records.push(record));
  return { records, problems };
}

/** Hands over each good record of a stream without keeping any. @returns what was wrong with the stream. */
export async function foldStream(
  file: string,
  onRecord: (record: StreamRecord) => void,
): Promise<readonly RunProblem[]> {
  const reader = createStreamReader(onRecord);
  const splitter = splitLines(reader.take, maxRecordLength);
  const problems: RunProblem[] = [];
  try {
    for await (const chunk of createReadStream(file)) splitter.add(chunk as Buffer);
  } catch (error) {
    if (!isMissing(error)) problems.push({ code: 'damaged', message: (error as Error).message });
  }
  splitter.end();
  return [...problems, ...reader.problems()];
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
