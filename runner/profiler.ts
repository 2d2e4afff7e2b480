/** What the runner asks of every profiler, whatever tool it is. */
import type { Finding } from '../core/measure/validity';
import type { Profiler } from '../core/plan/schema';
import type { Profile } from '../core/profile/profile';
import type { ProfilerProblem } from '../engines/host/profiler-problem';

/** What was recorded. Nothing is lost that was on the disk before something went wrong. */
export interface Recording {
  /** Relative to the run folder, in the order of time. */
  readonly files: readonly string[];
  readonly profiles: readonly Profile[];
  readonly samples: number;
  readonly seconds: number;
  readonly findings: readonly Finding[];
}

/** A profiler that can look into its target. */
export interface ReadyProfiler {
  readonly version: string;
  readonly rateHz: number | null;
  /** Options other than the usual ones. */
  readonly options: readonly string[];
  /** Whether moments count in which the target waited. */
  readonly withWaiting: boolean;
  /** Records for as long as the plan says, or until `stop`. It never rejects but for a bug. */
  record(stop: AbortSignal): Promise<Recording>;
}

export type Readiness =
  | { readonly ok: true; readonly profiler: ReadyProfiler }
  | { readonly ok: false; readonly problem: ProfilerProblem };

/** A profiler of the plan with what became of it. */
export interface WantedProfiler {
  readonly wish: Profiler;
  readonly readiness: Readiness;
}
