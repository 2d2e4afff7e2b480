/** What a load comes to: how long it takes and how many requests it makes, before anything runs. */
import { isLoadPhase, levelSeconds, loadModel, plannedMs, shareOf } from './load';
import type { LoadPhase, Phase, Scenario, ThinkStep } from './schema';
import { allSteps, isSending } from './steps';
import { searchMs } from './trial-load';

export interface LoadSize {
  readonly durationMs: number;
  /** Absent where only the answers of the target decide it. Retries, polls and redirects are not counted. */
  readonly requests: number | undefined;
  /** Whether there may be fewer: users wait for their answers, and branches are not always taken. */
  readonly isAtMost: boolean;
}

type Scenarios = Readonly<Record<string, Scenario>>;

/** `undefined` for a phase that repeats the load of another one. */
export function loadSize(phase: Phase, scenarios: Scenarios): LoadSize | undefined {
  if ('rerun' in phase) return undefined;
  if (!isLoadPhase(phase)) return { durationMs: searchMs(phase), requests: undefined, isAtMost: false };
  const durationMs = plannedMs(phase);
  const parts = Object.keys(phase.scenarios).map((name) =>
    requestsOf(scenarios[name], phase, shareOf(phase, name), durationMs),
  );
  const requests = parts.reduce<number | undefined>(
    (sum, part) => (sum === undefined || part === undefined ? undefined : sum + part.count),
    0,
  );
  return { durationMs, requests, isAtMost: parts.some((part) => part?.isAtMost === true) };
}

function requestsOf(
  scenario: Scenario | undefined,
  phase: LoadPhase,
  share: number,
  durationMs: number,
): { readonly count: number; readonly isAtMost: boolean } | undefined {
  if (scenario === undefined) return undefined;
  const sending = allSteps(scenario).filter(({ step }) => isSending(step));
  const each = sending.reduce((sum, { turns }) => sum + turns, 0);
  const level = levelSeconds(phase, { fromMs: 0, toMs: durationMs }) * share;
  if (loadModel(phase) === 'open')
    return { count: level * each, isAtMost: sending.some(({ branches }) => branches.length > 0) };
  const thinkMs = leastThinkMs(scenario);
  return thinkMs === 0 ? undefined : { count: (level / (thinkMs / 1000)) * each, isAtMost: true };
}

/** The pauses that every iteration makes, at the least, in milliseconds. */
export function leastThinkMs(scenario: Scenario): number {
  return allSteps(scenario).reduce((sum, { step, branches, turns }) => {
    if (!('think' in step) || branches.length > 0) return sum;
    return sum + turns * leastPauseMs(step);
  }, 0);
}

function leastPauseMs({ think }: ThinkStep): number {
  if (typeof think === 'number') return think;
  return 'mean' in think ? 0 : Math.min(think.from, think.to);
}
