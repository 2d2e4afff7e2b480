/**
 * Everything that package.json contributes under a name, typed once. A unit test compares the two both ways, and the
 * type of the command table makes a command without a handler a compile error.
 */
import { openRunCommand, runPhaseCommand, runPlanCommand } from '../protocol/language';

export const languageId = 'benchwright-plan';

export const commandIds = {
  runPhase: runPhaseCommand,
  runPlan: runPlanCommand,
  stopRun: 'benchwright.run.stop',
  openRun: openRunCommand,
  openLivePanel: 'benchwright.live.open',
  revealRun: 'benchwright.run.revealFolder',
  pinBaseline: 'benchwright.baseline.pin',
  unpinBaseline: 'benchwright.baseline.unpin',
  exportGrafana: 'benchwright.grafana.export',
  pushGrafana: 'benchwright.grafana.push',
  chooseEnvironment: 'benchwright.run.chooseEnvironment',
  refreshRuns: 'benchwright.runs.refresh',
  showOutput: 'benchwright.output.show',
  restartServer: 'benchwright.server.restart',
  forgetApprovals: 'benchwright.approvals.forget',
  forgetSecrets: 'benchwright.secrets.forget',
  newPlan: 'benchwright.plan.new',
  openProfile: 'benchwright.profile.open',
} as const;

export type CommandId = (typeof commandIds)[keyof typeof commandIds];

export const viewIds = { container: 'benchwright', runs: 'benchwright.runs' } as const;

export const livePanelType = 'benchwright.live';

export const profileEditorType = 'benchwright.profile';

/** Keys of `when` clauses that this extension sets. */
export const contextKeys = {
  /** A folder of the workspace holds a plan. */
  hasPlans: 'benchwright.hasPlans',
  /** A run is under way. */
  isRunning: 'benchwright.isRunning',
  /** There is at least one run. */
  hasRuns: 'benchwright.hasRuns',
  /** The runs can be listed; until then no welcome text is right. */
  isReady: 'benchwright.isReady',
} as const;

export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];

/** Settings with their defaults. One that names a program must be of machine scope: a folder must not choose it. */
export const settings = {
  openLivePanel: { id: 'benchwright.run.openLivePanel', fallback: true },
  problemSeverity: { id: 'benchwright.problems.severity', fallback: {} },
  pySpyPath: { id: 'benchwright.profiling.pySpyPath', fallback: '' },
  traceServer: { id: 'benchwright.trace.server', fallback: 'off' },
} as const;

/** What a tree item of a run says of itself in `viewItem`, for menus. */
export const itemKinds = {
  running: 'run.running',
  over: 'run.over',
  pinned: 'run.pinned',
  phase: 'phase',
  plan: 'plan',
} as const;

export const walkthroughId = 'benchwright.start';
