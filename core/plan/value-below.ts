/** @returns `undefined` where there is nothing of that name, also of what every object inherits. */
export function valueBelow(value: unknown, key: PropertyKey): unknown {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<PropertyKey, unknown>)[key];
}

/** @returns `undefined` where there is no map of that name. */
export function mapBelow(value: unknown, key: PropertyKey): Readonly<Record<string, unknown>> | undefined {
  const below = valueBelow(value, key);
  return below !== null && typeof below === 'object' && !Array.isArray(below)
    ? (below as Record<string, unknown>)
    : undefined;
}
