import { safeParse, type z } from 'zod';
import { scenarioSchema, type Scenario } from './schema';

/** Whether it is right is all that is asked: of the kinds of steps that are not meant, one missing key tells enough. */
const untilFirstIssue: z.core.ParseContextInternal<z.core.$ZodIssue> = { abortEarly: true };

const validated = new WeakMap<object, { readonly scenario: Scenario | undefined }>();

/**
 * Each value is held against the schema once.
 *
 * @param value from `scenarioValue`. @returns `undefined` where it is no scenario.
 */
export function validScenario(value: unknown): Scenario | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const known = validated.get(value) ?? { scenario: safeParse(scenarioSchema, value, untilFirstIssue).data };
  validated.set(value, known);
  return known.scenario;
}
