import { expandPlan } from '../../core/plan/expand';
import type { ExpandedDocument } from '../../protocol/language';
import { toLocation, type PlanDocument } from './plan-document';

/** The plan that a document is a part of, as it is run; `null` where it cannot be read as a plan. */
export function expandedPlan(plan: PlanDocument, environment: string | undefined): ExpandedDocument | null {
  const lines = expandPlan(plan.analysis, environment, plan.planUri);
  if (lines.length === 0) return null;
  return {
    planUri: plan.planUri,
    text: lines.map(({ text }) => `${text}\n`).join(''),
    origins: lines.map(({ origin }) => (origin === undefined ? null : toLocation(plan, origin))),
  };
}
