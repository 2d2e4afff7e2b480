/** "Did you mean": the nearest of some known names, and the fix that writes it. */
import { t } from '@vscode/l10n';
import type { Fix, TextRange } from '../problems';
import { wordFor } from './other-words';

/** Longer words are not compared: nobody misspells them by two letters, and the cost grows with the square. */
const maxLength = 64;

/** The known name that a word begins, or that is near enough for the word to be a slip of the fingers. */
export function closest(word: string, known: readonly string[]): string | undefined {
  // Two letters are like too many others.
  if (word.length < 3 || word.length > maxLength) return undefined;
  const lower = word.toLowerCase();
  // A third of the letters may be wrong, at most three.
  let best = Math.min(3, Math.floor(word.length / 3)) + 1;
  let found: string | undefined;
  for (const candidate of known) {
    if (candidate !== word && candidate.startsWith(word)) return candidate;
    if (candidate === word || Math.abs(candidate.length - word.length) >= best) continue;
    const distance = editDistance(lower, candidate.toLowerCase());
    if (distance < best) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

/** Letters inserted, left out, replaced or swapped with their neighbour. */
function editDistance(left: string, right: string): number {
  const width = right.length + 1;
  // Row and column count letters taken from each word; the table is kept flat.
  const table = Array.from({ length: (left.length + 1) * width }, (_, index) =>
    index < width ? index : index % width === 0 ? index / width : 0,
  );
  const at = (row: number, column: number): number => table[row * width + column] ?? 0;
  for (let row = 1; row <= left.length; row += 1) {
    for (let column = 1; column < width; column += 1) {
      const replace = at(row - 1, column - 1) + (left[row - 1] === right[column - 1] ? 0 : 1);
      const cost = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, replace);
      const isSwap = row > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      table[row * width + column] = isSwap ? Math.min(cost, at(row - 2, column - 2) + 1) : cost;
    }
  }
  return at(left.length, right.length);
}

export interface Hint {
  /** Continues a message; empty where no name is near. */
  readonly text: string;
  readonly fixes: readonly Fix[];
}

/**
 * What continues a message about an unknown word at `range`: the name that is meant, since it is spelt much like the word
 * or other tools call it so, else the few there are.
 */
export function didYouMean(word: string, known: readonly string[], range: TextRange): Hint {
  const name = wordFor(word, known) ?? closest(word, known);
  if (name !== undefined) {
    return {
      text: t`; did you mean \`${name}\`?`,
      fixes: [{ title: t`Change to ${name}`, edits: [{ range, newText: name }] }],
    };
  }
  if (known.length === 0 || known.length > 8) return { text: '', fixes: [] };
  return { text: t`; there is ${known.map((item) => `\`${item}\``).join(', ')}`, fixes: [] };
}
