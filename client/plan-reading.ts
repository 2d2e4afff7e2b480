/** What reads plans, as a bundle of its own: it is much of the program, and most windows never run a plan. */
export { parseGoal } from '../core/plan/expression/index';
export { parseTree } from '../core/plan/parse-tree';
export { childOf, entriesOf } from '../core/plan/tree';
export { analysePlanFile } from '../runner/analyse-plan-file';
