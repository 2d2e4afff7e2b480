/** Edits that put more keys into a map of a plan, in the style in which it is written. */
import { stringify } from 'yaml';
import type { Fix } from '../problems';
import { startOfLine } from './start-of-line';
import { entriesOf, type MapEntry, type PlanNode } from './tree';

type Edit = Fix['edits'][number];

/** A value as it is written in a line. A `${` that a sample happens to hold is no reference. */
export function writeValue(value: unknown): string {
  const options = { collectionStyle: 'flow', lineWidth: 0, singleQuote: true } as const;
  return stringify(withoutReferences(value), options).trimEnd();
}

function withoutReferences(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${');
  if (Array.isArray(value)) return value.map(withoutReferences);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutReferences(inner)]));
}

/** `undefined` where the value is no map, and so may hold something that would be lost. */
export function addEntries(
  text: string,
  entry: MapEntry,
  added: Readonly<Record<string, unknown>>,
): Edit | undefined {
  const { value } = entry;
  if (value.kind === 'map') return addToMap(text, value, Object.entries(added), undefined);
  const isEmpty = value.kind === 'scalar' && value.range.start === value.range.end;
  const at = text.indexOf(':', entry.keyRange.end) + 1;
  return isEmpty && at > 0 ? insert(at, ` ${writeValue(added)}`) : undefined;
}

/**
 * @param behind the entry after which the new ones come; otherwise they come first, so that no comment changes its line.
 */
export function addToMap(
  text: string,
  map: PlanNode,
  added: readonly (readonly [string, unknown])[],
  behind: MapEntry | undefined,
): Edit | undefined {
  if (map.kind !== 'map' || added.length === 0) return undefined;
  const written = added.map(([key, value]) =>
    writeValue({ [key]: value })
      .slice(1, -1)
      .trim(),
  );
  const entries = entriesOf(map);
  const [first] = entries;
  if (map.isFlow) {
    const last = behind ?? entries.at(-1);
    if (last === undefined) return insert(map.range.start + 1, ` ${written.join(', ')} `);
    return insert(Math.max(last.keyRange.end, last.valueRange.end), `, ${written.join(', ')}`);
  }
  if (first === undefined) return undefined;
  const column = first.keyRange.start - startOfLine(text, first.keyRange.start);
  const indent = ' '.repeat(column);
  if (behind === undefined)
    return insert(first.keyRange.start, written.map((line) => `${line}\n${indent}`).join(''));
  const end = text.indexOf('\n', behind.valueRange.end);
  return insert(end < 0 ? text.length : end, written.map((line) => `\n${indent}${line}`).join(''));
}

function insert(at: number, newText: string): Edit {
  return { range: { start: at, end: at }, newText };
}
