/** Shapes in words, for messages, hover and completion. */
import { t } from '@vscode/l10n';
import type { JsonType, Shape } from './shape';
import { asText, below } from './json';

const words = (): Readonly<Record<JsonType, string>> => ({
  object: t('a map'),
  array: t('a list'),
  string: t('text'),
  number: t('a number'),
  integer: t('a whole number'),
  boolean: t('true or false'),
  null: t('null'),
});

export function typeWord(type: JsonType): string {
  return words()[type];
}

/** `text`, `a whole number or null`, `"a" or "b"`: short enough for one line. */
export function describeShape(shape: Shape): string {
  const { values, types, groups } = shape;
  if (values !== undefined && values.length <= 6)
    return values.map((value) => JSON.stringify(value)).join(t(' or '));
  if (types !== undefined) return [...types].map((type) => wordOf(shape, type)).join(t(' or '));
  const told = groups.flatMap((group) => group.map(describeShape));
  return told.length === 0 || told.length > 6 ? t('any value') : [...new Set(told)].join(t(' or '));
}

function wordOf({ schema }: Shape, type: JsonType): string {
  const format = asText(below(schema, 'format'));
  return type === 'string' && format !== undefined ? `${words().string} (${format})` : words()[type];
}

export function descriptionOf({ schema, groups }: Shape): string | undefined {
  const own = asText(below(schema, 'description'));
  return own ?? groups.flat().map(({ schema: inner }) => asText(below(inner, 'description')))[0];
}
