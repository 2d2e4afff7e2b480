/**
 * Reads a plan part by part, so that what the YAML parser needs for one is gone when the next is read, and so that parts
 * that an edit leaves alone are not read again. A text whose parts might mean something else together is not read so.
 */
import { isMap, isNode, type Document } from 'yaml';
import type { Problem, TextRange } from '../problems';
import { composeText, isTooCostly, type ComposedText } from './compose-text';
import { linkOf, linksNow, newNames, type KnownAnchor, type KnownAnchors, type Links } from './link-anchors';
import { moveEntries, moveProblems, treeMover } from './move-tree';
import { carryValues } from './scenario-values';
import { splitPlan, type PlanPart, type PlanSection } from './split-plan';
import type { Alias, Anchor, MapEntry, MapNode, PlanNode, PlanTree } from './tree';

/** The parts of a text, with their places in it. */
export interface KeptParts {
  readonly text: string;
  readonly parts: readonly ReadPart[];
}

export interface ReadPart extends PlanPart, PartTree, Pick<ComposedText, 'values' | 'cost'> {
  readonly problems: readonly Problem[];
  /** The last anchor of each name in it. */
  readonly named: KnownAnchors;
  /** What its aliases refer to above it. */
  readonly links: Links;
  /** From the first entry to where the parser sees the end of the last value, with the comments behind it. */
  readonly range: TextRange;
  /** Where the parser sees the end of the whole text, if the part is the last. */
  readonly textEnd: number;
}

/** The entries of a part, with the anchors and aliases in them. */
interface PartTree {
  readonly entries: readonly MapEntry[];
  readonly anchors: readonly Anchor[];
  readonly aliases: readonly Alias[];
}

export interface PartsReading {
  readonly tree: PlanTree;
  readonly problems: readonly Problem[];
  readonly kept: KeptParts;
}

/** @returns the same as reading the whole text would; `undefined` where that is not certain. */
export function parseParts(text: string, before: KeptParts | undefined): PartsReading | undefined {
  return joinParts(text, before, readPart);
}

/** @param read what reads a part that is not known from `before`; nothing is joined where it fails. */
export function joinParts(
  text: string,
  before: KeptParts | undefined,
  read: (text: string, part: PlanPart, above: KnownAnchors) => ReadPart | undefined,
): PartsReading | undefined {
  const sections = splitPlan(text);
  if (sections === undefined) return undefined;
  const known = knownParts(before, text);
  const anchors = new Map<string, KnownAnchor>();
  const parts: ReadPart[] = [];
  const entries = new Map<string, MapEntry>();
  for (const section of sections) {
    const own = readSection(section, (part) => {
      const found = known(part, anchors) ?? read(text, part, anchors);
      for (const [name, anchor] of found?.named ?? []) anchors.set(name, anchor);
      return found;
    });
    if (own === undefined || !addEntries(entries, entriesOf(text, section, own))) return undefined;
    for (const part of own) parts.push(part);
  }
  const [first, last] = [parts[0], parts.at(-1)];
  if (isTooCostly(parts) || first === undefined || last === undefined) return undefined;
  const range = { start: sections[0]?.keyRange?.start ?? first.range.start, end: last.textEnd };
  const root: MapNode = { kind: 'map', range, entries: [...entries.values()], isFlow: false };
  const problems = parts.flatMap((part) => part.problems);
  const shared = {
    anchors: parts.flatMap((part) => part.anchors),
    aliases: parts.flatMap((part) => part.aliases),
  };
  return { tree: { text, root, ...shared }, problems, kept: { text, parts } };
}

function readSection(
  { parts }: PlanSection,
  read: (part: PlanPart) => ReadPart | undefined,
): readonly ReadPart[] | undefined {
  const found: ReadPart[] = [];
  const entries = new Map<string, MapEntry>();
  for (const part of parts) {
    const own = read(part);
    if (own === undefined || !addEntries(entries, own.entries)) return undefined;
    found.push(own);
  }
  return found;
}

