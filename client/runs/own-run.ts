/** Which of the runs in the folders is the one that was just started. */
import type { RunEntry } from '../../runner/open-run';

export interface OwnRunner {
  readonly pid: number;
  /** Unix time just before the runner was started. */
  readonly spawnedMs: number;
  /** A runner that ended at once has a run that is finished; any other one has a run that is not. */
  readonly hasEnded: boolean;
}

/** The system gives pids anew, so an older run may have had a runner with the same pid. */
export function findOwnRun(
  entries: readonly RunEntry[],
  { pid, spawnedMs, hasEnded }: OwnRunner,
): RunEntry | undefined {
  return entries.find(
    ({ runner, state }) =>
      runner?.pid === pid && runner.startedMs >= spawnedMs && (state === 'running' || hasEnded),
  );
}
