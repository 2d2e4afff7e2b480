import type { DocumentHighlight, Location, Range, WorkspaceEdit } from 'vscode-languageserver-types';
import { definitionOf, nameAt, type Definition, type NameReference } from '../../core/plan/names';
import { namePattern } from '../../core/plan/schema';
import type { TextRange } from '../../core/problems';
import { toRange, type PlanDocument } from './plan-document';

export function definition(plan: PlanDocument, offset: number): Location | null {
  const found = definitionAt(plan, offset);
  return found ? { uri: plan.uri, range: toRange(plan, found.range) } : null;
}

export function references(plan: PlanDocument, offset: number, withDefinition: boolean): Location[] | null {
  const found = definitionAt(plan, offset);
  return found
    ? placesOf(plan, found, withDefinition).map((range) => ({ uri: plan.uri, range: toRange(plan, range) }))
    : null;
}

export function highlights(plan: PlanDocument, offset: number): DocumentHighlight[] | null {
  const found = definitionAt(plan, offset);
  return found ? placesOf(plan, found, true).map((range) => ({ range: toRange(plan, range) })) : null;
}

/** The name under the cursor, where it can be renamed: a step that is known by its method and path cannot. */
export function prepareRename(
  plan: PlanDocument,
  offset: number,
): { range: Range; placeholder: string } | null {
  const name = nameAt(plan.analysis.names, offset);
  const found = definitionAt(plan, offset);
  if (!name || !found || found.isDefault) return null;
  const own = ownName(found);
  const range = found.prefix ? lastIn(plan.text, name.range, own) : name.range;
  return { range: toRange(plan, range), placeholder: own };
}

/** The name without those of the groups around the step, which stay as they are. */
function ownName({ name, prefix }: Definition): string {
  return name.slice(prefix?.length ?? 0);
}

/** Where a name stands in a longer one: in a goal, in quotes behind those of its groups. */
function lastIn(text: string, range: TextRange, own: string): TextRange {
  const start = range.start + Math.max(0, text.slice(range.start, range.end).lastIndexOf(own));
  return { start, end: Math.min(range.end, start + own.length) };
}

/** @returns `null` where nothing can be renamed, or where the new name is none or is taken. */
export function rename(plan: PlanDocument, offset: number, newName: string): WorkspaceEdit | null {
  const found = definitionAt(plan, offset);
  if (!found || found.isDefault || !namePattern.test(newName) || isTaken(plan, found, newName)) return null;
  const own = ownName(found);
  const edits = placesOf(plan, found, true).map((range) => ({
    range: toRange(plan, found.prefix ? lastIn(plan.text, range, own) : range),
    newText: newName,
  }));
  return { changes: { [plan.uri]: edits } };
}

function definitionAt(plan: PlanDocument, offset: number): Definition | undefined {
  const name = nameAt(plan.analysis.names, offset);
  return name && definitionOf(plan.analysis.names, name);
}

/** Ranges in the order of the text; an alias may lead to the same place twice. */
function placesOf(plan: PlanDocument, found: Definition, withDefinition: boolean): TextRange[] {
  const { definitions, references: uses } = plan.analysis.names;
  const isSame = (other: Definition | NameReference) =>
    other.kind === found.kind && other.name === found.name && other.scenario === found.scenario;
  const ranges = [...(withDefinition ? definitions.filter(isSame) : []), ...uses.filter(isSame)].map(
    ({ range }) => range,
  );
  const unique = new Map(ranges.map((range) => [range.start, range]));
  return [...unique.values()].sort((a, b) => a.start - b.start);
}

function isTaken(plan: PlanDocument, found: Definition, newName: string): boolean {
  return plan.analysis.names.definitions.some(
    (other) =>
      other.kind === found.kind &&
      other.scenario === found.scenario &&
      other.name === `${found.prefix ?? ''}${newName}`,
  );
}
