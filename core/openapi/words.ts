/** Shapes in words, for messages, hover and completion. */
import type { JsonType, Shape } from './shape';
import { asText, below } from './json';

const words: Readonly<Record<JsonType, string>> = {
  object: 'a map',
  array: 'a list',
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'null',
};

export function typeWord(type: JsonType): string {
  return words[type];
}

/** `text`, `a whole number or null`, `"a" or "b"`: short enough for one line. */
export function describeShape(shape: Shape): string {
  const { values, types, groups } = shape;
  if (values !== undefined && values.length <= 6)
    return values.map((value) => JSON.stringify(value)).join(' or ');
  if (types !== undefined) return [...types].map((type) => wordOf(shape, type)).join(' or ');
  const told = groups.flatMap((group) => group.map(describeShape));
  return told.length === 0 || told.length > 6 ? 'any value' : [...new Set(told)].join(' or ');
}

function wordOf({ schema }: Shape, type: JsonType): string {
  const format = asText(below(schema, 'format'));
  return type === 'string' && format !== undefined ? `${words.string} (${format})` : words[type];
}

export function descriptionOf({ schema, groups }: Shape): string | undefined {
  const own = asText(below(schema, 'description'));
  return own ?? groups.flat().map(({ schema: inner }) => asText(below(inner, 'description')))[0];
}
