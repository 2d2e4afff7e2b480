import type { PreparedRun } from './prepare-run';

/** The tools that make the loads of a run, with their versions. */
export function toolsOf({ k6, locust }: Pick<PreparedRun, 'k6' | 'locust'>): Record<string, string> {
  return {
    ...(k6 && { k6: k6.version }),
    ...(locust && { locust: locust.locustVersion, python: locust.pythonVersion }),
  };
}
