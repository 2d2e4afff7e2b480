/** What a run would send where, and what it would read: the facts that a person is asked to approve. */
import { t } from '@vscode/l10n';
import { addressesOf } from '../../core/plan/addresses';
import { isLoadPhase, peakLevel, plannedMs, unitOfLoad } from '../../core/plan/load';
import { isLocust, ownHosts } from '../../core/plan/locust';
import { observedAddresses } from '../../core/plan/observed-addresses';
import type { Phase, Plan } from '../../core/plan/schema';
import { allSteps } from '../../core/plan/steps';
import { searchMs } from '../../core/plan/trial-load';
import { formatEndpoint, isLoopback, readTarget } from '../../core/run/target';

export interface LoadRequest {
  /** `host:port`. */
  readonly endpoint: string;
  /** The highest load: users, or arrivals per second. */
  readonly peak: number;
  readonly unit: 'users' | 'per-second';
  readonly durationMs: number;
}

/**
 * The load on hosts other than this machine, one entry per host and kind of load.
 *
 * @param phases names of the phases to run.
 */
export function foreignLoads(plan: Plan, phases: readonly string[]): LoadRequest[] {
  const found = new Map<string, LoadRequest>();
  for (const name of phases) {
    const phase = plan.phases[name];
    if (phase === undefined) continue;
    const load = loadOf(plan, phase);
    for (const endpoint of endpointsOf(addressesReached(plan, phase))) {
      const key = `${endpoint} ${load.unit}`;
      const before = found.get(key);
      found.set(key, {
        endpoint,
        unit: load.unit,
        peak: Math.max(load.peak, before?.peak ?? 0),
        durationMs: load.durationMs + (before?.durationMs ?? 0),
      });
    }
  }
  return [...found.values()];
}

function loadOf(plan: Plan, phase: Phase): Omit<LoadRequest, 'endpoint'> {
  if (isLoadPhase(phase)) {
    // How many users a locustfile asks for is only known once it runs.
    const peak = phase.shape === undefined ? peakLevel(phase) : Infinity;
    return { unit: unitOfLoad(phase), peak, durationMs: plannedMs(phase) };
  }
  if ('find' in phase) {
    const { start, max } = phase.find;
    // A search without a highest rate has no peak that could be approved.
    return { unit: start.unit, peak: max?.value ?? Infinity, durationMs: searchMs(phase) };
  }
  const again = plan.phases[phase.rerun];
  if (again === undefined || 'rerun' in again) return { unit: 'users', peak: 0, durationMs: 0 };
  return loadOf(plan, again);
}

/** One user, once; a task may be waited for as long as an iteration may last. */
export function foreignIteration(plan: Plan, scenario: string): LoadRequest[] {
  const endpoints = endpointsOf(addressesOfScenarios(plan, [scenario]));
  return [...endpoints].map((endpoint) => ({ endpoint, unit: 'users', peak: 1, durationMs: 600_000 }));
}

function endpointsOf(addresses: readonly { readonly url: string }[]): ReadonlySet<string> {
  const endpoints = new Set<string>();
  for (const { url } of addresses) {
    const reading = readTarget(url);
    // An address that cannot be read is the runner's to refuse.
    if (reading.ok && !isLoopback(reading.endpoint.host)) endpoints.add(formatEndpoint(reading.endpoint));
  }
  return endpoints;
}

function addressesReached(plan: Plan, phase: Phase): readonly { readonly url: string }[] {
  const again = 'rerun' in phase ? plan.phases[phase.rerun] : phase;
  if (again === undefined || 'rerun' in again)
    return Object.values(plan.targets).flatMap((target) => addressesOf(target));
  return addressesOfScenarios(plan, Object.keys(again.scenarios));
}

function addressesOfScenarios(plan: Plan, names: readonly string[]): readonly { readonly url: string }[] {
  const targets = new Set(names.flatMap((name) => targetsOfScenario(plan, name)));
  return [...[...targets].flatMap((name) => addressesOf(plan.targets[name])), ...ownHosts(plan, names)];
}

function targetsOfScenario(plan: Plan, name: string): string[] {
  const scenario = plan.scenarios[name];
  // A plan with one target need not name it.
  const usual = scenario?.target ?? Object.keys(plan.targets)[0];
  if (isLocust(scenario)) return scenario.host === undefined && usual !== undefined ? [usual] : [];
  const targets = allSteps(scenario).map(({ step }) => ('target' in step ? step.target : undefined) ?? usual);
  return targets.filter((target) => target !== undefined);
}

/** A host other than this machine that is read beside the load, which is no load and still a connection. */
export interface ReadRequest {
  /** `host:port`. */
  readonly endpoint: string;
  /** What is read there, and what is sent. */
  readonly purposes: readonly string[];
}

/** The hosts that are read beside a load, or written to, one entry each. */
export function foreignReads(plan: Plan): ReadRequest[] {
  const found = new Map<string, Set<string>>();
  for (const { target, url, hasAuth, isWritten } of observedAddresses(plan)) {
    const reading = readTarget(url);
    if (!reading.ok || isLoopback(reading.endpoint.host)) continue;
    const endpoint = formatEndpoint(reading.endpoint);
    const purposes = found.get(endpoint) ?? new Set();
    purposes.add(target === undefined ? 'series of all targets' : `metrics of ${target}`);
    if (isWritten) purposes.add("k6's figures are written there");
    if (hasAuth) purposes.add('credentials of the plan are sent there');
    found.set(endpoint, purposes);
  }
  return [...found].map(([endpoint, purposes]) => ({ endpoint, purposes: [...purposes] }));
}

export function describeRead({ endpoint, purposes }: ReadRequest): string {
  return `${endpoint}: ${purposes.join(', ')}`;
}

export function describeLoad({ endpoint, peak, unit, durationMs }: LoadRequest): string {
  const amount = new Intl.NumberFormat('en', { maximumFractionDigits: 1 }).format(peak);
  const users = peak === 1 ? t('one user') : t`up to ${amount} users`;
  const level = unit === 'users' ? users : t`up to ${amount} arrivals per second`;
  const seconds = Math.round(durationMs / 1000);
  const time = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 6) / 10} min`;
  return t`${endpoint}: ${Number.isFinite(peak) ? level : t('as much as it can take')}, for ${time}`;
}
