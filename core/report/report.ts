/** All that a report of a run says, as data: every format is written from this. */
import type { PhaseComparison } from '../measure/compare-phases';
import type { Run } from '../run/run';
import type { Chart } from './chart';
import type { CodeLine } from './document';
import { recommend, type Recommendation } from './recommendations';

/** The lines around the most expensive one of a function, from a file that has not changed since the run. */
export interface SourceExcerpt {
  readonly file: string;
  readonly line: number;
  readonly lines: readonly CodeLine[];
}

export interface BaselineComparison {
  readonly baseline: string;
  /** Why nothing could be compared. */
  readonly refusal: string | null;
  readonly phases: readonly PhaseComparison[];
}

export interface PhaseCharts {
  readonly phase: string;
  readonly charts: readonly Chart[];
}

export interface ReportInput {
  readonly run: Run;
  readonly charts: readonly PhaseCharts[];
  readonly excerpts: readonly SourceExcerpt[];
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
