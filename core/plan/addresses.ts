/** Every address that a load on a target reaches. Whoever guards where a load goes asks here, and nowhere else. */
import type { OAuth2, Target } from './schema';

export interface Address {
  /** From the target. */
  readonly path: readonly string[];
  readonly url: string;
}

export function addressesOf(target: Target | undefined): readonly Address[] {
  if (target === undefined) return [];
  const tokens = oauth2Of(target);
  const own = { path: ['url'], url: target.url };
  return tokens === undefined ? [own] : [own, { path: ['auth', 'oauth2', 'url'], url: tokens.url }];
}

/** How a target gets its tokens, where it gets any itself. */
export function oauth2Of({ auth }: Target): OAuth2 | undefined {
  return auth !== undefined && 'oauth2' in auth ? auth.oauth2 : undefined;
}
