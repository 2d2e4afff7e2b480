import type { TreeReading } from './parse-tree';
import { toValue } from './tree';

/** Whether two texts have the same faults and mean the same, whatever the order of their keys. */
export function isSameMeaning(left: TreeReading, right: TreeReading): boolean {
  return meaningOf(left) === meaningOf(right);
}

function meaningOf({ tree: { root }, problems }: TreeReading): string {
  return JSON.stringify([problems.length, root && sorted(toValue(root))]);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}
