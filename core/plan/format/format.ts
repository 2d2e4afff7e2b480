/** The one layout of plans: two spaces a level, one space between things. Order, comments and values are the author's. */
import type { Fix, TextRange } from '../../problems';
import { readTokens } from '../limits';
import { parseTree } from '../parse-tree';
import { toValue } from '../tree';
import { piecesOf, type Piece } from './pieces';

export type TextEdits = Fix['edits'];

/**
 * The changes that bring a text into layout, in its order; only of the lines within `range` where one is given.
 * None for a text that is not YAML: its lines cannot be told apart for sure.
 */
export function formatPlan(text: string, range?: TextRange): TextEdits {
  const before = parseTree(text);
  if (before.tree.root === undefined || before.problems.some(({ code }) => code === 'yaml-syntax')) return [];
  const pieces = piecesOf(readTokens(text).tokens);
  if (pieces === undefined) return [];
  const edits = layOut(text, pieces).filter(({ range: { start, end }, newText }) => {
    const isWithin = range === undefined || (start <= range.end && end >= range.start);
    return isWithin && text.slice(start, end) !== newText;
  });
  // A layout that changed a value would be a bug here, and must not become one in somebody's plan.
  const after = parseTree(applyEdits(text, edits)).tree.root;
  const isSame = after !== undefined && asText(after) === asText(before.tree.root);
  return isSame ? edits : [];
}

function asText(root: Parameters<typeof toValue>[0]): string {
  return JSON.stringify(toValue(root));
}

/** @param edits in the order of the text. */
export function applyEdits(text: string, edits: TextEdits): string {
  let edited = '';
  let reached = 0;
  for (const { range, newText } of edits) {
    edited += text.slice(reached, range.start) + newText;
    reached = range.end;
  }
  return edited + text.slice(reached);
}

type Edit = TextEdits[number];

function layOut(text: string, pieces: readonly Piece[]): Edit[] {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const edits: Edit[] = [];
  let before: Piece | undefined;
  for (const piece of pieces) {
    const range = { start: before?.end ?? 0, end: piece.start };
    // A block scalar begins where its header's line ends.
    if (piece.indent >= 0) edits.push({ range, newText: gap(text, lineEnd, before, piece) });
    edits.push(...innerLines(text, piece));
    before = piece;
  }
  if (before !== undefined) {
    const isEnded = text.charAt(before.end - 1) === '\n';
    edits.push({ range: { start: before.end, end: text.length }, newText: isEnded ? '' : lineEnd });
  }
  return edits;
}

function gap(text: string, lineEnd: string, before: Piece | undefined, piece: Piece): string {
  const indent = ' '.repeat(piece.indent);
  if (before === undefined) return indent;
  const old = text.slice(before.end, piece.start);
  const lines = old.split('\n').length - 1;
  if (text.charAt(before.end - 1) === '\n') return indent;
  // At most one empty line in a row.
  return lines > 0 ? lineEnd.repeat(Math.min(lines, 2)) + indent : spaceBetween(text, before, piece, old);
}

function spaceBetween(text: string, before: Piece, piece: Piece, old: string): string {
  if (piece.kind === 'comma') return '';
  if (piece.kind === 'colon') return before.kind === 'alias' ? ' ' : '';
  if (before.kind === 'open' || piece.kind === 'close') return insideBrackets(text, before, piece);
  const isSpaced = piece.kind === 'comment' || ['comma', 'colon', 'dash'].includes(before.kind);
  return isSpaced || old !== '' ? ' ' : '';
}

/** Braces have space inside, brackets have none. */
function insideBrackets(text: string, before: Piece, piece: Piece): string {
  if (before.kind === 'open' && piece.kind === 'close') return '';
  const bracket = text.charAt(before.kind === 'open' ? before.start : piece.start);
  return bracket === '{' || bracket === '}' ? ' ' : '';
}

/** The indentation of the lines of a scalar behind its first. */
function innerLines(text: string, { start, end, lines }: Piece): Edit[] {
  if (lines === undefined) return [];
  const source = text.slice(start, end);
  const all = linesOf(source, start);
  const inner = lines.isBlock ? all : all.slice(1);
  const first = inner.find(({ content }) => content !== '');
  if (first === undefined) return [];
  const shift = lines.indent - first.spaces;
  return inner.map(({ at, spaces, content }) => {
    const isEmpty = content === '' && (!lines.isBlock || spaces <= first.spaces);
    const columns = isEmpty ? 0 : lines.isBlock ? spaces + shift : lines.indent;
    return { range: { start: at, end: at + spaces }, newText: ' '.repeat(Math.max(0, columns)) };
  });
}

interface Line {
  readonly at: number;
  readonly spaces: number;
  readonly content: string;
}

function linesOf(source: string, start: number): Line[] {
  let at = start;
  return source.split('\n').map((line): Line => {
    const spaces = /^ */.exec(line)?.[0].length ?? 0;
    const found = { at, spaces, content: line.slice(spaces).replace(/\r$/, '') };
    at += line.length + 1;
    return found;
  });
}
