/** Why a profiler has nothing to show of a target. The load goes on without it. */
export interface ProfilerProblem {
  readonly code: string;
  /** One sentence, without a final full stop. */
  readonly message: string;
  /** The one thing to do about it, likewise. */
  readonly remedy: string;
}
