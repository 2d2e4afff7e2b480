/** Load never starts by surprise: every host that the load would reach is this machine's, or somebody approved it. */
import { addressesOf } from '../core/plan/addresses';
import type { Plan } from '../core/plan/schema';
import { formatEndpoint, isApproved, isLoopback, readTarget, type Endpoint } from '../core/run/target';
import type { Refusal } from './refusal';

export interface ApprovedTargets {
  readonly ok: true;
  /** `host:port`, each once. */
  readonly endpoints: readonly string[];
  /** Hosts other than this machine that somebody approved. */
  readonly foreignHosts: readonly string[];
  readonly isCoLocated: boolean;
}

/** @param hosts addresses beside those of the targets, and what they are of. */
export function approveTargets(
  plan: Plan,
  targets: readonly string[],
  allowed: readonly string[],
  hosts: readonly { readonly what: string; readonly url: string }[] = [],
): ApprovedTargets | { readonly ok: false; readonly refusal: Refusal } {
  const endpoints: Endpoint[] = [];
  for (const { what, url } of [...targets.flatMap((name) => reachedBy(plan, name)), ...hosts]) {
    const reading = readTarget(url);
    if (!reading.ok) return refuse(`the address of ${what} ${reading.reason}`, 'write it plainly');
    const { endpoint } = reading;
    if (!isApproved(endpoint, allowed)) {
      const shown = formatEndpoint(endpoint);
      return refuse(
        `${what} is ${shown}, which is not this machine`,
        `if you may load it, allow it with --allow-target ${shown}`,
      );
    }
    endpoints.push(endpoint);
  }
  const foreign = endpoints.filter(({ host }) => !isLoopback(host));
  return {
    ok: true,
    endpoints: [...new Set(endpoints.map(formatEndpoint))],
    foreignHosts: [...new Set(foreign.map(({ host }) => host))],
    isCoLocated: foreign.length < endpoints.length,
  };
}

/** Whether a server beside the load may be reached. @returns why not; `undefined` where it may. */
export function refuseServer(what: string, url: string, allowed: readonly string[]): Refusal | undefined {
  const reading = readTarget(url);
  if (!reading.ok) return refuse(`the address of ${what} ${reading.reason}`, 'write it plainly').refusal;
  if (isApproved(reading.endpoint, allowed)) return undefined;
  const shown = formatEndpoint(reading.endpoint);
  return refuse(
    `${what} is ${shown}, which is not this machine`,
    `if it may have what this sends, allow it with --allow-target ${shown}`,
  ).refusal;
}

function reachedBy(plan: Plan, name: string): { readonly what: string; readonly url: string }[] {
  return addressesOf(plan.targets[name]).map(({ path, url }) => ({
    what: path.length === 1 ? `target ${name}` : `the ${path.join('.')} of target ${name}`,
    url,
  }));
}

function refuse(message: string, remedy: string): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: { code: 'not-approved', message, remedy } };
}
