import { t } from '@vscode/l10n';
import type { CodeAction } from 'vscode-languageserver-types';
import { orderKeys } from '../../core/plan/key-order';
import { orderSections } from '../../core/plan/section-order';
import { entriesOf, itemsOf, type MapNode, type PlanNode, type PlanPath } from '../../core/plan/tree';
import { organiseKind, organiseMapKind } from './announced';
import { holdsOffset } from './key-at';
import { toRange, type PlanDocument } from './plan-document';

/** The sections in the order of the format, where they are not. */
export function organise(plan: PlanDocument): CodeAction | undefined {
  const newText = orderSections(plan.text);
  if (newText === undefined) return undefined;
  const range = toRange(plan, { start: 0, end: plan.text.length });
  return {
    title: t('Put the sections in the order of the format'),
    kind: organiseKind,
    edit: { changes: { [plan.uri]: [{ range, newText }] } },
  };
}

/** The keys of the innermost map around a place in the order of the format, where they are not. */
export function organiseMap(plan: PlanDocument, offset: number): CodeAction | undefined {
  const { root } = plan.analysis.tree;
  const found = root && mapAt(root, offset, []);
  const ordered = found && orderKeys(plan.text, root, found.map, found.path);
  if (found === undefined || ordered === undefined) return undefined;
  const name = found.path.findLast((key) => typeof key === 'string') ?? '';
  const what = typeof found.path.at(-1) === 'number' ? t`this item of \`${name}\`` : `\`${name}\``;
  const edit = { range: toRange(plan, ordered.range), newText: ordered.newText };
  return {
    title: t`Put the keys of ${what} in the order of the format`,
    kind: organiseMapKind,
    edit: { changes: { [plan.uri]: [edit] } },
  };
}

interface MapAt {
  readonly map: MapNode;
  readonly path: PlanPath;
}

/** The map whose key, or the key that has the map as its value, is at the offset. */
function mapAt(node: PlanNode, offset: number, path: PlanPath): MapAt | undefined {
  for (const entry of entriesOf(node)) {
    const below = [...path, entry.key];
    const { value } = entry;
    if (holdsOffset(entry.keyRange, offset) && value.kind === 'map' && path.length > 0)
      return { map: value, path: below };
    if (holdsOffset(entry.valueRange, offset) && value.range.start === entry.valueRange.start)
      return mapAt(value, offset, below) ?? mapOf(value, below);
  }
  for (const [index, item] of itemsOf(node).entries())
    if (holdsOffset(item.range, offset))
      return mapAt(item, offset, [...path, index]) ?? mapOf(item, [...path, index]);
  return undefined;
}

function mapOf(node: PlanNode, path: PlanPath): MapAt | undefined {
  return node.kind === 'map' ? { map: node, path } : undefined;
}
