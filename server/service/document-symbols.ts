/** The outline: sections, what they name, and what that is made of, down to the steps within steps. */
import { SymbolKind, type DocumentSymbol, type Range } from 'vscode-languageserver-types';
import { entriesOf, entryOf, type MapEntry, type PlanNode } from '../../core/plan/tree';
import { OutlineAnchors } from './outline-anchors';
import { goalParts, loadParts, stepParts, writtenValue, type Part } from './outline-parts';
import { toRange, type PlanDocument } from './plan-document';

/** The sections that define names, with the kind of symbol of each. */
const sections: Readonly<Record<string, SymbolKind>> = {
  targets: SymbolKind.Interface,
  data: SymbolKind.Array,
  scenarios: SymbolKind.Class,
  phases: SymbolKind.Event,
  environments: SymbolKind.Namespace,
};

export function documentSymbols(plan: PlanDocument): DocumentSymbol[] {
  const anchors = new OutlineAnchors(plan);
  const { root } = plan.analysis.tree;
  return sectionParts(root).map((part) => toSymbol(plan, anchors, part));
}

function sectionParts(node: PlanNode | undefined): Part[] {
  return entriesOf(node).map((section) =>
    entryPart(section, SymbolKind.Module, () => partsOfSection(section)),
  );
}

function partsOfSection({ key, value }: MapEntry): readonly Part[] {
  if (key === 'goals') return goalParts(value);
  const kind = sections[key];
  if (kind === undefined) return [];
  return entriesOf(value).map((entry) => entryPart(entry, kind, () => partsOfName(key, entry.value)));
}

/** An environment has sections of its own. */
function partsOfName(section: string, value: PlanNode): readonly Part[] {
  if (section === 'scenarios') return stepParts(writtenValue(entryOf(value, 'steps')));
  if (section === 'phases') return loadParts(value);
  return section === 'environments' ? sectionParts(value) : [];
}

function entryPart(entry: MapEntry, kind: SymbolKind, parts: () => readonly Part[]): Part {
  const { key, keyRange, value, valueRange } = entry;
  const range = { start: keyRange.start, end: Math.max(keyRange.end, valueRange.end) };
  const isHere = writtenValue(entry) !== undefined;
  return {
    name: key,
    detail: undefined,
    kind,
    range,
    selection: keyRange,
    node: value,
    parts: isHere ? parts : undefined,
  };
}

function toSymbol(plan: PlanDocument, anchors: OutlineAnchors, part: Part): DocumentSymbol {
  const children = part.parts?.().map((one) => toSymbol(plan, anchors, one)) ?? [];
  const anchor = anchors.takeOf(part.node);
  const detail = withAnchor(part.detail, anchor?.name);
  children.push(...anchors.takeWithin(part.range));
  const range = toRange(plan, part.range);
  const symbol: DocumentSymbol = {
    name: inOneLine(part.name) || '(empty)',
    kind: part.kind,
    range,
    selectionRange: selectionRange(plan, part, range),
  };
  if (detail !== undefined) symbol.detail = detail;
  if (children.length > 0) symbol.children = children;
  return symbol;
}

/** Most of them begin where the whole does: a place is looked for once. */
function selectionRange(plan: PlanDocument, { range, selection }: Part, whole: Range): Range {
  if (selection === range) return whole;
  if (selection.start !== range.start) return toRange(plan, selection);
  return { start: whole.start, end: plan.lines.positionAt(selection.end) };
}

function withAnchor(detail: string | undefined, anchor: string | undefined): string | undefined {
  if (anchor === undefined) return detail;
  return detail === undefined ? `&${anchor}` : `${detail} &${anchor}`;
}

/** Words with single spaces between them. */
const isTidy = /^\S+(?: \S+)*$/;

function inOneLine(name: string): string {
  return isTidy.test(name) ? name : name.replaceAll(/\s+/g, ' ').trim();
}
