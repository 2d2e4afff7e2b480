import { FoldingRangeKind, type FoldingRange } from 'vscode-languageserver-types';
import { entriesOf, itemsOf, type PlanNode } from '../../core/plan/tree';
import type { PlanDocument } from './plan-document';

/** Every key and item that goes over several lines, and every comment that does. */
export function foldingRanges(plan: PlanDocument): FoldingRange[] {
  const found = new Map<number, FoldingRange>();
  const add = (startLine: number, endLine: number, kind?: FoldingRangeKind): void => {
    // Of several that begin in one line, the editor shows one: the outermost.
    if (endLine > startLine && !found.has(startLine))
      found.set(startLine, { startLine, endLine, ...(kind && { kind }) });
  };
  const seen = new Set<PlanNode>();
  const visit = (node: PlanNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const { keyRange, valueRange, value } of entriesOf(node)) {
      if (valueRange.start >= keyRange.start)
        add(lineAt(plan, keyRange.start), lastLine(plan, valueRange.end));
      visit(value);
    }
    for (const item of itemsOf(node)) {
      add(lineAt(plan, item.range.start), lastLine(plan, item.range.end));
      visit(item);
    }
  };
  if (plan.analysis.tree.root) visit(plan.analysis.tree.root);
  for (const { from, to } of commentBlocks(plan.text)) add(from, to, FoldingRangeKind.Comment);
  return [...found.values()].sort((a, b) => a.startLine - b.startLine);
}

function lineAt(plan: PlanDocument, offset: number): number {
  return plan.lines.positionAt(offset).line;
}

/** The end of a value lies behind the empty lines after it. */
function lastLine(plan: PlanDocument, end: number): number {
  let last = end;
  while (last > 0 && /\s/.test(plan.text.charAt(last - 1))) last -= 1;
  return lineAt(plan, last);
}

function commentBlocks(text: string): { from: number; to: number }[] {
  const blocks: { from: number; to: number }[] = [];
  for (const [line, content] of text.split('\n').entries()) {
    if (!/^\s*#/.test(content)) continue;
    const last = blocks.at(-1);
    if (last?.to === line - 1) last.to = line;
    else blocks.push({ from: line, to: line });
  }
  return blocks;
}
