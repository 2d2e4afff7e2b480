/** Which targets a load reaches. */
import type { Plan } from './schema';
import { allSteps, isSending } from './steps';

/** The targets that these scenarios use, by name. A locustfile with a host of its own uses none. */
export function usedTargets(
  plan: { readonly scenarios: Plan['scenarios']; readonly targets: object },
  scenarios: readonly string[],
): string[] {
  const used = new Set<string>();
  for (const name of scenarios) {
    const scenario = plan.scenarios[name];
    const usual = scenario?.target ?? onlyTarget(plan);
    const own =
      scenario !== undefined && 'locustfile' in scenario
        ? [scenario.host === undefined ? usual : undefined]
        : allSteps(scenario).map(({ step }) => (isSending(step) ? (step.target ?? usual) : undefined));
    for (const target of own) if (target !== undefined) used.add(target);
  }
  return [...used];
}

/** The target that need not be named, because there is no other. */
export function onlyTarget(plan: { readonly targets: object }): string | undefined {
  const names = Object.keys(plan.targets);
  return names.length === 1 ? names[0] : undefined;
}
