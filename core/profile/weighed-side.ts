/** Recordings of one side of a comparison, with what their weight stands for. */
import type { Side } from './compare-profiles';
import { countedSamples, weighStacks } from './group-costs';
import type { Profile } from './profile';

/**
 * A profiler sees only a part of the work, so that its weights cannot be set against requests as they are. Each
 * recording is taken to be of so many requests as the processor's work for one of them goes into it.
 *
 * @param cpuNsPerRequest nanoseconds of the target's processor for one request; `null` where that is not known.
 */
export function weighedSide(recordings: readonly Profile[], cpuNsPerRequest: number | null): Side {
  if (cpuNsPerRequest === null) return { recordings };
  return { recordings, requests: recordings.map((profile) => weightOf(profile) / cpuNsPerRequest) };
}

function weightOf(profile: Profile): number {
  return weighStacks(profile, countedSamples(profile)).whole;
}
