/** Scenarios that are locustfiles: which they are, and where their requests go. */
import { t } from '@vscode/l10n';
import type { LocustScenario, Phase, Plan, Scenario } from './schema';
import { onlyTarget } from './used-targets';

export function isLocust(scenario: Scenario | undefined): scenario is LocustScenario {
  return scenario !== undefined && 'locustfile' in scenario;
}

export interface NamedLocust {
  readonly name: string;
  readonly scenario: LocustScenario;
}

/** The locustfile of a phase; `undefined` where its scenarios have steps. A phase that is right has no more than one. */
export function locustOf(
  { scenarios }: Pick<Plan, 'scenarios'>,
  phase: Extract<Phase, { scenarios: unknown }>,
): NamedLocust | undefined {
  const named = Object.keys(phase.scenarios).map((name) => ({ name, scenario: scenarios[name] }));
  return named.find((item): item is NamedLocust => isLocust(item.scenario));
}

/** Where the requests of a locustfile go; `undefined` where the plan does not say. */
export function hostOf(plan: Pick<Plan, 'targets'>, { host, target }: LocustScenario): string | undefined {
  const name = target ?? onlyTarget(plan);
  return host ?? (name === undefined ? undefined : plan.targets[name]?.url);
}

/** Addresses that locustfiles are given in place of those of targets, and what they are of. */
export function ownHosts(
  { scenarios }: Pick<Plan, 'scenarios'>,
  names: readonly string[],
): readonly { readonly what: string; readonly url: string }[] {
  return names.flatMap((name) => {
    const scenario = scenarios[name];
    if (!isLocust(scenario) || scenario.host === undefined) return [];
    return [{ what: t`the host of scenario ${name}`, url: scenario.host }];
  });
}
