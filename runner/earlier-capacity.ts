/** What the latest finished run of a plan found in a search that this run does not make again. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { FindPhase, LoadPhase, RerunPhase } from '../core/plan/schema';
import type { Capacity } from '../core/run/run';
import { runsFolderOf } from './layout';
import { readEntry } from './open-run';
import type { Refusal } from './refusal';
import type { RunPlanOptions } from './run-options';

/** @returns the capacity by the newest run of the same plan and environment whose search gave one, in the unit of its search now. */
export async function findEarlierCapacity(
  options: Pick<RunPlanOptions, 'planFile' | 'environment' | 'runsFolder'>,
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
