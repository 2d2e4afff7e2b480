import { analysePlan } from '../../core/plan/analyse';
import type { Fix, Problem } from '../../core/problems';
import type { PlanDocument } from './plan-document';

type Edits = Fix['edits'];

/** The errors that the plan would have after the edits and has not now, in the order of the text. Edits never overlap. */
export function newErrors(plan: PlanDocument, edits: Edits): readonly Problem[] {
  const sorted = [...edits].sort((a, b) => a.range.start - b.range.start);
  // By code and place, since the words of a message change with what stands around it.
  const known = new Set(
    plan.analysis.problems.map(({ code, range }) => `${code} ${movedTo(sorted, range.start)}`),
  );
  return analysePlan(apply(plan.text, sorted)).problems.filter(
    ({ code, range, severity }) => severity === 'error' && !known.has(`${code} ${range.start}`),
  );
}

function apply(text: string, sorted: Edits): string {
  let edited = '';
  let reached = 0;
  for (const { range, newText } of sorted) {
    edited += text.slice(reached, range.start) + newText;
    reached = range.end;
  }
  return edited + text.slice(reached);
}

/** Where an offset of the text is after the edits; one inside of an edit is at its start. */
function movedTo(sorted: Edits, offset: number): number {
  let moved = offset;
  for (const { range, newText } of sorted) {
    if (range.end <= offset && range.start < offset) moved += newText.length - (range.end - range.start);
    else if (range.start < offset) moved -= offset - range.start;
  }
  return moved;
}
