/**
 * From a place in the value of a scalar to its place in the text: quotes, escapes, folded lines and indentation make
 * the two differ.
 */
import type { TextRange } from '../problems';
import type { ScalarNode } from './tree';

const escapeLengths: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };

/** The range in `text` of a range in the value of `node`; for more than one range use `rangesInside`. */
export function rangeInside(text: string, node: ScalarNode, inner: TextRange): TextRange {
  return rangesInside(text, node)(inner);
}

/**
 * From ranges in the value of `node` to ranges in `text`. Where the two cannot be matched, such as in a scalar with a
 * syntax error, the range of the whole scalar. The scalar is matched once, at the first range.
 */
export function rangesInside(text: string, node: ScalarNode): (inner: TextRange) => TextRange {
  const { value, range } = node;
  if (typeof value !== 'string') return () => range;
  if (range.end - range.start === value.length && text.startsWith(value, range.start)) {
    return (inner) => ({
      start: Math.min(range.start + inner.start, range.end),
      end: Math.min(range.start + inner.end, range.end),
    });
  }
  let offsets: readonly number[] | undefined;
  return (inner) => {
    offsets ??= offsetsOf(text, node, value) ?? [];
    return rangeBetween(text, range, offsets, {
      start: Math.min(inner.start, value.length),
      end: Math.min(inner.end, value.length),
    });
  };
}

function rangeBetween(
  text: string,
  whole: TextRange,
  offsets: readonly number[],
  inner: TextRange,
): TextRange {
  const from = offsets[inner.start];
  const to = offsets[inner.end];
  if (from === undefined || to === undefined) return whole;
  if (inner.end <= inner.start) return { start: from, end: from };
  // The end of a range is the end of its last character, not the start of what follows a folded line.
  const last = offsets[inner.end - 1] ?? from;
  const isSpaceAfter = to > last + 1 && /\s/.test(text.charAt(last + 1));
  return { start: from, end: isSpaceAfter ? last + 1 : to };
}

/** The offset in `text` of each code unit of the value and of its end; `undefined` where they do not match. */
function offsetsOf(text: string, node: ScalarNode, value: string): readonly number[] | undefined {
  const isBlock = node.style === 'literal' || node.style === 'folded';
  const { start, end } = contentsOf(text, node, isBlock);
  // The indentation of the first line of a block belongs to no value.
  let at = isBlock && !/^\s/.test(value) ? skipSpace(text, start, end) : start;
  const offsets: number[] = [];
  while (offsets.length < value.length) {
    const index = offsets.length;
    const step = isBlock
      ? blockStep(text, at, end, value, index)
      : flowStep(text, at, end, node.style, value.charCodeAt(index));
    if (step === undefined) return undefined;
    for (let unit = 0; unit < step.units; unit += 1)
      offsets.push(Math.min(at + (step.isRun ? unit : 0), end));
    at = step.next;
  }
  offsets.push(Math.min(at, end));
  return offsets;
}

/** A scalar without its quotes, or without the header of a block. */
function contentsOf(text: string, { range, style }: ScalarNode, isBlock: boolean): TextRange {
  if (isBlock) return { start: afterLine(text, range), end: range.end };
  const quote = style === 'plain' ? 0 : 1;
  return { start: range.start + quote, end: range.end - quote };
}

interface Step {
  /** Code units of the value that this step accounts for; may be none. */
  readonly units: number;
  readonly next: number;
  /** Each unit has a place of its own. */
  readonly isRun: boolean;
}

/** A run of spaces and line ends of a block: however it was folded and indented, the next word matches again. */
function blockStep(text: string, at: number, end: number, value: string, index: number): Step | undefined {
  if (!isSpace(value.charCodeAt(index))) {
    return text.charCodeAt(at) === value.charCodeAt(index)
      ? { units: 1, next: at + 1, isRun: true }
      : undefined;
  }
  let units = 0;
  while (index + units < value.length && isSpace(value.charCodeAt(index + units))) units += 1;
  return { units, next: skipSpace(text, at, end), isRun: false };
}

function flowStep(
  text: string,
  at: number,
  end: number,
  style: ScalarNode['style'],
  wanted: number,
): Step | undefined {
  if (at >= end) return undefined;
  const code = text.charCodeAt(at);
  if (style === 'double' && code === 0x5c) return escapeStep(text, at, end);
  if (style === 'single' && code === 0x27) return { units: 1, next: at + 2, isRun: false };
  if (isSpace(code)) {
    const next = skipSpace(text, at, end);
    const breaks = text.slice(at, next).split('\n').length - 1;
    // One line end is folded to a space, more to one less; spaces around them are dropped.
    if (breaks > 0) return { units: Math.max(1, breaks - 1), next, isRun: false };
    return { units: next - at, next, isRun: true };
  }
  return code === wanted ? { units: 1, next: at + 1, isRun: true } : undefined;
}

function escapeStep(text: string, at: number, end: number): Step {
  const letter = text.charAt(at + 1);
  if (letter === '\n' || letter === '\r')
    return { units: 0, next: skipSpace(text, at + 1, end), isRun: false };
  const length = escapeLengths[letter] ?? 2;
  const isPair = letter === 'U' && Number.parseInt(text.slice(at + 2, at + length), 16) > 0xffff;
  return { units: isPair ? 2 : 1, next: at + length, isRun: false };
}

function afterLine(text: string, range: TextRange): number {
  const lineEnd = text.indexOf('\n', range.start);
  return lineEnd < 0 || lineEnd >= range.end ? range.end : lineEnd + 1;
}

function skipSpace(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d;
}
