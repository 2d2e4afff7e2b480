/** Which recording of which run a profile belongs to, so that its paths can be led back to the sources of the target. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import { parseJson } from '../core/parse-json';
import type { PhaseResult, ProfileResult, Run } from '../core/run/run';
import { fileNames } from './layout';
import { readEntry, type RunEntry } from './open-run';
import { sourcePaths, type PlaceFile } from './source-paths';

/** What one profiler recorded of one target in one run. */
export interface Recording {
  readonly dir: string;
  readonly run: Run;
  readonly phase: PhaseResult;
  readonly profile: ProfileResult;
}

export function recordingsOf({ dir, run }: RunEntry): Recording[] {
  if (run === undefined) return [];
  return run.phases.flatMap((phase) =>
    (phase.profiles ?? [])
      .filter(({ files }) => files.length > 0)
      .map((profile) => ({ dir, run, phase, profile })),
  );
}

export function isProfiled(entry: RunEntry): boolean {
  return recordingsOf(entry).length > 0;
}

/** Whether two runs recorded the same: the plan, its environment, the phase, the target and the tool. */
export function isSameSubject(a: Recording, b: Recording): boolean {
  return subjectOf(a) === subjectOf(b);
}

function subjectOf({ run, phase, profile }: Recording): string {
  return [run.plan.file, run.environment ?? '', phase.name, profile.target, profile.tool].join('\n');
}

/** The files of a recording, in the order of time. */
export function filesOf({ dir, profile }: Recording): string[] {
  return profile.files.map((file) => path.join(dir, file));
}

/** @param file of a profile, which may lie anywhere. @returns `undefined` where no run has recorded it. */
export async function recordingOf(file: string): Promise<Recording | undefined> {
  const folder = path.dirname(file);
  if (path.basename(folder) !== 'profiles') return undefined;
  const entry = await readEntry(path.resolve(folder, '../../..'));
  return recordingsOf(entry).find((one) => filesOf(one).includes(file));
}

const resolvedSchema = z.object({
  targets: z.record(z.string(), z.object({ source: z.optional(z.string()) })),
});

/** Leads paths of a container to the `source` of the target, as the plan of the run has it. */
export async function placeBySource({ dir, run, profile }: Recording): Promise<PlaceFile> {
  const text = await readFile(path.join(dir, fileNames.resolved), 'utf8').catch(() => '{}');
  // It may have been being written when the run was interrupted.
  const read = resolvedSchema.safeParse(parseJson(text));
  const source = read.success ? read.data.targets[profile.target]?.source : undefined;
  return sourcePaths(run.plan.file, source);
}
