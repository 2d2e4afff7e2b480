/** Reads what can be read of a text that is not YAML as a whole: a fault in one of its parts leaves the others as they are. */
import type { TextRange } from '../problems';
import { composeText } from './compose-text';
import type { KnownAnchors } from './link-anchors';
import {
  blockMap,
  headOf,
  joinParts,
  placePart,
  readPart,
  type KeptParts,
  type PartsReading,
  type ReadPart,
} from './parse-parts';
import type { PlanPart } from './split-plan';
import { isSyntaxProblem } from './syntax-problems';
import { emptyScalar, type MapEntry } from './tree';

/**
 * @param before parts of an earlier reading, or of one of this text in which some are at fault.
 * @returns `undefined` where it has no parts, or no part is at fault by itself.
 */
export function parseAround(
  text: string,
  before: KeptParts | undefined,
): (PartsReading & { readonly broken: readonly TextRange[] }) | undefined {
  const broken = new Set<ReadPart>();
  const sound = before && { ...before, parts: before.parts.filter(isSound) };
  const reading = joinParts(text, sound, (...given) => {
    const whole = readPart(...given);
    if (whole !== undefined && isSound(whole)) return whole;
    const part = readBroken(...given);
    broken.add(part);
    return part;
  });
  if (reading === undefined || isSound(reading)) return undefined;
  const parts = reading.kept.parts.filter((part) => !broken.has(part));
  return { ...reading, kept: { text, parts }, broken: [...broken].map(({ start, end }) => ({ start, end })) };
}

function isSound({ problems }: Pick<ReadPart, 'problems'>): boolean {
  return !problems.some(isSyntaxProblem);
}

/** The entry of a part, as far as it can be read, and the faults that make it unreadable. */
function readBroken(text: string, part: PlanPart, above: KnownAnchors): ReadPart {
  const head = headOf(part);
  const source = head + text.slice(part.start, part.end);
  const composed = composeText(source, above);
  const root = blockMap(composed.tree.root);
  const map = part.indent === 0 ? root : blockMap(root?.entries[0]?.value);
  const problems = composed.problems.filter(isSyntaxProblem);
  const found = {
    entries: firstEntry(source, head.length, map?.entries ?? []),
    range: { start: head.length, end: source.length },
    textEnd: source.length,
  };
  return placePart(part, { ...composed, problems }, found, above);
}

const keyLine = /^( *)([A-Za-z_][\w-]*)(?=:)/m;

/** The key that a part begins with is known in any case, so that what names it elsewhere is right. */
function firstEntry(source: string, from: number, entries: readonly MapEntry[]): readonly MapEntry[] {
  const found = keyLine.exec(source.slice(from));
  if (found === null) return [];
  const [, spaces = '', key = ''] = found;
  const known = entries.find((entry) => entry.key === key);
  if (known !== undefined) return [known];
  const start = from + found.index + spaces.length;
  const end = start + key.length;
  const value = emptyScalar(end);
  return [{ key, keyRange: { start, end }, value, valueRange: value.range }];
}
