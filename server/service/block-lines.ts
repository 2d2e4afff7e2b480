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

export function blockLines(text: string): BlockLine[] {
  const lines: BlockLine[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    lines.push(blockLine(start, line.endsWith('\r') ? line.slice(0, -1) : line));
    start += line.length + 1;
  }
  return lines;
}

function blockLine(start: number, text: string): BlockLine {
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
  lines: readonly BlockLine[],
  index: number,
  column: number,
  isItem: boolean,
): (string | number)[] {
  const path: (string | number)[] = [];
  let limit = column;
  let isBelowList = isItem;
  for (const line of lines.slice(0, index).reverse()) {
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
export function siblingsOf(lines: readonly BlockLine[], index: number, column: number): string[] {
  const isFirst = lines[index]?.isItem ?? false;
  const above = isFirst ? [] : lines.slice(0, index).reverse();
  return [...keysInBlock(above, column, true), ...keysInBlock(lines.slice(index + 1), column, false)];
}

/** Keys at a column, up to a line further left; an item's dash ends the block, above with its own key. */
function keysInBlock(lines: readonly BlockLine[], column: number, isAboveIt: boolean): string[] {
  const keys: string[] = [];
  for (const line of lines) {
    if (line.isBlank) continue;
    if (line.column < column || (line.isItem && !isAboveIt)) break;
    if (line.key !== undefined && line.column === column) keys.push(line.key);
    if (line.isItem && line.column === column) break;
  }
  return keys;
}
