/** How the goals stand: judged by the runner once there is a result, and by the same rules so far until then. */
import { judgeGoals } from '../../core/measure/goals';
import type { PhaseTotals } from '../../core/measure/phase-totals';
import type { Goal } from '../../core/plan/expression/goal-shape';
import type { GoalResult, Run } from '../../core/run/run';
import { phaseOfName } from '../../core/run/trial-name';
import { stepKey, type LiveGoal } from '../../protocol/live';
import type { PlanFacts } from './plan-facts';

const soFar = { held: 'holding', broken: 'breaking', 'no-data': 'too-few' } as const;

export function liveGoals(
  run: Run | undefined,
  totals: readonly PhaseTotals[],
  facts: PlanFacts,
): LiveGoal[] {
  const goalOf = new Map(facts.goals.map(({ text, goal }) => [text, goal]));
  if (run !== undefined) {
    return run.phases.flatMap(({ name, goals }) =>
      goals.map((result) => liveGoal(result, name, result.state, goalOf.get(result.text))),
    );
  }
  return totals.flatMap((phase) => {
    const name = phaseOfName(phase.phase);
    const context = facts.phases.get(name) ?? { scenarios: [], loadHolds: false };
    return judgeGoals(facts.goals, phase, context).map((result) => ({
      ...liveGoal(result, name, soFar[result.state], goalOf.get(result.text)),
      // That nothing was measured is a reason once the load is over; until then it may just begin.
      ...(result.lacks === 'requests' && { reason: null }),
    }));
  });
}

function liveGoal(
  result: GoalResult,
  phase: string,
  state: LiveGoal['state'],
  goal: Goal | undefined,
): LiveGoal {
  return {
    text: result.text,
    phase,
    subject: goal === undefined ? null : subjectOf(goal),
    state,
    measured: result.measured,
    limit: result.limit,
    unit: result.unit,
    samples: result.samples,
    reason: result.reason ?? null,
    chart: goal === undefined ? null : chartOf(goal),
  };
}

function subjectOf({ scenario, step }: Goal): string | null {
  if (scenario === undefined) return null;
  return step === undefined ? scenario.name : stepKey(scenario.name, step.name);
}

/** A limit is only drawn where the same quantity is. */
function chartOf({ metric, time }: Goal): LiveGoal['chart'] {
  switch (metric.kind) {
    case 'percentile':
    case 'mean':
    case 'max':
      return time === undefined ? 'latency' : null;
    case 'success':
      return 'success';
    case 'rate':
      return 'requests';
    case 'errors':
    case 'capacity':
      return null;
  }
}
