/** @returns `undefined` where there is nothing of that name, also of what every object inherits. */
export function valueBelow(value: unknown, key: PropertyKey): unknown {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<PropertyKey, unknown>)[key];
}
