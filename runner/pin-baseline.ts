/** Pins runs as what later runs are compared with, and lets go of them. */
import path from 'node:path';
import {
  isSameScope,
  whyNoBaseline,
  withBaselines,
  withoutName,
  withoutRuns,
  type PinnedBaseline,
} from '../core/run/baselines';
import type { Run } from '../core/run/run';
import { baselinesFileOf, changeBaselines, runReference, scopeOf } from './baselines-file';
import { readEntry, type RunEntry } from './open-run';

export type Pinning =
  | { readonly ok: true; readonly file: string; readonly pinned: readonly PinnedBaseline[] }
  | { readonly ok: false; readonly message: string };

/**
 * Makes these runs the baseline of each phase that they ran, in place of what was pinned for it.
 *
 * @param dirs folders of runs, of one plan and environment.
 * @throws the error of the disk where the file cannot be written.
 */
export async function pinRuns(
  dirs: readonly string[],
  options: { readonly name?: string | undefined; readonly nowMs: number },
): Promise<Pinning> {
  const runs: { readonly dir: string; readonly run: Run }[] = [];
  for (const dir of dirs) {
    const entry = await readEntry(dir);
    const why = whyRefused(entry);
    if (entry.run === undefined || why !== undefined)
      return { ok: false, message: `${path.basename(dir)} cannot be a baseline: ${why ?? ''}` };
    runs.push({ dir, run: entry.run });
  }
  const files = new Set(runs.map(({ dir, run }) => baselinesFileOf(dir, run.plan.file)));
  const [file] = files;
  if (file === undefined || files.size > 1)
    return { ok: false, message: 'the runs are of different folders: pin those of one at a time' };
  const pinned = gather(file, runs, options);
  const written = await changeBaselines(file, (all) => withBaselines(all, pinned));
  return written.ok ? { ok: true, file, pinned } : written;
}

function whyRefused({ state, run, problems }: RunEntry): string | undefined {
  if (run !== undefined) return whyNoBaseline(run);
  const [problem] = problems;
  return problem?.message ?? (state === 'running' ? 'it still goes on' : 'it has no result');
}

function gather(
  file: string,
  runs: readonly { readonly dir: string; readonly run: Run }[],
  { name, nowMs }: { readonly name?: string | undefined; readonly nowMs: number },
): PinnedBaseline[] {
  const pinned: PinnedBaseline[] = [];
  for (const { dir, run } of runs) {
    for (const phase of run.phases) {
      const scope = scopeOf(file, run.plan.file, run.environment, phase.name);
      const reference = runReference(file, dir);
      const known = pinned.findIndex((one) => isSameScope(one, scope));
      const before = pinned[known];
      if (before === undefined) {
        pinned.push({ ...scope, ...(name !== undefined && { name }), runs: [reference], pinnedMs: nowMs });
      } else if (!before.runs.includes(reference)) {
        pinned[known] = { ...before, runs: [...before.runs, reference] };
      }
    }
  }
  return pinned;
}

/**
 * Lets go of runs, wherever they are pinned.
 *
 * @throws the error of the disk where the file cannot be written.
 */
export async function unpinRuns(file: string, dirs: readonly string[]): Promise<Unpinning> {
  const references = dirs.map((dir) => runReference(file, dir));
  let count = 0;
  const written = await changeBaselines(file, (all) => {
    count = all.baselines.filter(({ runs }) => runs.some((run) => references.includes(run))).length;
    return count === 0 ? all : withoutRuns(all, references);
  });
  return written.ok ? { ok: true, count } : written;
}

/** Lets go of the baselines of a name. @throws the error of the disk where the file cannot be written. */
export async function unpinName(file: string, name: string): Promise<Unpinning> {
  let count = 0;
  const written = await changeBaselines(file, (all) => {
    count = all.baselines.filter((one) => one.name === name).length;
    return count === 0 ? all : withoutName(all, name);
  });
  return written.ok ? { ok: true, count } : written;
}

/** `count`: how many baselines lost a run. */
export type Unpinning =
  { readonly ok: true; readonly count: number } | { readonly ok: false; readonly message: string };
