/**
 * Where the cursor is in a plan that is being typed, told from the text alone: the line under the cursor is rarely
 * valid YAML, so that the tree of the last analysis says nothing about it.
 */
import type { PlanPath } from '../../core/plan/tree';
import type { TextRange } from '../../core/problems';

export interface CursorContext {
  /** `key`: a key of the map at `path` is typed. `value`: the value at `path`. */
  readonly kind: 'key' | 'value';
  readonly path: PlanPath;
  /** What is typed so far, up to the cursor, and the whole word that a completion replaces. */
  readonly prefix: string;
  readonly range: TextRange;
  /** Keys that the map already has. Only for `key`. */
  readonly siblings: readonly string[];
  /** Written inside of braces or brackets on one line. */
  readonly isFlow: boolean;
}

interface Line {
  readonly start: number;
  readonly text: string;
}

/** @returns `undefined` inside of a comment. */
export function cursorContext(text: string, offset: number): CursorContext | undefined {
  const lines = linesOf(text);
  const index = lines.findLastIndex((line) => line.start <= offset);
  const line = lines[index];
  if (!line) return undefined;
  const before = line.text.slice(0, offset - line.start);
  if (/(^|\s)#/.test(outsideQuotes(before))) return undefined;
  return contextInLine(lines, index, before, offset);
}

function contextInLine(lines: readonly Line[], index: number, before: string, offset: number): CursorContext {
  const line = lines[index] ?? { start: 0, text: '' };
  const after = /^[^\s:,\]}#]*/.exec(line.text.slice(before.length))?.[0] ?? '';
  const opening = /^(\s*)((?:- +)*)(?:([^\s:{[#"'][^:{["']*?)\s*:\s+)?([{[].*)$/.exec(before);
  if (opening) return contextInFlow(lines, index, opening, offset, after);

  const [, indent = '', dashes = '', key, typed = ''] =
    /^(\s*)((?:- *)*)(?:([^\s:#][^:]*?)\s*:(?: +|$))?(.*)$/.exec(before) ?? [];
  const column = indent.length + dashes.length;
  const parent = parentPath(lines, index, dashes === '' ? column : indent.length, dashes !== '');
  const path = dashes === '' ? parent : [...parent, 0];
  const range = { start: offset - typed.length, end: offset + after.length };
  if (key === undefined && !isInList(lines, index, column, path)) {
    return {
      kind: 'key',
      path,
      prefix: typed,
      range,
      siblings: siblingsOf(lines, index, column),
      isFlow: false,
    };
  }
  if (key === undefined) return { kind: 'value', path, prefix: typed, range, siblings: [], isFlow: false };
  return { kind: 'value', path: [...path, key], prefix: typed, range, siblings: [], isFlow: false };
}

/** A line without a dash whose parent holds a list continues a scalar of it. */
function isInList(lines: readonly Line[], index: number, column: number, path: PlanPath): boolean {
  const previous = lines
    .slice(0, index)
    .findLast((line) => line.text.trim() !== '' && !line.text.trimStart().startsWith('#'));
  if (!previous || path.length === 0) return false;
  const item = /^(\s*)- +(?!.*:(?:\s|$))/.exec(previous.text);
  return item !== null && column > (item[1]?.length ?? 0);
}

function contextInFlow(
  lines: readonly Line[],
  index: number,
  opening: RegExpExecArray,
  offset: number,
  after: string,
): CursorContext {
  const [, indent = '', dashes = '', key, flow = ''] = opening;
  const isItem = dashes !== '';
  const parent = parentPath(lines, index, indent.length, isItem);
  const base = [...parent, ...(isItem ? [0] : []), ...(key === undefined ? [] : [key])];
  const { path, typed, siblings, inMap, hasKey } = scanFlow(flow);
  const range = { start: offset - typed.length, end: offset + after.length };
  const kind = inMap && !hasKey ? 'key' : 'value';
  return {
    kind,
    path: [...base, ...path],
    prefix: typed,
    range,
    siblings: kind === 'key' ? siblings : [],
    isFlow: true,
  };
}

interface FlowLevel {
  readonly isMap: boolean;
  readonly keys: string[];
  key: string | undefined;
  item: number;
}

/** Follows braces and brackets from the first of them to the cursor. */
function scanFlow(flow: string) {
  const levels: FlowLevel[] = [];
  let typed = '';
  let quote = '';
  for (const character of flow) {
    const level = levels.at(-1);
    if (quote !== '') {
      if (character === quote) quote = '';
      typed += character;
    } else if (character === '{' || character === '[') {
      levels.push({ isMap: character === '{', keys: [], key: undefined, item: 0 });
      typed = '';
    } else if (character === '}' || character === ']') {
      levels.pop();
      typed = '';
    } else if (character === ',') {
      if (level) {
        level.key = undefined;
        level.item += 1;
      }
      typed = '';
    } else if (character === ':' && level?.isMap && level.key === undefined) {
      level.key = typed.trim();
      level.keys.push(level.key);
      typed = '';
    } else {
      if (character === '"' || character === "'") quote = character;
      typed += character;
    }
  }
  const level = levels.at(-1);
  const path = levels.flatMap(({ isMap, key, item }): (string | number)[] => {
    if (!isMap) return [item];
    return key === undefined ? [] : [key];
  });
  return {
    path,
    typed: typed.trimStart(),
    siblings: level?.keys ?? [],
    inMap: level?.isMap ?? false,
    hasKey: level?.key !== undefined,
  };
}

/** The keys above a line, by indentation: what stands further left, nearest first, is a parent. */
function parentPath(lines: readonly Line[], index: number, column: number, isItem: boolean): PlanPath {
  const path: (string | number)[] = [];
  let limit = column;
  // A list may stand at the indentation of its key.
  let mayEqual = isItem;
  for (let i = index - 1; i >= 0 && (limit > 0 || mayEqual); i--) {
    const match = /^(\s*)((?:- +)*)([^\s:#-][^:]*?)\s*:(?:\s|$)/.exec(lines[i]?.text ?? '');
    const dash = match ?? /^(\s*)(- +)/.exec(lines[i]?.text ?? '');
    if (!dash) continue;
    const indent = dash[1]?.length ?? 0;
    const dashes = dash[2]?.length ?? 0;
    const key = match?.[3];
    if (key !== undefined && (indent + dashes < limit || (mayEqual && dashes === 0 && indent === limit))) {
      path.unshift(key);
      limit = indent + dashes;
      mayEqual = false;
    }
    if (dashes > 0 && indent < limit) {
      path.unshift(0);
      limit = indent;
      mayEqual = true;
    }
  }
  return path;
}

/** Keys of the same block: lines above and below at the same column, up to a line further left. */
function siblingsOf(lines: readonly Line[], index: number, column: number): string[] {
  const keys: string[] = [];
  for (const step of [-1, 1]) {
    for (
      let i = step === 1 && startsItem(lines[index]) ? index + 1 : index + step;
      i >= 0 && i < lines.length;
      i += step
    ) {
      const text = lines[i]?.text ?? '';
      if (text.trim() === '' || text.trimStart().startsWith('#')) continue;
      const match = /^(\s*(?:- +)*)([^\s:#-][^:]*?)\s*:(?:\s|$)/.exec(text);
      const at = match?.[1]?.length ?? text.length - text.trimStart().length;
      const opensItem = /^\s*- /.test(text);
      if (at < column || (opensItem && step === 1)) break;
      if (match?.[2] !== undefined && at === column) keys.push(match[2]);
      if (opensItem && at === column) break;
    }
    if (startsItem(lines[index]) && step === -1) keys.length = 0;
  }
  return keys;
}

function startsItem(line: Line | undefined): boolean {
  return /^\s*- /.test(line?.text ?? '');
}

function outsideQuotes(text: string): string {
  return text.replaceAll(/"[^"]*"?|'[^']*'?/g, (quoted) => 'x'.repeat(quoted.length));
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    lines.push({ start, text: line.endsWith('\r') ? line.slice(0, -1) : line });
    start += line.length + 1;
  }
  return lines;
}
