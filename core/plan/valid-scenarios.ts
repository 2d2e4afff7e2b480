import { scenarioSchema, type Scenario } from './schema';

const validated = new WeakMap<object, { readonly scenario: Scenario | undefined }>();

/**
 * Each value is held against the schema once.
 *
 * @param value from `scenarioValue`. @returns `undefined` where it is no scenario.
 */
export function validScenario(value: unknown): Scenario | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const known = validated.get(value) ?? { scenario: scenarioSchema.safeParse(value).data };
  validated.set(value, known);
  return known.scenario;
}
