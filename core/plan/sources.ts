/**
 * The files of a plan, laid one behind the other: a place in any of them is an offset into all of them, so that nothing
 * that speaks of places has to know of files.
 */
import type { TextRange } from '../problems';

export interface PlanFile {
  /** A path or a URI, as the one who reads files names them. */
  readonly id: string;
  readonly text: string;
  /** Where its text begins among those of all files. */
  readonly start: number;
}

export type IncludeReading =
  | { readonly ok: true; readonly id: string; readonly text: string }
  /** `reason` ends the sentence "`x` cannot be included: …". */
  | { readonly ok: false; readonly reason: string };

/** Reads what the file `from` includes as `path`. Called again for the same file, it answers the same. */
export type ReadInclude = (from: string, path: string) => IncludeReading;

/** Between two files stands a line end, so that no range touches both. */
export function layBehind(files: readonly PlanFile[], id: string, text: string): PlanFile {
  const last = files.at(-1);
  return { id, text, start: last === undefined ? 0 : last.start + last.text.length + 1 };
}

export function joinTexts(files: readonly PlanFile[]): string {
  return files.map(({ text }) => text).join('\n');
}

/** The file that an offset is in, and the range within it. */
export function placeIn(
  files: readonly PlanFile[],
  range: TextRange,
): { readonly file: PlanFile; readonly range: TextRange } | undefined {
  const file = files.findLast(({ start }) => start <= range.start);
  if (file === undefined) return undefined;
  return { file, range: { start: range.start - file.start, end: range.end - file.start } };
}
