/** Which key of a plan an offset is in. */
import { entriesOf, itemsOf, type PlanNode, type PlanPath } from '../../core/plan/tree';
import type { TextRange } from '../../core/problems';

export interface KeyAt {
  readonly name: string;
  readonly path: PlanPath;
  readonly range: TextRange;
}

/** The innermost key whose key or scalar value holds the offset. */
export function keyAt(node: PlanNode | undefined, offset: number, path: PlanPath): KeyAt | undefined {
  for (const entry of entriesOf(node)) {
    const below = [...path, entry.key];
    const isOnKey = holdsOffset(entry.keyRange, offset);
    if (isOnKey || (entry.value.kind === 'scalar' && holdsOffset(entry.valueRange, offset))) {
      return { name: entry.key, path: below, range: isOnKey ? entry.keyRange : entry.valueRange };
    }
    if (holdsOffset(entry.valueRange, offset)) return keyAt(entry.value, offset, below);
  }
  for (const [index, item] of itemsOf(node).entries()) {
    if (holdsOffset(item.range, offset)) return keyAt(item, offset, [...path, index]);
  }
  return undefined;
}

export function holdsOffset(range: TextRange, offset: number): boolean {
  return range.start <= offset && offset <= range.end;
}
