import type { FunctionDelta } from './compare-profiles';
import type { WeightUnit } from './profile';

/** What changed in the profile of one target, function by function. */
export interface ProfileChange {
  readonly phase: string;
  readonly target: string;
  readonly tool: string;
  readonly unit: WeightUnit;
  /** Why something is not told, each a sentence without a final full stop. */
  readonly notes: readonly string[];
  /** Largest change first. Files are relative to the plan where they lie there. */
  readonly functions: readonly FunctionDelta[];
}