/** @returns whether all of them are new: keys that stand twice are told by the reading of the whole. */
function addEntries(entries: Map<string, MapEntry>, added: readonly MapEntry[]): boolean {
  for (const entry of added) {
    if (entries.has(entry.key)) return false;
    entries.set(entry.key, entry);
  }
  return true;
}

/** The entries of the plan that a section is: one with a map as its value, where it was cut. */
function entriesOf(text: string, { keyRange }: PlanSection, parts: readonly ReadPart[]): readonly MapEntry[] {
  const entries = parts.flatMap((part) => part.entries);
  const [first, last] = [parts[0], parts.at(-1)];
  if (keyRange === undefined || first === undefined || last === undefined) return entries;
  const range = { start: first.range.start, end: last.range.end };
  const value: MapNode = { kind: 'map', range, entries, isFlow: false };
  return [{ key: text.slice(keyRange.start, keyRange.end), keyRange, value, valueRange: range }];
}

/** Makes a part below a key a text of its own. */
export const headOf = ({ indent }: PlanPart): string => (indent === 0 ? '' : 'part:\n');

const endKey = 'end-of-part';

/** Reads a part below a key as it has one in the text, and above another entry as it has one there. */
export function readPart(text: string, part: PlanPart, above: KnownAnchors): ReadPart | undefined {
  const head = headOf(part);
  const tail = part.next === undefined ? '' : `${' '.repeat(part.next)}${endKey}: 0\n`;
  const whole = head + text.slice(part.start, part.end) + tail;
  const composed = composeText(whole, above);
  const found = mapIn(composed, part, whole.length);
  const own = { start: head.length, end: whole.length - tail.length };
  if (found === undefined || !composed.problems.every((problem) => isProblemOf(own, problem)))
    return undefined;
  return placePart(part, composed, { ...found, textEnd: composed.tree.root?.range.end ?? 0 }, above);
}

/** @param found what the part has, with places in the text that was composed. */
export function placePart(
  part: PlanPart,
  { values, cost, named, outer, tree, problems }: Omit<ComposedText, 'documents'>,
  { entries, range, textEnd }: Pick<ReadPart, 'entries' | 'range' | 'textEnd'>,
  above: KnownAnchors,
): ReadPart {
  const by = part.start - headOf(part).length;
  const links = new Map([...outer].map((name) => [name, above.get(name)]));
  const { anchors, aliases } = tree;
  const moved = movePartTree({ entries, anchors, aliases }, by, linkOf(links, above));
  return {
    ...part,
    ...{ values, cost, links },
    ...moved.tree,
    named: newNames(named, moved.anchor),
    problems: moveProblems(problems, by),
    range: { start: range.start + by, end: range.end + by },
    textEnd: textEnd + by,
  };
}

/** What anchors above the part stand for stays where it is. */
function movePartTree(
  { entries, anchors, aliases }: PartTree,
  by: number,
  links: ReadonlyMap<Anchor, Anchor>,
): { readonly tree: PartTree; readonly anchor: (old: Anchor) => Anchor } {
  if (anchors.length + aliases.length === 0)
    return { tree: { entries: moveEntries(entries, by), anchors, aliases }, anchor: (old) => old };
  // Without merged maps, which no part has, nothing but what has an anchor stands in several places.
  const shared = new Set(anchors.map(({ node }) => node));
  const { entry, anchor, alias } = treeMover(by, links, (node) => shared.has(node));
  return {
    tree: { entries: entries.map(entry), anchors: anchors.map(anchor), aliases: aliases.map(alias) },
    anchor,
  };
}

/** The entries of a part; `undefined` where the part is not closed. */
function mapIn(
  { tree, documents }: ComposedText,
  { indent, next }: PlanPart,
  length: number,
): Pick<ReadPart, 'entries' | 'range'> | undefined {
  const [document, more] = documents ?? [];
  const root = blockMap(tree.root);
  if (more !== undefined || root === undefined) return undefined;
  const map = indent === 0 ? root : onlyMap(root, next === 0);
  if (map === undefined || next === undefined) return map;
  const isInner = next === indent;
  const end = endBefore(document, isInner && indent > 0);
  if (end === undefined || !isClosed(isInner ? map : root, length)) return undefined;
  if (!isInner) return map;
  return { entries: map.entries.slice(0, -1), range: { start: map.range.start, end } };
}

