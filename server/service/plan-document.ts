import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Location, Range, TextEdit } from 'vscode-languageserver-types';
import { analysePlan, type PlanAnalysis } from '../../core/plan/analyse';
import type { ReadApi } from '../../core/plan/api-source';
import type { ReadColumns } from '../../core/plan/check-context';
import { placeIn, type PlanFile, type ReadInclude } from '../../core/plan/sources';
import type { Fix, TextRange } from '../../core/problems';

/** A version of a plan's text with its analysis: what every language feature is a function of. */
export interface PlanDocument {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
  /** Of the plan that the document is, or is a part of. Places in the document itself come first in it. */
  readonly analysis: PlanAnalysis;
  readonly lines: TextDocument;
  /** The plan that includes the document, or the document itself. */
  readonly planUri: string;
  /** The analysis with other texts in place of those of some files, by URI. */
  readonly analyseWith: (texts: ReadonlyMap<string, string>) => PlanAnalysis;
}

/** The plan that a document is a part of, and the way to its other files. */
export interface PlanContext {
  readonly planUri: string;
  readonly planText: string;
  readonly readInclude: ReadInclude;
  readonly readApi?: ReadApi;
  readonly readColumns?: ReadColumns;
}

/**
 * @param before the analysis of an earlier version, to take from it what is the same.
 *
 * Keeps a copy of the text: the editor's own document changes under the hands of a request that waits.
 */
export function openPlan(document: TextDocument, context?: PlanContext, before?: PlanAnalysis): PlanDocument {
  const { uri, version, languageId } = document;
  const text = document.getText();
  const planUri = context?.planUri ?? uri;
  const planText = context?.planText ?? text;
  const analyse = (texts: ReadonlyMap<string, string>, earlier?: PlanAnalysis): PlanAnalysis =>
    analysePlan(texts.get(planUri) ?? planText, {
      id: planUri,
      focus: uri,
      before: earlier,
      ...(context && { readInclude: readingFirst(texts, context.readInclude) }),
      ...(context?.readApi && { readApi: context.readApi }),
      ...(context?.readColumns && { readColumns: context.readColumns }),
    });
  const lines = TextDocument.create(uri, languageId, version, text);
  const analysis = analyse(new Map(), before);
  return { uri, version, text, analysis, lines, planUri, analyseWith: (texts) => analyse(texts, analysis) };
}

function readingFirst(texts: ReadonlyMap<string, string>, read: ReadInclude): ReadInclude {
  return (from, path) => {
    const reading = read(from, path);
    return reading.ok ? { ...reading, text: texts.get(reading.id) ?? reading.text } : reading;
  };
}

/** The range of a place in the document itself. */
export function toRange(plan: PlanDocument, range: TextRange): Range {
  return { start: plan.lines.positionAt(range.start), end: plan.lines.positionAt(range.end) };
}

/** Whether a place of the analysis is in this file. */
export function ownRange(plan: PlanDocument, range: TextRange): boolean {
  return range.end <= plan.text.length;
}

/** The place of the analysis in whichever file it is. */
export function toLocation(plan: PlanDocument, range: TextRange): Location {
  const place = placeIn(plan.analysis.files, range);
  if (place === undefined || place.file.start === 0) return { uri: plan.uri, range: toRange(plan, range) };
  const lines = linesOf(place.file);
  return {
    uri: place.file.id,
    range: { start: lines.positionAt(place.range.start), end: lines.positionAt(place.range.end) },
  };
}

const knownLines = new WeakMap<PlanFile, TextDocument>();

function linesOf(file: PlanFile): TextDocument {
  const known = knownLines.get(file) ?? TextDocument.create(file.id, 'benchwright-plan', 0, file.text);
  knownLines.set(file, known);
  return known;
}

/** Changes of the analysed texts, by file. */
export function toChanges(plan: PlanDocument, edits: Fix['edits']): Record<string, TextEdit[]> {
  const changes: Record<string, TextEdit[]> = {};
  for (const { range, newText } of edits) {
    const location = toLocation(plan, range);
    (changes[location.uri] ??= []).push({ range: location.range, newText });
  }
  return changes;
}
