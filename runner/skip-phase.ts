/** Phases that are not run still have a result: a run is not complete without them. */
import type { PhaseResult } from '../core/run/run';
import type { PreparedPhase } from './prepare-phases';
import { isWanted, type StopReason } from './stop';

/** Why a phase must not start, or `undefined`. */
export function whySkipped(
  phase: PreparedPhase,
  results: readonly PhaseResult[],
  stopped: StopReason | undefined,
): string | undefined {
  if (stopped !== undefined) return stopped.message;
  const missed = phase.after.find(
    (name) => results.find((result) => result.name === name)?.verdict !== 'pass',
  );
  return missed === undefined ? undefined : `skipped, since ${missed} did not pass`;
}

export function skipPhase(
  { name, planned }: PreparedPhase,
  reason: string,
  stopped: StopReason | undefined,
): PhaseResult {
  return {
    name,
    verdict: stopped !== undefined && isWanted(stopped.code) ? 'aborted' : 'incomplete',
    reason,
    validity: { state: 'valid', evidence: [] },
    loadStartMs: null,
    window: { fromMs: planned.windowFromMs, toMs: planned.windowToMs },
    goals: [],
    requests: 0,
    failed: 0,
    rps: null,
    iterations: 0,
    dropped: 0,
    usersMax: 0,
    steps: [],
  };
}
