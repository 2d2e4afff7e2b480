/** A number that is typed where a quantity stands, with each unit that it may have. */
const units: Readonly<Record<string, readonly string[]>> = {
  duration: ['ms', 's', 'm', 'h'],
  rate: ['/s', '/m', '/h'],
  'users or rate': ['', '/s', '/m', '/h'],
  percentage: ['%'],
};

/** @param type what the schema calls the value, such as `duration`. */
export function quantityValues(type: string | undefined, typed: string): readonly string[] {
  const number = /^\d+(?:\.\d+)?$/.exec(typed)?.[0];
  if (number === undefined || type === undefined) return [];
  return (units[type] ?? []).map((unit) => number + unit);
}
