import { t } from '@vscode/l10n';
import type {
  DocumentHighlight,
  Location,
  Range,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver-types';
import { kindWord } from '../../core/plan/kind-words';
import { builtInNames, outsideNames, reservedWords } from '../../core/plan/expression';
import { definitionOf, nameAt, type Definition, type NameReference } from '../../core/plan/names';
import { namePattern, nameRule } from '../../core/plan/schema';
import { joinTexts } from '../../core/plan/sources';
import type { Anchor } from '../../core/plan/tree';
import type { TextRange } from '../../core/problems';
import { anchorAt, anchorPlaces, whyNoAnchor } from './anchors';
import { apiDefinition } from './api-hover';
import { documentLinks } from './document-links';
import { newErrors } from './new-errors';
import { ownRange, toChanges, toLocation, toRange, type PlanDocument } from './plan-document';

export function definition(plan: PlanDocument, offset: number): Location | null {
  const found = definitionAt(plan, offset);
  // A step that is known by its method and path is defined where its path is, in the document too.
  const inDocument = !found || found.isDefault ? apiDefinition(plan, offset) : undefined;
  if (inDocument !== undefined) return inDocument;
  if (found) return toLocation(plan, found.range);
  const anchor = anchorAt(plan, offset)?.anchor;
  return anchor ? toLocation(plan, anchor.range) : fileAt(plan, offset);
}

/** The start of the file that is named there. */
function fileAt(plan: PlanDocument, offset: number): Location | null {
  const isHere = ({ start, end }: Range): boolean =>
    plan.lines.offsetAt(start) <= offset && offset <= plan.lines.offsetAt(end);
  const target = documentLinks(plan).find(({ range }) => isHere(range))?.target;
  const start = { line: 0, character: 0 };
  return target?.startsWith('file:') === true ? { uri: target, range: { start, end: start } } : null;
}

/** @param plans the document in each plan that it is a part of. */
export function references(
  plans: readonly PlanDocument[],
  offset: number,
  withDefinition: boolean,
): Location[] | null {
  const places = new Map<string, Location>();
  for (const plan of plans) {
    for (const range of placesAt(plan, offset, withDefinition)) {
      const location = toLocation(plan, range);
      places.set(JSON.stringify(location), location);
    }
  }
  return places.size === 0 ? null : [...places.values()];
}

export function highlights(plan: PlanDocument, offset: number): DocumentHighlight[] | null {
  const places = placesAt(plan, offset, true).filter((range) => ownRange(plan, range));
  return places.length === 0 ? null : places.map((range) => ({ range: toRange(plan, range) }));
}

/** All places of the name or the anchor there. */
function placesAt(plan: PlanDocument, offset: number, withDefinition: boolean): readonly TextRange[] {
  const found = definitionAt(plan, offset);
  if (found) return placesOf(plan, found, withDefinition);
  const anchor = anchorAt(plan, offset)?.anchor;
  return anchor ? anchorPlaces(plan, anchor).slice(withDefinition ? 0 : 1) : [];
}

/** The name under the cursor, where it can be renamed: a step that is known by its method and path cannot. */
export function prepareRename(
  plan: PlanDocument,
  offset: number,
): { range: Range; placeholder: string } | null {
  const name = nameAt(plan.analysis.names, offset);
  const found = definitionAt(plan, offset);
  const anchor = found ? undefined : anchorAt(plan, offset);
  if (anchor) return { range: toRange(plan, anchor.range), placeholder: anchor.anchor.name };
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

export type Renaming =
  | { readonly ok: true; readonly edit: WorkspaceEdit }
  /** `reason` is a sentence for the author, without a final full stop. */
  | { readonly ok: false; readonly reason: string };

/**
 * Renames what is named there everywhere, unless a plan would then mean something else.
 *
 * @param plans the document in each plan that it is a part of.
 */
export function rename(plans: readonly PlanDocument[], offset: number, newName: string): Renaming {
  const changes: Record<string, TextEdit[]> = {};
  for (const plan of plans) {
    const renaming = renameIn(plan, offset, newName);
    if (!renaming.ok) return renaming;
    for (const [uri, edits] of Object.entries(renaming.edit.changes ?? {})) {
      const known = new Set(changes[uri]?.map((edit) => JSON.stringify(edit)));
      changes[uri] = [...(changes[uri] ?? []), ...edits.filter((edit) => !known.has(JSON.stringify(edit)))];
    }
  }
  return { ok: true, edit: { changes } };
}

function renameIn(plan: PlanDocument, offset: number, newName: string): Renaming {
  const found = definitionAt(plan, offset);
  const anchor = found ? undefined : anchorAt(plan, offset)?.anchor;
  if (anchor) return renameAnchor(plan, anchor, newName);
  if (!found) return { ok: false, reason: t('Nothing here has a name of its own') };
  if (found.isDefault)
    return { ok: false, reason: t('The step is known by its method and path: give it a `name` first') };
  const own = ownName(found);
  const text = joinTexts(plan.analysis.files);
  const edits = placesOf(plan, found, true).map((range) => ({
    range: found.prefix ? lastIn(text, range, own) : range,
    newText: newName,
  }));
  const reason = whyNot(plan, found, newName) ?? newErrors(plan, edits)[0]?.message;
  if (reason !== undefined && newName !== own) return { ok: false, reason };
  return { ok: true, edit: { changes: toChanges(plan, edits) } };
}

function renameAnchor(plan: PlanDocument, anchor: Anchor, newName: string): Renaming {
  const edits = anchorPlaces(plan, anchor).map((range) => ({ range, newText: newName }));
  const reason = whyNoAnchor(plan, anchor, newName) ?? newErrors(plan, edits)[0]?.message;
  if (reason !== undefined && newName !== anchor.name) return { ok: false, reason };
  return { ok: true, edit: { changes: toChanges(plan, edits) } };
}

/** What YAML reads as something else than text. */
const yamlWord = /^(?:true|True|TRUE|false|False|FALSE|null|Null|NULL)$/;

function whyNot(plan: PlanDocument, found: Definition, newName: string): string | undefined {
  if (!namePattern.test(newName)) return t`\`${newName}\` is no name: a name is ${nameRule()}`;
  if (yamlWord.test(newName)) return t`YAML reads \`${newName}\` as a value of its own, not as a name`;
  if (found.kind === 'capture' || found.kind === 'data') {
    if (reservedWords.has(newName) || builtInNames.has(newName) || outsideNames.has(newName))
      return t`\`${newName}\` has a meaning of its own in expressions`;
  }
  const rival = plan.analysis.names.definitions.find((other) => collides(found, other, newName));
  return rival && t`There is already a ${kindWord(rival.kind)} \`${rival.name}\``;
}

/** Captured values and data feeds are told apart by nothing but their names. */
function collides(found: Definition, other: Definition, newName: string): boolean {
  if (found.kind === other.kind)
    return found.scenario === other.scenario && other.name === `${found.prefix ?? ''}${newName}`;
  const kinds = [found.kind, other.kind];
  return kinds.includes('capture') && kinds.includes('data') && other.name === newName;
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
