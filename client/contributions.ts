/**
 * Everything that package.json contributes under a name, typed once. A unit test compares the two both ways, and the
 * type of the command table makes a command without a handler a compile error.
 */
import { isPlanName, planGlob } from '../protocol/looked-through';
import {
  debugIterationCommand,
  expandPlanCommand,
  openRunCommand,
  previewLoadCommand,
  rerunCommand,
  runPhaseCommand,
  runPlanCommand,
} from '../protocol/language';

export const languageId = 'benchwright-plan';

/** Looks like a plan and is none: nothing checks it, completes it or runs it. */
export const expandedLanguageId = 'benchwright-expanded-plan';

/** Of documents that show a plan as it is run. */
export const expandedScheme = 'benchwright-expanded';

/** Whether a document is a plan, or a part of one, whatever somebody has told the editor to treat it as. */
export function isPlanFile(document: { readonly languageId: string; readonly fileName: string }): boolean {
  return document.languageId === languageId || isPlanName(document.fileName);
}

/** The documents that the language server answers for. */
export const planSelector = [
  { language: languageId },
  // Plans that somebody has told the editor to treat as plain YAML.
  { language: 'yaml', pattern: planGlob },
];

export const commandIds = {
  runPhase: runPhaseCommand,
  runPlan: runPlanCommand,
  runUsers: 'benchwright.locust.run',
  stopRun: 'benchwright.run.stop',
  openRun: openRunCommand,
  openLivePanel: 'benchwright.live.open',
  revealRun: 'benchwright.run.revealFolder',
  pinBaseline: 'benchwright.baseline.pin',
  unpinBaseline: 'benchwright.baseline.unpin',
  exportGrafana: 'benchwright.grafana.export',
  pushGrafana: 'benchwright.grafana.push',
  openGrafana: 'benchwright.grafana.open',
  chooseEnvironment: 'benchwright.run.chooseEnvironment',
  refreshRuns: 'benchwright.runs.refresh',
  showOutput: 'benchwright.output.show',
  restartServer: 'benchwright.server.restart',
  forgetApprovals: 'benchwright.approvals.forget',
  forgetSecrets: 'benchwright.secrets.forget',
  newPlan: 'benchwright.plan.new',
  expandPlan: expandPlanCommand,
  previewLoad: previewLoadCommand,
  debugIteration: debugIterationCommand,
  clearIteration: 'benchwright.debug.clear',
  openProfile: 'benchwright.profile.open',
  openReport: 'benchwright.report.open',
  rerun: rerunCommand,
  toggleHeat: 'benchwright.heat.toggle',
  showHeat: 'benchwright.heat.show',
  nextHotspot: 'benchwright.heat.next',
  previousHotspot: 'benchwright.heat.previous',
} as const;

export type CommandId = (typeof commandIds)[keyof typeof commandIds];

/** The commands that need neither a disk nor another program: all that an editor has which is only a page in a browser. */
export const writingCommandIds = [
  commandIds.newPlan,
  commandIds.expandPlan,
  commandIds.previewLoad,
  commandIds.chooseEnvironment,
  commandIds.restartServer,
  commandIds.showOutput,
] as const;

export const viewIds = { container: 'benchwright', runs: 'benchwright.runs' } as const;

export const livePanelType = 'benchwright.live';

export const previewPanelType = 'benchwright.preview';

export const reportPanelType = 'benchwright.report';

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
  /** The last iteration that was debugged stands beside its lines. */
  hasIteration: 'benchwright.hasIteration',
  /** The editor is a page in a browser, with no machine behind it that could run anything. */
  isBrowser: 'benchwright.isBrowser',
} as const;

export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];

/** Settings with their defaults. One that names a program must be of machine scope: a folder must not choose it. */
export const settings = {
  openLivePanel: { id: 'benchwright.run.openLivePanel', fallback: true },
  problemSeverity: { id: 'benchwright.problems.severity', fallback: {} },
  pySpyPath: { id: 'benchwright.profiling.pySpyPath', fallback: '' },
  heat: { id: 'benchwright.heat.enabled', fallback: true },
  heatLenses: { id: 'benchwright.heat.codeLens', fallback: true },
  pythonPath: { id: 'benchwright.locust.pythonPath', fallback: '' },
  traceServer: { id: 'benchwright.trace.server', fallback: 'off' },
} as const;

/** Colours of a line in the overview ruler, the least hot first. */
export const heatColors = [
  'benchwright.heat.passing',
  'benchwright.heat.warm',
  'benchwright.heat.hot',
  'benchwright.heat.hottest',
] as const;

/** What a tree item of a run says of itself in `viewItem`, for menus. */
export const itemKinds = {
  running: 'run.running',
  over: 'run.over',
  pinned: 'run.pinned',
  /** The same of runs with a profile. */
  overProfiled: 'run.over.profiled',
  pinnedProfiled: 'run.pinned.profiled',
  phase: 'phase',
  plan: 'plan',
} as const;

/** Follows the kind of a run whose plan names a Grafana server. */
export const dashboardSuffix = '.dashboard';

export const walkthroughId = 'benchwright.start';
