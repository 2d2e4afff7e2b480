/** Goals that a trial cannot reach any more, whatever the rest of it brings. */
import { levelSeconds, loadModel, shareOf } from '../plan/load';
import type { LoadPhase } from '../plan/schema';
import { phaseOfName } from '../run/trial-name';
import type { StatedGoal } from './goals';
import type { PhaseTotals } from './phase-totals';
import { latenciesOf, timesOf, type StepTotals } from './step-totals';

/**
 * A percentile is beyond its limit for good once more requests took longer than the plan lets in all of the trial.
 *
 * @returns the text of the goal.
 */
export function whyHopeless(
  goals: readonly StatedGoal[],
  totals: PhaseTotals,
  load: LoadPhase,
): string | undefined {
  return goals.find((stated) => isAbout(stated, totals) && isHopeless(stated, totals, load))?.text;
}

/** Just beyond its limit, a percentile may be within it the next time. */
const farBeyond = 1.1;

function isAbout({ goal }: StatedGoal, totals: PhaseTotals): boolean {
  return goal.phase === undefined || goal.phase.name === phaseOfName(totals.phase);
}

function isHopeless({ goal }: StatedGoal, totals: PhaseTotals, load: LoadPhase): boolean {
  const { metric, operator, limit, time } = goal;
  if (metric.kind !== 'percentile' || !operator.startsWith('<') || limit.kind !== 'fixed') return false;
  const steps = totals.stepsOf(goal.scenario?.name, goal.step?.name);
  const { whole } = time === undefined ? latenciesOf(steps) : timesOf(time, steps);
  const most = steps.reduce((sum, step) => sum + mostRequests(step, totals, load), 0);
  return whole.histogram.countAbove(limit.value * farBeyond * 1000) > (1 - metric.percentile / 100) * most;
}

/** Users make the more requests the faster they are answered: the rest of a trial may be so much faster than what was. */
const mayBeFaster = 2;

/** The requests that a step will have had at most, once the trial is over: each iteration makes about as many. */
function mostRequests(step: StepTotals, totals: PhaseTotals, load: LoadPhase): number {
  const share = shareOf(load, step.scenario);
  const { fromMs, toMs } = totals.window;
  const soFar = levelSeconds(load, { fromMs, toMs: Math.min(toMs, totals.coveredMs) }) * share;
  if (soFar < 1) return Infinity;
  const pace = step.requests / soFar;
  const each = loadModel(load) === 'closed' ? pace * mayBeFaster : Math.max(1, Math.ceil(pace * 0.9));
  return each * levelSeconds(load, totals.window) * share;
}
