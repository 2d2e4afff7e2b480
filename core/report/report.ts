/** All that a report of a run says, as data: every format is written from this. */
import type { PhaseComparison } from '../measure/compare-phases';
import type { ProfileChange } from '../profile/profile-change';
import type { Run } from '../run/run';
import type { PeakComparison } from './compare-peaks';
import type { Chart } from './chart';
import type { CodeLine } from './document';
import { recommend, type Recommendation } from './recommendations';

/** The lines around the most expensive one of a function, from a file that has not changed since the run. */
export interface SourceExcerpt {
  readonly file: string;
  readonly line: number;
  readonly lines: readonly CodeLine[];
  /** Where it lies on this machine, for a link that opens it in the editor. */
  readonly absoluteFile: string;
}

export interface BaselineComparison {
  /** The run or runs, for people. */
  readonly baseline: string;
  /** Whether there is one run a side: what is said then is about these two runs only. */
  readonly isWithinRuns: boolean;
  readonly peaks: readonly PeakComparison[];
  readonly profiles: readonly ProfileChange[];
  /** Why nothing could be compared. */
  readonly refusal: string | null;
  readonly phases: readonly PhaseComparison[];
}

export interface PhaseCharts {
  readonly phase: string;
  readonly charts: readonly Chart[];
}

/** A panel of the dashboard at the time of the run, as Grafana drew it. */
export interface ReportPicture {
  readonly title: string;
  /** In the folder `grafana` of the run. */
  readonly file: string;
  /** Base64. */
  readonly png: string;
}

export interface ReportInput {
  readonly run: Run;
  readonly charts: readonly PhaseCharts[];
  readonly excerpts: readonly SourceExcerpt[];
  readonly pictures: readonly ReportPicture[];
  readonly comparison: BaselineComparison | null;
  /** What is wrong with the run folder. */
  readonly problems: readonly string[];
}

export interface Report extends ReportInput {
  readonly version: 1;
  readonly recommendations: readonly Recommendation[];
}

export function buildReport(input: ReportInput): Report {
  return { version: 1, ...input, recommendations: recommend(input.run, input.comparison?.phases ?? []) };
}
