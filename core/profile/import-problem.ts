/** Why a file could not be read as a profile. */
export type ImportProblemCode =
  'not-readable' | 'unknown-format' | 'not-supported' | 'damaged' | 'too-large' | 'too-deep' | 'no-samples';

export interface ImportProblem {
  readonly code: ImportProblemCode;
  /** One sentence that says where, without a final full stop. */
  readonly message: string;
  /** What to do about it, as a sentence without a final full stop. */
  readonly remedy: string;
}

/** Stops an importer; `importProfile` turns it into its problem. It never leaves this room. */
export class ImportFailure extends Error {
  readonly problem: ImportProblem;

  constructor(code: ImportProblemCode, message: string, remedy: string) {
    super(message);
    this.problem = { code, message, remedy };
  }
}

export function damaged(message: string): ImportFailure {
  return new ImportFailure(
    'damaged',
    message,
    'record the profile again, and let the tool finish writing it',
  );
}

export function tooLarge(message: string): ImportFailure {
  return new ImportFailure('too-large', message, 'record for a shorter time or at a lower rate');
}
