/** What the language server and its clients agree on beyond the protocol itself. */

/** Runs one phase. Arguments: the URI of the plan, the name of the phase. */
export const runPhaseCommand = 'benchwright.run.phase';

/** Runs every phase. Argument: the URI of the plan. */
export const runPlanCommand = 'benchwright.run.plan';
