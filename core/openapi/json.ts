/** Reading plain data of which nothing is known. */
export type Json = Readonly<Record<string, unknown>>;

export function asMap(value: unknown): Json | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : undefined;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** What a map or a list has under a key; nothing that it inherits. */
export function below(value: unknown, key: string): unknown {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
  return (value as Json)[key];
}

export function entriesIn(value: unknown): readonly (readonly [string, unknown])[] {
  return Object.entries(asMap(value) ?? {});
}
