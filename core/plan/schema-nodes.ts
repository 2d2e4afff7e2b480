/** The tree of a plan and its schema walked side by side: what each value is meant to be. */
import type * as z from 'zod';
import type { TextRange } from '../problems';
import { planSchema } from './schema';
import { optionsOf, schemaBelow } from './schema-walk';
import type { MapEntry, PlanNode, PlanPath } from './tree';

type Schema = z.core.$ZodType;

export interface MeantValue {
  readonly node: PlanNode;
  readonly schema: Schema;
  readonly path: PlanPath;
  /** Absent for an item of a list. */
  readonly entry: MapEntry | undefined;
}

/** Visits the values that lie in a range of the text and that the schema knows; what an alias stands for is visited once. */
export function visitMeant(
  root: PlanNode | undefined,
  within: TextRange,
  visit: (value: MeantValue) => void,
): void {
  const seen = new Set<PlanNode>();
  const below = (value: MeantValue): void => {
    const { node, schema, path } = value;
    if (seen.has(node) || node.range.end < within.start || node.range.start > within.end) return;
    seen.add(node);
    visit(value);
    const shallow = shallowValue(node, optionsOf(schema).length > 1);
    const next = (child: PlanNode, key: string | number, entry: MapEntry | undefined): void => {
      const meant = schemaBelow(schema, key, shallow);
      if (meant !== undefined) below({ node: child, schema: meant, path: [...path, key], entry });
    };
    if (node.kind === 'map') for (const entry of node.entries) next(entry.value, entry.key, entry);
    else if (node.kind === 'seq')
      for (const [index, item] of node.items.entries()) next(item, index, undefined);
  };
  if (root !== undefined) below({ node: root, schema: planSchema, path: [], entry: undefined });
}

/** Which option of a union is meant is told by the kind of the value and the keys of a map, not by what is below. */
function shallowValue(node: PlanNode, isChoice: boolean): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'seq') return [];
  return isChoice ? Object.fromEntries(node.entries.map(({ key }) => [key, null])) : {};
}
