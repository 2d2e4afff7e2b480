/** What a target's processor did for one request, by the load that gave the figures. */
import type { PhaseResult, ProfileResult } from './run';

/**
 * Polls of an `await` are left out: how many there are depends on how long a task takes, not on what was asked.
 *
 * @returns nanoseconds; `null` where the processor was not watched, or the load was moving.
 */
export function cpuNsPerRequest({ steps, resources = [] }: PhaseResult, target: string): number | null {
  const asked = steps.filter(({ ttcMs }) => ttcMs === undefined).map(({ rps }) => rps ?? NaN);
  const perSecond = asked.reduce((sum, rps) => sum + rps, 0);
  const cpu = resources.filter(
    ({ component, metric, unit }) => component === target && metric === 'cpu' && unit === 'cores',
  );
  const whole = cpu.find(({ instance }) => instance === null);
  const cores = whole?.mean ?? cpu.reduce((sum, { mean }) => sum + mean, 0);
  return cores > 0 && perSecond > 0 ? (cores * 1e9) / perSecond : null;
}

/** What a recording's shares are shares of. Where waiting was recorded too, they are none of the processor's work. */
export function cpuNsOf(recording: {
  readonly phase: PhaseResult;
  readonly profile: ProfileResult;
}): number | null {
  const { phase, profile } = recording;
  return profile.options.includes('idle') ? null : cpuNsPerRequest(phase, profile.target);
}