/** The value of the only key of a map, apart from that which stands behind the part. */
function onlyMap({ entries }: MapNode, isFollowed: boolean): MapNode | undefined {
  return entries.length === (isFollowed ? 2 : 1) ? blockMap(entries[0]?.value) : undefined;
}

export function blockMap(node: PlanNode | undefined): MapNode | undefined {
  return node?.kind === 'map' && !node.isFlow ? node : undefined;
}

/** Whether the entry behind the part is the last of a map, as it stands there. */
function isClosed(map: MapNode | undefined, length: number): boolean {
  const last = map?.entries.at(-1);
  return last?.key === endKey && last.keyRange.end === length - ': 0\n'.length;
}

/**
 * Where the parser sees the end of what comes before the last entry of a map: behind the comments that belong to it.
 * `undefined` where it found a comment without an entry in between, which would move the end of the whole map.
 */
function endBefore(document: Document.Parsed | undefined, isInner: boolean): number | undefined {
  const root: unknown = document?.contents;
  if (!isMap(root)) return undefined;
  const map = isInner ? root.items[0]?.value : root;
  if (!isMap(map) || map.range?.[1] !== map.range?.[2]) return undefined;
  const before = map.items.at(-2)?.value;
  return isNode(before) ? before.range?.[2] : undefined;
}

/** Keys that stand twice are told with a line, which is another one in the whole text. */
function isProblemOf({ start, end }: TextRange, { code, range }: Problem): boolean {
  return code !== 'duplicate-key' && range.start >= start && range.end <= end;
}

/** Finds what is read already of a part. */
function knownParts(
  before: KeptParts | undefined,
  text: string,
): (part: PlanPart, above: KnownAnchors) => ReadPart | undefined {
  if (before === undefined) return () => undefined;
  const byStart = new Map(before.parts.map((part) => [part.start, part]));
  const same = sameEnds(before.text, text);
  const added = text.length - before.text.length;
  return (part, above) => {
    const isBehind = part.start >= text.length - same.behind;
    if (part.end > same.ahead && !isBehind) return undefined;
    const by = part.end <= same.ahead ? 0 : added;
    const known = byStart.get(part.start - by);
    if (known?.indent !== part.indent || known.next !== part.next || known.end + by !== part.end)
      return undefined;
    const links = linksNow(known.links, above);
    if (links === undefined) return undefined;
    return by === 0 && links === known.links ? known : movePart(known, { part, by, links, above });
  };
}

/** How many characters are the same at the beginning and at the end of two texts. */
function sameEnds(before: string, after: string): { readonly ahead: number; readonly behind: number } {
  const shorter = Math.min(before.length, after.length);
  let ahead = 0;
  while (ahead < shorter && before.charCodeAt(ahead) === after.charCodeAt(ahead)) ahead += 1;
  let behind = 0;
  while (
    behind < shorter - ahead &&
    before.charCodeAt(before.length - 1 - behind) === after.charCodeAt(after.length - 1 - behind)
  )
    behind += 1;
  return { ahead, behind };
}

interface Move {
  readonly part: PlanPart;
  readonly by: number;
  readonly links: Links;
  readonly above: KnownAnchors;
}

function movePart(known: ReadPart, { part, by, links, above }: Move): ReadPart {
  const { tree, anchor } = movePartTree(known, by, linkOf(known.links, above));
  const isSame = [...links].every(([name, link]) => link?.origin === known.links.get(name)?.origin);
  if (isSame) carryValues(known.entries, tree.entries);
  const { start, end, indent, next } = part;
  return {
    ...{ start, end, indent, next, links, values: known.values, cost: known.cost },
    ...{ entries: tree.entries, anchors: tree.anchors, aliases: tree.aliases },
    named: newNames(known.named, anchor, isSame),
    problems: moveProblems(known.problems, by),
    range: { start: known.range.start + by, end: known.range.end + by },
    textEnd: known.textEnd + by,
  };
}
