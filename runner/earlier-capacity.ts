/** What the latest finished run of a plan found in a search that this run does not make again. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { findLevel } from '../core/measure/rerun-level';
import { loadedPhase } from '../core/plan/load';
import type { FindPhase, LoadPhase, Plan, RerunPhase } from '../core/plan/schema';
import type { Capacity } from '../core/run/run';
import { runsFolderOf } from './layout';
import { readEntry } from './open-run';
import type { Refusal } from './refusal';
import type { RunPlanOptions } from './run-options';

type EarlierRuns = Pick<RunPlanOptions, 'planFile' | 'environment' | 'runsFolder'>;

/** @returns the capacity by the newest run of the same plan and environment whose search gave one, in the unit of its search now. */
export async function findEarlierCapacity(
  options: EarlierRuns,
  phase: string,
  source: FindPhase | LoadPhase,
): Promise<Capacity | undefined> {
  if (!('find' in source)) return undefined;
  const { unit } = source.find.start;
  const root = options.runsFolder ?? runsFolderOf(options.planFile);
  const planFile = path.resolve(options.planFile);
  // Where there are no runs yet there is no folder.
  const names = await readdir(root).catch(() => []);
  for (const name of names.sort().reverse()) {
    const { run } = await readEntry(path.join(root, name));
    if (run?.plan.file !== planFile || run.environment !== (options.environment ?? null)) continue;
    const capacity = run.phases.find((each) => each.name === phase)?.capacity;
    if (capacity?.unit === unit) return capacity;
  }
  return undefined;
}

/**
 * The searches whose finding phases of a run go by, and that neither this run makes nor an earlier one did.
 *
 * @param phases of the run, by name.
 */
export async function missingSearches(
  options: EarlierRuns,
  plan: Plan,
  phases: readonly string[],
): Promise<readonly string[]> {
  const missing = new Set<string>();
  for (const name of phases) {
    const phase = plan.phases[name];
    const source = phase === undefined ? undefined : loadedPhase(plan.phases, phase);
    if (phase === undefined || !('rerun' in phase) || source === undefined) continue;
    if (phases.includes(phase.rerun) || missing.has(phase.rerun)) continue;
    const earlier = await findEarlierCapacity(options, phase.rerun, source);
    if (findLevel(phase, source, earlier) === undefined) missing.add(phase.rerun);
  }
  return [...missing];
}

export function refusalWithoutLevel(
  name: string,
  { rerun, at }: RerunPhase,
  source: FindPhase | LoadPhase,
): Refusal {
  // What goes by users may know of no rate: Locust does not.
  const other =
    'find' in source && source.find.start.unit === 'users' ? '' : ', or give a rate such as at: 5/s';
  return {
    code: 'no-level',
    message: `${name} runs ${rerun} again at ${at}, and no finished run says where that is`,
    remedy: `run ${rerun} first or together with it${other}`,
  };
}
