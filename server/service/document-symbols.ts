import { SymbolKind, type DocumentSymbol } from 'vscode-languageserver-types';
import { entriesOf, entryOf, itemsOf, type MapEntry, type PlanNode } from '../../core/plan/tree';
import { toRange, type PlanDocument } from './plan-document';

/** The sections that define names, with the kind of symbol of each. */
const sections: Readonly<Record<string, SymbolKind>> = {
  targets: SymbolKind.Interface,
  data: SymbolKind.Array,
  scenarios: SymbolKind.Class,
  phases: SymbolKind.Event,
  environments: SymbolKind.Namespace,
};

/** The outline: sections, the names they define, and the steps of each scenario. */
export function documentSymbols(plan: PlanDocument): DocumentSymbol[] {
  return entriesOf(plan.analysis.tree.root).map((section) =>
    toSymbol(plan, section, SymbolKind.Module, namesIn(plan, section)),
  );
}

function namesIn(plan: PlanDocument, section: MapEntry): DocumentSymbol[] {
  const kind = sections[section.key];
  if (kind === undefined) return [];
  return entriesOf(section.value).map((entry) =>
    toSymbol(plan, entry, kind, section.key === 'scenarios' ? stepsIn(plan, entry.value) : []),
  );
}

function stepsIn(plan: PlanDocument, scenario: PlanNode): DocumentSymbol[] {
  return itemsOf(entryOf(scenario, 'steps')?.value).flatMap((step) => {
    const verb = entriesOf(step)[0];
    if (!verb) return [];
    const path = verb.value.kind === 'scalar' ? ` ${String(verb.value.value ?? '')}` : '';
    const name = entryOf(step, 'name')?.value;
    const title = name?.kind === 'scalar' ? String(name.value) : `${verb.key}${path}`;
    return [
      {
        name: title || verb.key,
        kind: SymbolKind.Method,
        range: toRange(plan, step.range),
        selectionRange: toRange(plan, verb.keyRange),
      },
    ];
  });
}

function toSymbol(
  plan: PlanDocument,
  entry: MapEntry,
  kind: SymbolKind,
  children: DocumentSymbol[],
): DocumentSymbol {
  const end = Math.max(entry.keyRange.end, entry.valueRange.end);
  return {
    name: entry.key || '(empty)',
    kind,
    range: toRange(plan, { start: entry.keyRange.start, end }),
    selectionRange: toRange(plan, entry.keyRange),
    children,
  };
}
