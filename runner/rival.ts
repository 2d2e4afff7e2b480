/** Two loads on one target spoil each other's figures. */
import type { RunEntry } from './open-run';
import { listRuns } from './open-run';

/**
 * The run that is already on one of these targets, if there is one. Of two that start at once the later one yields;
 * a run whose runner is dead is no rival, so nothing needs to be unlocked by hand.
 *
 * @param own the run that asks, once it has a folder; it yields only to those that started before it.
 */
export async function findRival(
  root: string,
  targets: readonly string[],
  own?: { readonly id: string; readonly startedMs: number },
): Promise<RunEntry | undefined> {
  const entries = await listRuns(root);
  return entries.find(({ id, state, runner }) => {
    if (state !== 'running' || runner === undefined || id === own?.id) return false;
    const isLater =
      own !== undefined &&
      (runner.startedMs > own.startedMs || (runner.startedMs === own.startedMs && id > own.id));
    return !isLater && runner.targets.some((target) => targets.includes(target));
  });
}
