/** Reads what can be read of a text that is not YAML as a whole: a fault in one of its parts leaves the others as they are. */
import type { TextRange } from '../problems';
import { composeText } from './compose-text';
import { linkOf, newNames, type KnownAnchors } from './link-anchors';
import { moveProblems } from './move-tree';
import {
  blockMap,
  headOf,
  joinParts,
  movePartTree,
  readPart,
  type KeptParts,
  type PartsReading,
  type ReadPart,
} from './parse-parts';
import type { PlanPart } from './split-plan';
import { isSyntaxProblem } from './syntax-problems';
import type { MapEntry, ScalarNode } from './tree';

/** @returns `undefined` where it has no parts, or no part is at fault by itself. */
export function parseAround(
  text: string,
  before: KeptParts | undefined,
): (PartsReading & { readonly broken: readonly TextRange[] }) | undefined {
  const broken = new Set<ReadPart>();
  const reading = joinParts(text, before, (...given) => {
    const whole = readPart(...given);
    if (whole?.problems.some(isSyntaxProblem) === false) return whole;
    const part = readBroken(...given);
    broken.add(part);
    return part;
  });
  if (reading === undefined || !reading.problems.some(isSyntaxProblem)) return undefined;
  const parts = reading.kept.parts.filter((part) => !broken.has(part));
  return { ...reading, kept: { text, parts }, broken: [...broken].map(({ start, end }) => ({ start, end })) };
}

/** The entry of a part, as far as it can be read, and the faults that make it unreadable. */
function readBroken(text: string, part: PlanPart, above: KnownAnchors): ReadPart {
  const head = headOf(part);
  const source = text.slice(part.start, part.end);
  const { values, cost, named, outer, tree, problems } = composeText(head + source, above);
  const by = part.start - head.length;
  const root = blockMap(tree.root);
  const map = part.indent === 0 ? root : blockMap(root?.entries[0]?.value);
  const links = new Map([...outer].map((name) => [name, above.get(name)]));
  const { anchors, aliases } = tree;
  const moved = movePartTree({ entries: map?.entries ?? [], anchors, aliases }, by, linkOf(links, above));
  return {
    ...part,
    ...{ values, cost, links },
    ...moved.tree,
    entries: firstEntry(source, part.start, moved.tree.entries),
    named: newNames(named, moved.anchor),
    problems: moveProblems(problems.filter(isSyntaxProblem), by),
    range: { start: part.start, end: part.end },
    textEnd: part.end,
  };
}

const keyLine = /^( *)([A-Za-z_][\w-]*)(?=:)/m;

/** The key that a part begins with is known in any case, so that what names it elsewhere is right. */
function firstEntry(source: string, start: number, entries: readonly MapEntry[]): readonly MapEntry[] {
  const found = keyLine.exec(source);
  if (found === null) return [];
  const [, spaces = '', key = ''] = found;
  const known = entries.find((entry) => entry.key === key);
  if (known !== undefined) return [known];
  const keyStart = start + found.index + spaces.length;
  const end = keyStart + key.length;
  const value: ScalarNode = { kind: 'scalar', range: { start: end, end }, value: null, style: 'plain' };
  return [{ key, keyRange: { start: keyStart, end }, value, valueRange: value.range }];
}
