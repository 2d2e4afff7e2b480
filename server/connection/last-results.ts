import { lastResultsSchema, type PhaseHistory } from '../../protocol/language';
import { plainUri } from './plain-uri';

/** What the client has told of finished runs. */
export class KnownResults {
  #byPlan: ReadonlyMap<string, readonly PhaseHistory[]> = new Map();

  /** @param params from the wire. @returns what is wrong with it; what was known before then stays. */
  replace(params: unknown): string | undefined {
    const { success, data, error } = lastResultsSchema.safeParse(params);
    if (!success) return error.message;
    const byPlan = new Map<string, PhaseHistory[]>();
    for (const history of data.histories) {
      const plan = plainUri(history.plan);
      byPlan.set(plan, [...(byPlan.get(plan) ?? []), history]);
    }
    this.#byPlan = byPlan;
    return undefined;
  }

  of(planUri: string): readonly PhaseHistory[] {
    return this.#byPlan.get(plainUri(planUri)) ?? [];
  }
}
