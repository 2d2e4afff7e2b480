import { t } from '@vscode/l10n';
import type { CodeAction, WorkspaceEdit } from 'vscode-languageserver-types';
import { keepsMeaning, orderKeys, type OrderedKeys } from '../../core/plan/key-order';
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

/**
 * The keys of the innermost map around a place in the order of the format, where they are not.
 * @param isLater whether its edit is worked out when it is chosen, by `resolveOrganised`: what it costs grows with the plan.
 */
export function organiseMap(plan: PlanDocument, offset: number, isLater = false): CodeAction | undefined {
  const found = orderAt(plan, offset);
  if (found === undefined || !(isLater || isSafe(plan, found))) return undefined;
  const action = { title: titleOf(found.path), kind: organiseMapKind };
  if (!isLater) return { ...action, edit: editOf(plan, found) };
  const chosen: OrganiseChoice = { uri: plan.uri, version: plan.version, offset };
  return { ...action, data: chosen };
}

/** Where an action that was offered without its edit is from. */
export interface OrganiseChoice {
  readonly uri: string;
  readonly version: number;
  readonly offset: number;
}

/** @param data from the wire. */
export function organiseChoiceOf(data: unknown): OrganiseChoice | undefined {
  const { uri, version, offset } = (data ?? {}) as Partial<Record<keyof OrganiseChoice, unknown>>;
  const isOne = typeof uri === 'string' && typeof version === 'number' && typeof offset === 'number';
  return isOne ? { uri, version, offset } : undefined;
}

export type Organising =
  | { readonly ok: true; readonly edit: WorkspaceEdit }
  /** A sentence for whoever has chosen the action. */
  | { readonly ok: false; readonly reason: string };

export function resolveOrganised(plan: PlanDocument, { version, offset }: OrganiseChoice): Organising {
  const found = plan.version === version ? orderAt(plan, offset) : undefined;
  if (found === undefined)
    return { ok: false, reason: t('The plan has changed since the action was offered') };
  if (!isSafe(plan, found))
    return { ok: false, reason: t('In another order the plan would not mean the same') };
  return { ok: true, edit: editOf(plan, found) };
}

interface OrderAt extends OrderedKeys {
  readonly path: PlanPath;
}

function orderAt(plan: PlanDocument, offset: number): OrderAt | undefined {
  const { root } = plan.analysis.tree;
  const found = root && mapAt(root, offset, []);
  const ordered = found && orderKeys(plan.text, root, found.map, found.path);
  return ordered && { ...ordered, path: found.path };
}

function isSafe(plan: PlanDocument, ordered: OrderedKeys): boolean {
  return keepsMeaning(plan.text, ordered, plan.analysis.readings.get(plan.uri));
}

function titleOf(path: PlanPath): string {
  const name = path.findLast((key) => typeof key === 'string') ?? '';
  const what = typeof path.at(-1) === 'number' ? t`this item of \`${name}\`` : `\`${name}\``;
  return t`Put the keys of ${what} in the order of the format`;
}

function editOf(plan: PlanDocument, { range, newText }: OrderedKeys): WorkspaceEdit {
  return { changes: { [plan.uri]: [{ range: toRange(plan, range), newText }] } };
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
