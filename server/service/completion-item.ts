import { CompletionItemKind, type CompletionItem } from 'vscode-languageserver-types';
import type { TextRange } from '../../core/problems';
import { toRange, type PlanDocument } from './plan-document';

/** What is typed next takes the chosen item along: `p95(`, `tasks.`, `[browse,`. */
const commitCharacters: Partial<Record<CompletionItemKind, string[]>> = {
  [CompletionItemKind.Function]: ['('],
  [CompletionItemKind.Variable]: ['.', '}'],
  [CompletionItemKind.Reference]: [',', ']', '}', ')'],
};

/** A text that takes the place of a range. */
export function textItem(
  plan: PlanDocument,
  range: TextRange,
  text: string,
  kind: CompletionItemKind,
  detail: string | undefined,
): CompletionItem {
  const commits = commitCharacters[kind];
  return {
    label: text,
    kind,
    ...(commits && { commitCharacters: commits }),
    ...(detail !== undefined && { detail }),
    textEdit: { range: toRange(plan, range), newText: text },
  };
}
