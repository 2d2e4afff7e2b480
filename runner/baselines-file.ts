/** `baselines.json`: where it is, and changing it as a whole. See docs/run-folder.md. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { baselinesSchema, noBaselines, type Baselines, type Scope } from '../core/run/baselines';
import { realDisk, type Disk } from '../engines/host/disk';
import { writeWhole } from '../engines/host/file-host';
import { runsFolderOf } from './layout';
import { readJson } from './open-run';
import { formatJson } from './run-folder';

export const baselinesFileName = 'baselines.json';

/**
 * The file that holds the baselines of a run: beside the folder of runs that it lies in; for a run that is kept
 * elsewhere, where the plan keeps its runs.
 *
 * @param runDir the folder of the run.
 */
export function baselinesFileOf(runDir: string, planFile: string): string {
  const root = path.dirname(path.resolve(runDir));
  const isOwn = path.basename(root) === 'runs' && path.basename(path.dirname(root)) === '.benchwright';
  return path.join(path.dirname(isOwn ? root : runsFolderOf(planFile)), baselinesFileName);
}

export type BaselinesReading =
  { readonly ok: true; readonly baselines: Baselines } | { readonly ok: false; readonly message: string };

/** No file is no baselines. */
export async function readBaselines(file: string): Promise<BaselinesReading> {
  const { value, problem } = await readJson(file, baselinesSchema);
  if (value !== undefined) return { ok: true, baselines: value };
  if (problem === undefined || problem.code === 'missing') return { ok: true, baselines: noBaselines };
  return { ok: false, message: problem.message };
}

/**
 * Reads, changes and writes. A file that cannot be read is left as it is, and so is one that `change` hands back.
 *
 * @throws the error of the disk.
 */
export async function changeBaselines(
  file: string,
  change: (baselines: Baselines) => Baselines,
  disk: Disk = realDisk,
): Promise<BaselinesReading> {
  const reading = await readBaselines(file);
  if (!reading.ok) return reading;
  const baselines = change(reading.baselines);
  if (baselines === reading.baselines) return reading;
  await mkdir(path.dirname(file), { recursive: true });
  await writeWhole(disk, file, formatJson(baselines));
  return { ok: true, baselines };
}

/** How a run is named in the file: its folder, so that it moves with the workspace. */
export function runReference(file: string, runDir: string): string {
  const relative = path.relative(path.dirname(file), path.resolve(runDir));
  const isBelow = !relative.startsWith('..') && !path.isAbsolute(relative);
  return isBelow ? relative.split(path.sep).join('/') : path.resolve(runDir);
}

/** The folder of a run that is named in the file. */
export function runDirOf(file: string, reference: string): string {
  return path.resolve(path.dirname(file), reference);
}

/** What a phase of a run is compared within. */
export function scopeOf(file: string, planFile: string, environment: string | null, phase: string): Scope {
  const folder = path.dirname(path.dirname(file));
  const plan = path.relative(folder, path.resolve(planFile)).split(path.sep).join('/');
  return { plan, environment, phase };
}
