/** A place in a text, as offsets in UTF-16 code units: `start` included, `end` excluded. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** A change of the text that mends a problem. Edits never overlap. */
export interface Fix {
  readonly title: string;
  /** The author may as well mean something else: never made in passing. */
  readonly isGuess?: true;
  readonly edits: readonly { readonly range: TextRange; readonly newText: string }[];
}

/** Something wrong with a plan, as a value: what, where, and how to mend it. */
export interface Problem {
  /** Stable identifier, such as `unknown-key`; documented in docs/problems.md. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence for the author of the plan, without a final full stop. */
  readonly message: string;
  readonly range: TextRange;
  readonly fixes?: readonly Fix[];
  /** Other places that have to do with it, each with what it is. */
  readonly related?: readonly { readonly message: string; readonly range: TextRange }[];
}
