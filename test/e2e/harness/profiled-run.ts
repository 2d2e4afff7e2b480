/** A finished run with a profile, written as the runner writes one, so that a test needs no load. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Run } from '../../../core/run/run';
import { sampleRun } from '../../kit/sample-report';
import type { Workspace } from './workspace';

export interface RecordedFrame {
  readonly name: string;
  /** Relative to the workspace, as in a container below /app. */
  readonly file: string;
  readonly line: number;
}

export interface ProfiledRun {
  readonly id: string;
  readonly startedMs: number;
  readonly frames: readonly RecordedFrame[];
  /** Indices of frames, from the outermost, with their weight in seconds. */
  readonly stacks: readonly (readonly [stack: readonly number[], seconds: number])[];
}

const phase = 'hotspots';

export async function writeProfiledRun(workspace: Workspace, made: ProfiledRun): Promise<void> {
  const dir = path.join(workspace.folder, '.benchwright/runs', made.id);
  const file = `phases/${phase}/profiles/agents-py-spy-1.speedscope.json`;
  await mkdir(path.dirname(path.join(dir, file)), { recursive: true });
  await writeFile(path.join(dir, file), JSON.stringify(speedscopeOf(made)));
  await writeFile(path.join(dir, 'run.json'), JSON.stringify(await runOf(workspace, made, file)));
  await writeFile(path.join(dir, 'stream.ndjson'), '');
}

/** Says that goals and shares are held against these runs. */
export async function pinRun(workspace: Workspace, id: string): Promise<void> {
  const scope = { plan: workspace.plan, environment: null, phase };
  const baselines = { version: 1, baselines: [{ ...scope, runs: [`runs/${id}`], pinnedMs: 1 }], noise: [] };
  await writeFile(path.join(workspace.folder, '.benchwright/baselines.json'), JSON.stringify(baselines));
}

function speedscopeOf({ frames, stacks }: ProfiledRun): unknown {
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: 'py-spy@0.4.3',
    shared: { frames: frames.map(({ name, file, line }) => ({ name, file: `/app/${file}`, line })) },
    profiles: [
      {
        type: 'sampled',
        name: 'MainThread',
        unit: 'seconds',
        samples: stacks.map(([stack]) => stack),
        weights: stacks.map(([, seconds]) => seconds),
      },
    ],
  };
}

async function runOf(workspace: Workspace, made: ProfiledRun, file: string): Promise<Run> {
  const usual = sampleRun();
  const [load] = usual.phases;
  if (load === undefined) throw new Error('the sample run has no phase');
  const files = [...new Set(made.frames.map((frame) => frame.file))];
  const sources = await Promise.all(
    files.map(async (each) => ({
      told: `/app/${each}`,
      file: each,
      sha256: createHash('sha256')
        .update(await readFile(path.join(workspace.folder, each)))
        .digest('hex'),
    })),
  );
  const profile = {
    target: 'agents',
    tool: 'py-spy' as const,
    version: '0.4.3',
    options: [],
    files: [file],
    samples: made.stacks.length,
    seconds: 10,
    rateHz: 100,
    overhead: null,
    validity: { state: 'valid' as const, evidence: [] },
    top: [],
    libraries: [],
    sources,
  };
  const level = { value: 7.5, unit: 'per-second' as const, from: 'the knee of stress' };
  return {
    ...usual,
    id: made.id,
    plan: { name: 'Unified agent system', file: path.join(workspace.folder, workspace.plan), sha256: 'ab' },
    environment: null,
    startedMs: made.startedMs,
    endedMs: made.startedMs + 60_000,
    verdict: 'pass',
    phases: [{ ...load, name: phase, verdict: 'pass', goals: [], level, profiles: [profile] }],
    records: 0,
  };
}
