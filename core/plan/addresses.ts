/** Every address that a load on a target reaches. Whoever guards where a load goes asks here, and nowhere else. */
import type { Target } from './schema';

export interface Address {
  /** From the target. */
  readonly path: readonly string[];
  readonly url: string;
}

export function addressesOf(target: Target | undefined): readonly Address[] {
  return target === undefined ? [] : [{ path: ['url'], url: target.url }];
}
