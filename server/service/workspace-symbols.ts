import { SymbolKind, type WorkspaceSymbol } from 'vscode-languageserver-types';
import type { NameKind } from '../../core/plan/names';
import { ownRange, toRange, type PlanDocument } from './plan-document';

const kinds: Readonly<Record<NameKind, SymbolKind>> = {
  target: SymbolKind.Interface,
  scenario: SymbolKind.Class,
  step: SymbolKind.Method,
  phase: SymbolKind.Event,
  data: SymbolKind.Array,
  environment: SymbolKind.Namespace,
  capture: SymbolKind.Variable,
};

/** Editors show a few dozen at most. */
const most = 500;

/** The names that a file defines. */
export function symbolsOf(plan: PlanDocument): WorkspaceSymbol[] {
  return plan.analysis.names.definitions
    .filter(({ range, isDefault }) => isDefault !== true && ownRange(plan, range))
    .map(({ name, kind, range, scenario }): WorkspaceSymbol => ({
      name,
      kind: kinds[kind],
      location: { uri: plan.uri, range: toRange(plan, range) },
      ...(scenario !== undefined && { containerName: scenario }),
    }));
}

/** The symbols whose names have the letters of the query in their order. */
export function matching(symbols: readonly WorkspaceSymbol[], query: string): WorkspaceSymbol[] {
  const wanted = query.toLowerCase();
  return symbols.filter(({ name }) => fits(name, wanted)).slice(0, most);
}

function fits(name: string, wanted: string): boolean {
  let at = 0;
  for (const letter of name.toLowerCase()) if (letter === wanted[at]) at += 1;
  return at === wanted.length;
}
