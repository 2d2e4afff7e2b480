import type { ScalarNode } from './tree';

/** A value on one line, or the head of a block with its lines, which its owner indents. */
export interface ScalarText {
  readonly first: string;
  readonly more: readonly string[];
}

/** As it is written where that is one line; texts of several lines become blocks, or one line in quotes. */
export function writeScalar(text: string, { range, style, value }: ScalarNode): ScalarText {
  const written = text.slice(range.start, range.end);
  const isOnOneLine = written !== '' && !written.includes('\n');
  if (isOnOneLine && style !== 'literal' && style !== 'folded') return { first: written, more: [] };
  if (typeof value !== 'string') return { first: value === null ? 'null' : String(value), more: [] };
  const block = literalOf(value);
  return block ?? { first: JSON.stringify(value), more: [] };
}

/** A block keeps a text as it is, unless it begins with space or has signs that only quotes can hold. */
function literalOf(value: string): ScalarText | undefined {
  if (!value.includes('\n') || /^[ \n]/.test(value) || /[^\n\P{Cc}]|[\u2028\u2029\ufeff]/u.test(value))
    return undefined;
  const body = value.replace(/\n+$/, '');
  const ends = value.length - body.length;
  // Lines of nothing but space would lose it, and further line ends need another mark.
  if (ends > 1 || body.split('\n').some((line) => line !== '' && line.trim() === '')) return undefined;
  return { first: ends === 1 ? '|' : '|-', more: body.split('\n') };
}
