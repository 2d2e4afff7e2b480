/** What the resolved plan in a run folder says that the run's own files do not. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { StatedGoal } from '../../core/measure/goals';
import { isLoadPhase, isSteady, measuredWindow } from '../../core/plan/load';
import type { Phase, Plan } from '../../core/plan/schema';
import { fileNames } from '../../runner/layout';

export interface PlanFacts {
  readonly goals: readonly StatedGoal[];
  readonly phases: ReadonlyMap<string, PhaseFacts>;
}

interface PhaseFacts {
  readonly scenarios: readonly string[];
  /** Whether the load stays the same through the measured window. */
  readonly loadHolds: boolean;
}

export const noPlanFacts: PlanFacts = { goals: [], phases: new Map() };

/** A plan that cannot be read any more leaves the run without goals to follow, and is no error of the run. */
export async function readPlanFacts(dir: string): Promise<PlanFacts> {
  let text: string;
  try {
    text = await readFile(path.join(dir, fileNames.resolved), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return noPlanFacts;
    throw error;
  }
  const { parseGoal } = await import('../plan-reading');
  const plan = planIn(text);
  if (plan === undefined) return noPlanFacts;
  const phases = Object.entries(plan.phases).map(([name, phase]) => [name, factsOf(phase)] as const);
  const goals = plan.goals.flatMap((source) => {
    const { goal } = parseGoal(source);
    return goal === undefined ? [] : [{ text: source, goal }];
  });
  return { goals, phases: new Map(phases) };
}

function factsOf(phase: Phase): PhaseFacts {
  const scenarios = 'scenarios' in phase ? Object.keys(phase.scenarios) : [];
  return { scenarios, loadHolds: isLoadPhase(phase) && isSteady(phase, measuredWindow(phase)) };
}

/** The runner wrote it from a plan; of a file that somebody else has changed only what is needed is trusted. */
function planIn(text: string): Pick<Plan, 'phases' | 'goals'> | undefined {
  try {
    const { phases, goals } = JSON.parse(text) as Partial<Plan>;
    return phases !== undefined && Array.isArray(goals) ? { phases, goals } : undefined;
  } catch {
    // It was being written when the run was interrupted.
    return undefined;
  }
}
