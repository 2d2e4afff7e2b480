import type { Plan } from '../core/plan/schema';
import { dashboardUid, linkToRun, type RunTime } from '../engines/grafana/run-link';

/** The link of a run to its dashboard, where the plan names a server. */
export function dashboardOf(plan: Plan, run: RunTime): { readonly dashboard?: string } {
  const server = plan.observe?.grafana;
  return server === undefined ? {} : { dashboard: linkToRun(new URL(server), dashboardUid(plan), run) };
}
