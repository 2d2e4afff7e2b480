import type { Range, TextEdit } from 'vscode-languageserver-types';
import { formatPlan } from '../../core/plan/format/format';
import type { TextRange } from '../../core/problems';
import { blockLines, linesFrom, type BlockLine } from './block-lines';
import { toRange, type PlanDocument } from './plan-document';

/** The changes that lay out the plan, or the lines of a range. */
export function formatting(plan: PlanDocument, range?: Range): TextEdit[] {
  const within = range && wholeLines(plan, range);
  return formatPlan(plan.text, within).map((edit) => ({
    range: toRange(plan, edit.range),
    newText: edit.newText,
  }));
}

function wholeLines(plan: PlanDocument, { start, end }: Range): TextRange {
  const last = plan.lines.offsetAt({ line: end.line + 1, character: 0 });
  return {
    start: plan.lines.offsetAt({ line: start.line, character: 0 }),
    // A range that ends before the first column of a line does not mean that line.
    end: end.character === 0 && end.line > start.line ? plan.lines.offsetAt(end) - 1 : last - 1,
  };
}

/** After a new line: where it begins, told from the lines above, since the text is rarely YAML at that moment. */
export function formattingOnNewLine(plan: PlanDocument, line: number): TextEdit[] {
  const lines = blockLines(plan.text);
  const own = lines.at(line);
  if (own === undefined || own.text.trim() !== '') return [];
  const above = firstWithContent(linesFrom(lines, line, -1));
  if (above === undefined) return [];
  const indent = indentBelow(above);
  if (own.text.length === indent) return [];
  const range = {
    start: { line, character: 0 },
    end: { line, character: own.text.length },
  };
  return [{ range, newText: ' '.repeat(indent) }];
}

function firstWithContent(lines: Iterable<BlockLine>): BlockLine | undefined {
  for (const line of lines) if (!line.isBlank) return line;
  return undefined;
}

function indentBelow({ text, column, key, isItem, indent }: BlockLine): number {
  const content = text.replace(/\s+#.*$/, '').trimEnd();
  if (key !== undefined && content.endsWith(':')) return column + 2;
  // Below a key its siblings go on; below an item without a key, the next item does.
  return key === undefined && isItem ? indent : column;
}
