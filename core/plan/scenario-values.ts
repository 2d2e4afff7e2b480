/** Scenarios are most of a long plan: each is made a value once for as long as its text stays the same. */
import { toValue, type MapEntry, type PlanNode } from './tree';

const values = new WeakMap<PlanNode, unknown>();

export function scenarioValue(node: PlanNode): unknown {
  if (!values.has(node)) values.set(node, toValue(node));
  return values.get(node);
}

/** To be told of nodes that have moved, as they are others with the same values. */
export function carryValues(before: readonly MapEntry[], after: readonly MapEntry[]): void {
  before.forEach(({ value }, index) => {
    const moved = after[index]?.value;
    if (moved !== undefined && values.has(value)) values.set(moved, values.get(value));
  });
}
