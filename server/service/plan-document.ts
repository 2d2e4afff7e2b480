import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Range } from 'vscode-languageserver-types';
import { analysePlan, type PlanAnalysis } from '../../core/plan/analyse';
import type { TextRange } from '../../core/problems';

/** A version of a plan's text with its analysis: what every language feature is a function of. */
export interface PlanDocument {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
  readonly analysis: PlanAnalysis;
  readonly lines: TextDocument;
}

/** Keeps a copy of the text: the editor's own document changes under the hands of a request that waits. */
export function openPlan(document: TextDocument): PlanDocument {
  const { uri, version, languageId } = document;
  const text = document.getText();
  return {
    uri,
    version,
    text,
    analysis: analysePlan(text),
    lines: TextDocument.create(uri, languageId, version, text),
  };
}

export function toRange(plan: PlanDocument, range: TextRange): Range {
  return { start: plan.lines.positionAt(range.start), end: plan.lines.positionAt(range.end) };
}

/** Whether a place of the analysis is in this file. */
export function ownRange(plan: PlanDocument, range: TextRange): boolean {
  return range.end <= plan.text.length;
}
