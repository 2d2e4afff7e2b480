/** The expression, template, goal or condition under the cursor. */
import { partsOf, type Expression } from '../../core/plan/expression';
import { rangesInside } from '../../core/plan/scalar-offsets';
import type { PlanText } from '../../core/plan/texts';
import type { TextRange } from '../../core/problems';
import { holdsOffset } from './key-at';
import type { PlanDocument } from './plan-document';

export interface TextAt {
  readonly text: PlanText;
  readonly value: string;
  /** From ranges in the value to ranges in the file. */
  readonly place: (range: TextRange) => TextRange;
}

export function textAt(plan: PlanDocument, offset: number): TextAt | undefined {
  const text = plan.analysis.texts.find(({ node }) => holdsOffset(node.range, offset));
  if (text === undefined || typeof text.node.value !== 'string') return undefined;
  return { text, value: text.node.value, place: rangesInside(plan.text, text.node) };
}

/** The innermost part of an expression that holds a place. */
export function innermost(node: Expression, isHere: (range: TextRange) => boolean): Expression | undefined {
  if (!isHere(node.range)) return undefined;
  for (const part of partsOf(node)) {
    const found = innermost(part, isHere);
    if (found !== undefined) return found;
  }
  return node;
}
