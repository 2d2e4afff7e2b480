import type { PlanAnalysis } from './analyse';
import { overlay } from './overlay';
import { phaseSchema, type Phase } from './schema';
import { childOf, entriesOf, toValue } from './tree';

/** The phases that are right in themselves, with an environment laid over them where the plan has it. */
export function phasesWith(
  { root, phases }: PlanAnalysis,
  environment: string | undefined,
): Readonly<Record<string, Phase>> {
  const change = environment === undefined ? undefined : childOf(childOf(root, 'environments'), environment);
  if (root === undefined || change === undefined) return phases;
  const laid = overlay(root, change).root;
  return Object.fromEntries(
    entriesOf(childOf(laid, 'phases')).flatMap(({ key, value }) => {
      const reading = phaseSchema.safeParse(toValue(value));
      return reading.success ? [[key, reading.data] as const] : [];
    }),
  );
}
