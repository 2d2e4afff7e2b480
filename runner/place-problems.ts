import type { PlanAnalysis } from '../core/plan/analyse';
import { keyRangeAt } from '../core/plan/tree';
import type { Problem } from '../core/problems';
import type { CompileResult } from '../engines/k6/compile/compile';
import type { LoadCompilation } from './compile-phase';

/** What the engine cannot run, at its place in the text. */
export function placeProblems({ root }: PlanAnalysis, result: CompileResult | LoadCompilation): Problem[] {
  if (result.ok) return [];
  return result.problems.map(({ path: place, message }) => ({
    code: 'not-supported-by-k6',
    severity: 'error',
    message,
    range: keyRangeAt(root, place),
  }));
}
