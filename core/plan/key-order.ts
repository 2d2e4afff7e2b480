/** The keys of one map in the order of the format, each with its lines and the comments above it. */
import { keysAt } from './describe';
import { parseTree, type TreeReading } from './parse-tree';
import { isSameMeaning } from './same-meaning';
import { startWithComments } from './section-order';
import { startOfLine } from './start-of-line';
import type { TextRange } from '../problems';
import type { MapNode, PlanNode, PlanPath } from './tree';

export interface OrderedKeys {
  readonly range: TextRange;
  readonly newText: string;
}

/**
 * @param root the plan that the map is in, at `path`.
 * @returns `undefined` where the keys are in order, where their author names them, or where they do not stand one below the other.
 * Whether the plan means the same in another order is `keepsMeaning` to say.
 */
export function orderKeys(
  text: string,
  root: PlanNode,
  map: MapNode,
  path: PlanPath,
): OrderedKeys | undefined {
  const keys = path.length === 0 || map.isFlow ? [] : keysAt(root, path).map(({ key }) => key);
  const lines = keys.length === 0 ? undefined : entryLines(text, map);
  const ordered = lines && inOrder(lines, keys);
  const [first, last] = [lines?.[0], lines?.at(-1)];
  if (ordered === undefined || first === undefined || last === undefined) return undefined;
  return { range: { start: first.start, end: last.end }, newText: joined(ordered, first) };
}

/** @param before the reading of the text, to take from it what stays. */
export function keepsMeaning(
  text: string,
  { range, newText }: OrderedKeys,
  before: TreeReading = parseTree(text),
): boolean {
  const changed = text.slice(0, range.start) + newText + text.slice(range.end);
  return isSameMeaning(before, parseTree(changed, before));
}

/** @returns `undefined` where they are in order, or where a comment would have to stand behind a dash. */
function inOrder(
  lines: readonly EntryLines[],
  keys: readonly (string | undefined)[],
): readonly EntryLines[] | undefined {
  const places = new Map(keys.map((key, index) => [key, index]));
  const placeOf = ({ key }: EntryLines): number => places.get(key) ?? places.size;
  const sorted = [...lines].sort((a, b) => placeOf(a) - placeOf(b));
  if (sorted.every((line, index) => line === lines[index])) return undefined;
  return lines[0]?.isBehindDash === true && sorted[0]?.comments !== '' ? undefined : sorted;
}

/** What stands behind a dash begins without the spaces that stand before it. */
function joined(sorted: readonly EntryLines[], first: EntryLines): string {
  const whole = sorted.map(({ comments, body }) => comments + first.indent + body).join('');
  return first.isBehindDash ? whole.slice(first.indent.length) : whole;
}

interface EntryLines {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly indent: string;
  readonly comments: string;
  /** From the key on, with its line end. */
  readonly body: string;
  readonly isBehindDash: boolean;
}

function entryLines(text: string, { entries }: MapNode): readonly EntryLines[] | undefined {
  const found: EntryLines[] = [];
  for (const [index, { key, keyRange }] of entries.entries()) {
    const lineStart = startOfLine(text, keyRange.start);
    const before = text.slice(lineStart, keyRange.start);
    const isBehindDash = index === 0 && /^[ -]*- +$/.test(before);
    if (!isBehindDash && !/^ *$/.test(before)) return undefined;
    const start = isBehindDash ? keyRange.start : startWithComments(text, keyRange.start);
    const next = entries[index + 1];
    const end = next === undefined ? endOfValue(text, entries) : startWithComments(text, next.keyRange.start);
    const body = text.slice(keyRange.start, end);
    found.push({
      ...{ key, start, end, isBehindDash },
      indent: ' '.repeat(before.length),
      comments: isBehindDash ? '' : text.slice(start, lineStart),
      body: body.endsWith('\n') ? body : `${body}\n`,
    });
  }
  return found;
}

/** Behind the line in which the last value ends. */
function endOfValue(text: string, entries: MapNode['entries']): number {
  const last = entries.at(-1);
  let end = Math.max(last?.keyRange.end ?? 0, last?.valueRange.end ?? 0);
  while (end > 0 && /\s/.test(text.charAt(end - 1))) end -= 1;
  const lineEnd = text.indexOf('\n', end);
  return lineEnd < 0 ? text.length : lineEnd + 1;
}
