import type { SelectionRange } from 'vscode-languageserver-types';
import { entriesOf, itemsOf, type PlanNode } from '../../core/plan/tree';
import type { TextRange } from '../../core/problems';
import { toRange, type PlanDocument } from './plan-document';

/** What a selection grows to at a place, step by step: name, reference, value, key with its value, map … the file. */
export function selectionRange(plan: PlanDocument, offset: number): SelectionRange {
  const chain: TextRange[] = [{ start: 0, end: plan.text.length }];
  const grow = (range: TextRange): void => {
    const around = chain.at(-1);
    const isSmaller = around !== undefined && range.end - range.start < around.end - around.start;
    if (isSmaller && holds(range, offset)) chain.push(range);
  };
  descend(plan.analysis.tree.root, offset, grow);
  for (const range of insideTexts(plan, offset)) grow(range);
  const [file, ...inner] = chain.map((range) => toRange(plan, range));
  return inner.reduce<SelectionRange>((parent, range) => ({ range, parent }), {
    range: file ?? toRange(plan, { start: 0, end: 0 }),
  });
}

function descend(node: PlanNode | undefined, offset: number, grow: (range: TextRange) => void): void {
  if (node === undefined || !holds(node.range, offset)) return;
  grow(node.range);
  if (node.kind === 'scalar' && (node.style === 'single' || node.style === 'double'))
    grow({ start: node.range.start + 1, end: node.range.end - 1 });
  for (const { keyRange, valueRange, value } of entriesOf(node)) {
    const whole = { start: keyRange.start, end: Math.max(keyRange.end, valueRange.end) };
    if (!holds(whole, offset)) continue;
    grow(whole);
    grow(keyRange);
    if (holds(valueRange, offset)) descend(value, offset, grow);
  }
  for (const item of itemsOf(node)) descend(item, offset, grow);
}

/** References within templates and expressions, widest first. */
function insideTexts({ analysis, text }: PlanDocument, offset: number): TextRange[] {
  const own = analysis.texts.find(({ node }) => holds(node.range, offset));
  const references = own !== undefined && 'references' in own ? own.references : [];
  return references.flatMap(({ range, root, keys }) => {
    const isTemplate = text.slice(range.start - 2, range.start) === '${';
    const braced = isTemplate ? [{ start: range.start - 2, end: range.end + 1 }] : [];
    return [...braced, range, root.range, ...keys.map((key) => key.range)];
  });
}

function holds(range: TextRange, offset: number): boolean {
  return range.start <= offset && offset <= range.end;
}
