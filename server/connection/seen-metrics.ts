import { seenMetricsSchema } from '../../protocol/language';
import { plainUri } from './plain-uri';

/** The names of metrics that the client told of targets. */
export class SeenTargets {
  #byPlan: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> = new Map();

  /** @param params from the wire. @returns what is wrong with it; what was known before then stays. */
  replace(params: unknown): string | undefined {
    const { success, data, error } = seenMetricsSchema.safeParse(params);
    if (!success) return error.message;
    const byPlan = new Map<string, Map<string, readonly string[]>>();
    for (const { plan, target, names } of data.targets) {
      const uri = plainUri(plan);
      byPlan.set(uri, (byPlan.get(uri) ?? new Map<string, readonly string[]>()).set(target, names));
    }
    this.#byPlan = byPlan;
    return undefined;
  }

  of(planUri: string, target: string): readonly string[] {
    return this.#byPlan.get(plainUri(planUri))?.get(target) ?? [];
  }
}
