/** What may be said of a plan while parts of its text cannot be read. */
import type { Problem, TextRange } from '../problems';
import type { PlanProblemCode } from './problem-catalogue';

/** That something is nowhere, which a part that cannot be read may disprove. */
const ofAbsence: ReadonlySet<string> = new Set<PlanProblemCode>([
  'unused-target',
  'unused-scenario',
  'unused-data',
  'unused-capture',
  'literal-placeholder',
  'unknown-target',
  'unknown-scenario',
  'unknown-phase',
  'unknown-step-name',
  'unknown-data',
  'unknown-variable',
  'missing-key',
  'missing-target',
  'goal-without-answer',
  'no-load-to-rerun',
  'useless-disable',
]);

/** @param broken the stretches that cannot be read: of what stands in them, only that is known. */
export function isProven({ code, range }: Problem, broken: readonly TextRange[]): boolean {
  if (broken.length === 0) return true;
  return !ofAbsence.has(code) && !broken.some(({ start, end }) => range.start < end && range.end > start);
}
