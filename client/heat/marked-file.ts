/** One file with its hot lines, kept where they belong while the file is edited. */
import type * as vscode from 'vscode';
import { isAsRecorded } from '../../runner/hash-sources';
import { leastShare } from './heat-words';
import type { HotLine } from './heat-looks';
import type { FileHere } from './run-heat';
import { shiftLines } from './shift-lines';

export class MarkedFile {
  readonly here: FileHere;
  #hasChanged: boolean;
  /** Where the lines that matter are now, by their number in the recording; both from 0. */
  #places: ReadonlyMap<number, number>;

  constructor(here: FileHere) {
    this.here = here;
    this.#hasChanged = here.hasChanged;
    this.#places = placesOf(here);
  }

  /** Whether the text is not, or not for certain, the one that was recorded. */
  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  get lines(): HotLine[] {
    return this.here.lines.flatMap(({ line, self, total }) => {
      const at = this.lineNow(line);
      return total < leastShare || at === undefined ? [] : [{ at: at - 1, self, total }];
    });
  }

  /** @param line of the recording, from 1. @returns where it is now, from 1; nothing where it was taken out. */
  lineNow(line: number): number | undefined {
    const at = this.#places.get(line - 1);
    return at === undefined ? undefined : at + 1;
  }

  edited(changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    // They come from the end of the text to its beginning, so that none moves another.
    for (const { range, text } of changes)
      this.#places = shiftLines(this.#places, {
        firstLine: range.start.line,
        lastLine: range.end.line,
        keepsFirst: range.start.character > 0,
        addedBreaks: text.split(/\r\n|\r|\n/).length - 1,
      });
    this.#hasChanged = true;
  }

  /**
   * Looks whether the file on the disk is the one that was recorded.
   *
   * @param isShown whether the editor shows what is on the disk; asked once the disk has answered.
   */
  async look(isShown: () => boolean): Promise<void> {
    const { sha256, file } = this.here;
    const isSame = await isAsRecorded(file, sha256);
    if (!isShown()) return;
    this.#hasChanged = !isSame;
    if (isSame) this.#places = placesOf(this.here);
  }
}

function placesOf({ lines, functions }: FileHere): ReadonlyMap<number, number> {
  const known = [...lines, ...functions].map(({ line }) => line - 1);
  return new Map(known.filter((line) => line >= 0).map((line) => [line, line]));
}
