/** What commands work with. */
import type { Iterations } from '../debug/iterations';
import type { HeatSwitch } from '../heat-switch';
import type { LanguageService } from '../language-client';
import type { Logs } from '../logs';
import type { ExpandedPlans } from '../plan/expanded-plans';
import type { LoadPreviews } from '../plan/load-previews';
import type { ReportPanels } from '../report/report-panels';
import type { Approvals } from '../runs/approvals';
import type { Comparisons } from '../runs/comparisons';
import type { EnvironmentChoices } from '../runs/environment-choice';
import type { RunCatalogue } from '../runs/run-catalogue';
import type { RunSessions } from '../runs/run-sessions';
import type { StartContext } from '../runs/start-run';
import type { LivePanels } from '../views/live-panels';

export interface CommandContext {
  readonly start: StartContext;
  readonly logs: Logs;
  readonly catalogue: RunCatalogue;
  readonly sessions: RunSessions;
  readonly panels: LivePanels;
  readonly approvals: Approvals;
  readonly environments: EnvironmentChoices;
  readonly language: LanguageService;
  readonly heat: HeatSwitch;
  readonly reports: ReportPanels;
  readonly comparisons: Comparisons;
  readonly expanded: ExpandedPlans;
  readonly previews: LoadPreviews;
  /** Loaded when somebody debugs: few windows ever do. */
  readonly iterations: () => Promise<Iterations>;
}

export type Handler = (...args: unknown[]) => Promise<void>;
