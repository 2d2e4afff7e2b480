import { applyEdits } from '../../core/plan/format/format';
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
  return plan
    .analyseWith(edited(plan, sorted))
    .problems.filter(
      ({ code, range, severity }) => severity === 'error' && !known.has(`${code} ${range.start}`),
    );
}

/** The texts of the files that change. */
function edited(plan: PlanDocument, sorted: Edits): ReadonlyMap<string, string> {
  return new Map(
    plan.analysis.files.map(({ id, text, start }) => {
      const own = sorted.filter(({ range }) => range.start >= start && range.end <= start + text.length);
      const moved = own.map(({ range, newText }) => ({
        range: { start: range.start - start, end: range.end - start },
        newText,
      }));
      return [id, applyEdits(text, moved)];
    }),
  );
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
