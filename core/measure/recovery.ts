/** Whether a target is at rest again after a trial that was too much for it. */
import type { Distribution } from './distribution';
import type { PhaseTotals } from './phase-totals';
import { timesOf, type StepTotals } from './step-totals';

/** The fastest answers of a target at rest vary by this factor, or by so much where they are fast. */
const tolerance = 2;
const toleranceMs = 10;

/**
 * Compares the lightest load now with the same load before the first trial, step by step: requests and, where a task is
 * awaited, its time to completion. The fastest counts: work that was left behind delays every answer, a busy machine
 * only some. A step that did not answer then need not answer now.
 */
export function hasRecovered(now: PhaseTotals, before: PhaseTotals): boolean {
  return before.steps.every((step) => {
    const [same] = now.stepsOf(step.scenario, step.step);
    return isNear(fastestMs(same?.ok), fastestMs(step.ok)) && isNear(taskMs(same), taskMs(step));
  });
}

function taskMs(step: StepTotals | undefined): number | undefined {
  return step && fastestMs(timesOf('ttc', [step]).whole);
}

function fastestMs(times: Distribution | undefined): number | undefined {
  return times === undefined || times.count === 0 ? undefined : times.minUs / 1000;
}

function isNear(now: number | undefined, before: number | undefined): boolean {
  if (before === undefined) return true;
  return now !== undefined && now <= Math.max(before * tolerance, before + toleranceMs);
}
