/** The one way from the text of a plan to its meaning. */
import type { Problem } from '../problems';
import { limits } from './limits';
import { parseTree } from './parse-tree';
import { planProblem } from './problem-catalogue';
import type { Plan } from './schema';
import type { PlanTree } from './tree';
import { validate } from './validate';
export interface AnalyseOptions {
  readonly environment?: string;
}
export interface PlanAnalysis {
  readonly plan: Plan | undefined;
  readonly problems: readonly Problem[];
  readonly tree: PlanTree;
}
export function analysePlan(text: string, _options: AnalyseOptions = {}): PlanAnalysis {
  const { tree, problems } = parseTree(text);
  const found = [...problems];
  let plan: Plan | undefined;
  if (tree.root === undefined) {
    if (found.length === 0)
      found.push(planProblem('empty-plan', 'The file has no plan in it', { start: 0, end: 0 }));
  } else {
    const validation = validate(tree.root);
    plan = validation.plan;
    found.push(...validation.problems);
  }
  found.splice(limits.problems);
  return { plan: found.some((p) => p.severity === 'error') ? undefined : plan, problems: found, tree };
}
