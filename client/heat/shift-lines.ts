/** Where marked lines are after an edit. */

/** One change of a text: the lines it replaced, and with how many line breaks. Lines count from 0. */
export interface LineChange {
  readonly firstLine: number;
  readonly lastLine: number;
  /** Whether the first line keeps its beginning: a change that begins behind it leaves it what it is. */
  readonly keepsFirst: boolean;
  readonly addedBreaks: number;
}

/**
 * @param lines from 0, by their number when they were marked.
 * @returns the number of the line now; a line of which nothing is left has none.
 */
export function shiftLines(
  lines: ReadonlyMap<number, number>,
  { firstLine, lastLine, keepsFirst, addedBreaks }: LineChange,
): Map<number, number> {
  const shift = addedBreaks - (lastLine - firstLine);
  const shifted = new Map<number, number>();
  for (const [marked, at] of lines) {
    if (at < firstLine) shifted.set(marked, at);
    else if (at > lastLine) shifted.set(marked, at + shift);
    else if (at === firstLine && (keepsFirst || firstLine === lastLine))
      // Lines put in before a line push it down.
      shifted.set(marked, keepsFirst ? at : at + addedBreaks);
    else if (at === lastLine && !keepsFirst) shifted.set(marked, at + shift);
  }
  return shifted;
}
