/** One iteration of a scenario as it was: what was sent, what came back, and what was decided of it. */

/** Begins a line of the log by which a traced script tells what it does. */
export const traceMark = 'benchwright-trace ';

/** A text that may be longer than what is shown of it. */
export interface Excerpt {
  readonly text: string;
  /** Characters of the whole. */
  readonly length: number;
}

/** Lines and characters from 0, in UTF-16 code units. */
export interface SourcePlace {
  /** As the one who read the plan names it. */
  readonly file: string;
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

export interface IterationAnswer {
  readonly kind: 'answer';
  readonly step: string;
  /** Where the step is written. */
  readonly place: SourcePlace;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Excerpt | null;
  };
  /** Of HTTP or gRPC; 0 where there was no answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Excerpt | null;
  /** Why there was no answer; empty where there was one. */
  readonly error: string;
  readonly tookMs: number;
}

export interface IterationCapture {
  readonly kind: 'captured';
  readonly step: string;
  /** Where the value is captured. */
  readonly place: SourcePlace;
  readonly stepPlace: SourcePlace;
  readonly name: string;
  /** `null`: the response does not have it. */
  readonly value: Excerpt | null;
}

export interface IterationCondition {
  readonly kind: 'condition';
  readonly step: string;
  /** Where the condition is written; that of the step where it goes without saying. */
  readonly place: SourcePlace;
  readonly stepPlace: SourcePlace;
  /** `success`, `expect.status`, `until`, `if` …; empty where it goes without saying. */
  readonly key: string;
  readonly text: string;
  /** `null`: neither true nor false. */
  readonly held: boolean | null;
  /** What was compared. */
  readonly values: readonly { readonly name: string; readonly value: Excerpt | null }[];
}

export type IterationEvent =
  | IterationAnswer
  | IterationCapture
  | IterationCondition
  /** Repetitions of a step that are not told. */
  | { readonly kind: 'left-out'; readonly step: string; readonly place: SourcePlace; readonly count: number }
  | { readonly kind: 'log'; readonly level: string; readonly message: string }
  /** `isWhole`: every step was taken, none ended the iteration. `fault`: what kept it from being run to its end. */
  | { readonly kind: 'over'; readonly isWhole: boolean; readonly fault: string | null };

/** Whether a condition keeps the iteration from being right. One that is waited for may be false until it is true. */
export function isBroken({ key, held }: IterationCondition): boolean {
  return held !== true && key !== 'if' && key !== 'until';
}
