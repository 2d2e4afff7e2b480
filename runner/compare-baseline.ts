/** A run beside its baseline, for a report: the one that was named, else what is pinned for its plan. */
import path from 'node:path';
import { comparePeaks } from '../core/report/compare-peaks';
import type { BaselineComparison } from '../core/report/report';
import { isSameScope } from '../core/run/baselines';
import type { Run } from '../core/run/run';
import { baselinesFileOf, readBaselines, runDirOf, scopeOf } from './baselines-file';
import { compareFolders } from './compare-folders';
import { compareRecordings } from './compare-recordings';
import { readEntry } from './open-run';

/**
 * @param named folder of another run.
 * @returns `null` where none is named or pinned, and where the run is its own baseline.
 */
export async function compareBaseline(
  dir: string,
  run: Run,
  named: string | undefined,
): Promise<BaselineComparison | null> {
  const dirs = named === undefined ? await pinnedDirs(dir, run) : [named];
  const own = path.resolve(dir);
  if (dirs.length === 0 || (named === undefined && dirs.includes(own))) return null;
  const comparison = await compareFolders(dirs, [dir]);
  const runs = (await Promise.all(dirs.map((one) => readEntry(one)))).flatMap((entry) => entry.run ?? []);
  const about = {
    baseline: dirs.map((one) => path.basename(one)).join(', '),
    isWithinRuns: dirs.length === 1,
  };
  if (comparison.kind === 'refused')
    return { ...about, refusal: comparison.message, peaks: [], profiles: [], phases: [] };
  const { phases } = comparison;
  const alike = phases.filter(({ obstacle }) => obstacle === null).map(({ phase }) => phase);
  return {
    ...about,
    refusal: null,
    peaks: comparePeaks(runs, run).filter(({ phase }) => alike.includes(phase)),
    profiles: alike.length === 0 ? [] : await compareRecordings(dirs, [dir], alike),
    phases,
  };
}

/** Phases may have been pinned one by one: those that were pinned last. */
async function pinnedDirs(dir: string, { plan, environment, phases }: Run): Promise<readonly string[]> {
  const file = baselinesFileOf(dir, plan.file);
  const reading = await readBaselines(file);
  if (!reading.ok) return [];
  const scopes = phases.map(({ name }) => scopeOf(file, plan.file, environment, name));
  const pinned = reading.baselines.baselines.filter((one) => scopes.some((scope) => isSameScope(one, scope)));
  const [latest] = [...pinned].sort((a, b) => b.pinnedMs - a.pinnedMs);
  return (latest?.runs ?? []).map((reference) => runDirOf(file, reference));
}
