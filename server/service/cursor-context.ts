/**
 * Where the cursor is in a plan that is being typed, told from the text alone: the line under the cursor is rarely
 * valid YAML, so that the tree of the last analysis says nothing about it.
 */
import type { PlanPath } from '../../core/plan/tree';
import type { TextRange } from '../../core/problems';
import {
  blockLine,
  blockLines,
  lineAt,
  linesFrom,
  parentPath,
  siblingsOf,
  type BlockLine,
  type BlockLines,
} from './block-lines';
import { scanFlow } from './flow-scan';

export interface CursorContext {
  /** `key`: a key of the map at `path` is typed. `value`: the value at `path`. */
  readonly kind: 'key' | 'value';
  readonly path: PlanPath;
  /** What is typed so far, up to the cursor. */
  readonly prefix: string;
  /** The whole word that a completion replaces. */
  readonly range: TextRange;
  /** Keys that the map already has. Only for `key`. */
  readonly siblings: readonly string[];
  /** Written inside of braces or brackets on one line. */
  readonly isFlow: boolean;
}

/** @returns `undefined` inside of a comment. */
export function cursorContext(text: string, offset: number): CursorContext | undefined {
  const lines = blockLines(text);
  const index = lineAt(lines, text, offset);
  const line = lines.at(index);
  if (!line) return undefined;
  const before = line.text.slice(0, offset - line.start);
  if (/(^|\s)#/.test(outsideQuotes(before))) return undefined;
  const wordEnd = offset + wordLength(line.text.slice(before.length));
  // The line as far as it is typed: a key behind the cursor is not there yet.
  const typed: BlockLine = blockLine(line.start, before);
  const rest = before.slice(typed.column);
  const flow = /^(?:([^\s:{[#"'][^:{["']*?)\s*:\s+)?([{[].*)$/.exec(rest);
  return flow === null
    ? inBlock(lines, index, typed, { rest, offset, wordEnd })
    : inFlow(lines, index, typed, { key: flow[1], flow: flow[2] ?? '', offset, wordEnd });
}

function inBlock(
  lines: BlockLines,
  index: number,
  line: BlockLine,
  { rest, offset, wordEnd }: { rest: string; offset: number; wordEnd: number },
): CursorContext {
  const path = pathOfLine(lines, index, line);
  const value = line.key === undefined ? undefined : /^[^:]*:\s*(.*)$/.exec(rest)?.[1];
  const prefix = value ?? rest;
  const range = { start: offset - prefix.length, end: wordEnd };
  if (line.key !== undefined) {
    return { kind: 'value', path: [...path, line.key], prefix, range, siblings: [], isFlow: false };
  }
  if (continuesScalar(lines, index, line)) {
    return { kind: 'value', path, prefix, range, siblings: [], isFlow: false };
  }
  return { kind: 'key', path, prefix, range, siblings: siblingsOf(lines, index, line.column), isFlow: false };
}

function inFlow(
  lines: BlockLines,
  index: number,
  line: BlockLine,
  { key, flow, offset, wordEnd }: { key: string | undefined; flow: string; offset: number; wordEnd: number },
): CursorContext {
  const base = pathOfLine(lines, index, line);
  const { path, typed, siblings, isKey } = scanFlow(flow);
  return {
    kind: isKey ? 'key' : 'value',
    path: [...base, ...(key === undefined ? [] : [key]), ...path],
    prefix: typed,
    range: { start: offset - typed.length, end: wordEnd },
    siblings: isKey ? siblings : [],
    isFlow: true,
  };
}

function pathOfLine(lines: BlockLines, index: number, line: BlockLine): PlanPath {
  return line.isItem
    ? [...parentPath(lines, index, line.indent, true), 0]
    : parentPath(lines, index, line.column, false);
}

/** A line without a dash, below and right of an item that is no map, goes on with that item's text. */
function continuesScalar(lines: BlockLines, index: number, line: BlockLine): boolean {
  if (line.isItem) return false;
  for (const previous of linesFrom(lines, index, -1)) {
    if (!previous.isBlank)
      return previous.isItem && previous.key === undefined && line.column > previous.indent;
  }
  return false;
}

function wordLength(text: string): number {
  return /^[^\s:,\]}#]*/.exec(text)?.[0].length ?? 0;
}

function outsideQuotes(text: string): string {
  return text.replaceAll(/"[^"]*"?|'[^']*'?/g, (quoted) => 'x'.repeat(quoted.length));
}
