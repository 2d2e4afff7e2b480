/** The lines of a plan by their indentation: enough to find parents and siblings in a text that is no YAML yet. */

export interface BlockLine {
  /** Offset of the line in the text. */
  readonly start: number;
  readonly text: string;
  /** Empty, or only a comment. */
  readonly isBlank: boolean;
  /** Spaces before anything else. */
  readonly indent: number;
  /** Begins with a dash: an item of a list. */
  readonly isItem: boolean;
  /** Where the key, or what else there is behind dashes, begins. */
  readonly column: number;
  readonly key: string | undefined;
}

/** The lines of a text. Each is looked at when it is asked for: of a long text, few are. */
export interface BlockLines {
  readonly count: number;
  /** `undefined` before the first line and behind the last. */
  at(index: number): BlockLine | undefined;
}

export function blockLines(text: string): BlockLines {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const known: (BlockLine | undefined)[] = [];
  return {
    count: starts.length,
    at(index) {
      const start = starts[index];
      if (start === undefined) return undefined;
      const end = (starts[index + 1] ?? text.length + 1) - 1;
      return (known[index] ??= blockLine(start, text.slice(start, text[end - 1] === '\r' ? end - 1 : end)));
    },
  };
}

/** The line that an offset is in. */
export function lineAt(lines: BlockLines, text: string, offset: number): number {
  let index = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) index += 1;
  return Math.min(index, lines.count - 1);
}

export function blockLine(start: number, text: string): BlockLine {
  const [, spaces = '', dashes = ''] = /^( *)((?:-(?: +|$))*)/.exec(text) ?? [];
  const column = spaces.length + dashes.length;
  const rest = text.slice(column);
  const key = /^([^\s:#{["'][^:]*?)\s*:(?:\s|$)/.exec(rest)?.[1];
  const isBlank = dashes === '' && /^\s*(?:#|$)/.test(rest);
  return { start, text, isBlank, indent: spaces.length, isItem: dashes !== '', column, key };
}

/**
 * The keys and positions above a line. What stands further left is a parent; a list may stand as far left as its key.
 *
 * @param isItem whether the line is an item of a list, so that its parent is the key of the list.
 */
export function parentPath(
  lines: BlockLines,
  index: number,
  column: number,
  isItem: boolean,
): (string | number)[] {
  const path: (string | number)[] = [];
  let limit = column;
  let isBelowList = isItem;
  for (const line of linesFrom(lines, index, -1)) {
    if (limit === 0 && !isBelowList) break;
    if (line.key !== undefined && isAbove(line, limit, isBelowList)) {
      path.unshift(line.key);
      limit = line.column;
      isBelowList = false;
    }
    if (line.isItem && line.indent < limit) {
      path.unshift(0);
      limit = line.indent;
      isBelowList = true;
    }
  }
  return path;
}

function isAbove(line: BlockLine, limit: number, isBelowList: boolean): boolean {
  return line.column < limit || (isBelowList && !line.isItem && line.column === limit);
}

/** The other keys of the block in which a line stands at a column. */
export function siblingsOf(lines: BlockLines, index: number, column: number): string[] {
  const isFirst = lines.at(index)?.isItem ?? false;
  const above = isFirst ? [] : keysInBlock(linesFrom(lines, index, -1), column, true);
  return [...above, ...keysInBlock(linesFrom(lines, index, 1), column, false)];
}

/** The lines above or below one, the nearest first. */
export function* linesFrom(lines: BlockLines, index: number, step: -1 | 1): Iterable<BlockLine> {
  for (let at = index + step; ; at += step) {
    const line = lines.at(at);
    if (line === undefined) return;
    yield line;
  }
}

/** Keys at a column, up to a line further left; an item's dash ends the block, above with its own key. */
function keysInBlock(lines: Iterable<BlockLine>, column: number, isAboveIt: boolean): string[] {
  const keys: string[] = [];
  for (const line of lines) {
    if (line.isBlank) continue;
    if (line.column < column || (line.isItem && !isAboveIt)) break;
    if (line.key !== undefined && line.column === column) keys.push(line.key);
    if (line.isItem && line.column === column) break;
  }
  return keys;
}
