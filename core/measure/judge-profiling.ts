/** The result of a phase that profiles: a load without profilers, which gives the figures, and one with them. */
import type { PhaseResult, ProfileResult, Validity, Verdict } from '../run/run';
import { levelInWords, percent } from './figure';
import type { FoundLevel } from './rerun-level';
import type { JudgedVerdict } from './verdict';

export interface ProfilingEvidence {
  readonly name: string;
  readonly level: FoundLevel;
  /** The load without profilers, judged without goals. */
  readonly plain: PhaseResult;
  /** The load with them; absent where none could be attached. */
  readonly profiled: PhaseResult | undefined;
  /** One for each profiler of the plan; those that recorded nothing say why in their evidence. */
  readonly profiles: readonly ProfileResult[];
}

/** Fewer stacks than this show nothing; fewer than the second show no small difference. */
export const minSamples = 20;
export const fewSamples = 200;

export function judgeProfiling(evidence: ProfilingEvidence): PhaseResult {
  const { name, level, plain, profiled } = evidence;
  const overhead = profiled === undefined ? null : overheadOf(plain, profiled);
  const profiles = evidence.profiles.map((profile) =>
    profile.files.length === 0 || overhead === null
      ? { ...profile, overhead: null }
      : { ...profile, overhead, validity: withCost(profile.validity, overhead) },
  );
  const { value, unit, from } = level;
  return {
    ...plain,
    name,
    goals: [],
    ...decide({ ...evidence, profiles }),
    level: { value, unit, from },
    profiles,
  };
}

/** How much the load differs from the same one without profilers. */
function overheadOf(plain: PhaseResult, profiled: PhaseResult): { rps: number | null; p50: number | null } {
  return {
    rps: ratio(answersPerSecond(profiled), answersPerSecond(plain)),
    p50: ratio(medianOf(profiled), medianOf(plain)),
  };
}

/** Below this share of the answers, what is shown is no longer the target as it works without profilers. */
const costlyShare = 0.9;

/** Where the time goes is told all the same: shares stay shares. */
function withCost(validity: Validity, { rps }: { readonly rps: number | null }): Validity {
  if (rps === null || rps >= costlyShare) return validity;
  const message = `with the profilers the target gave only ${percent(rps)} of its answers: the profile is of a system under that strain`;
  return { ...validity, evidence: [...validity.evidence, { code: 'profiler-cost', message }] };
}

function ratio(with_: number | null, without: number | null): number | null {
  return with_ === null || without === null || without === 0 ? null : with_ / without;
}

function answersPerSecond({ rps, requests, failed }: PhaseResult): number | null {
  return rps === null || requests === 0 ? null : (rps * (requests - failed)) / requests;
}

/** Of the step with the most answers: a mean over steps would move with their mix. */
function medianOf({ steps }: PhaseResult): number | null {
  const [most] = [...steps].sort((a, b) => b.requests - b.failed - (a.requests - a.failed));
  return most?.latencyMs.p50 ?? null;
}

/** What ends a load for reasons of its own. */
const ended: readonly Verdict[] = ['tool-error', 'aborted', 'incomplete'];

function decide({ plain, profiled, profiles, level }: ProfilingEvidence): JudgedVerdict {
  for (const load of [plain, profiled]) {
    if (load === undefined) continue;
    if (ended.includes(load.verdict)) return { verdict: load.verdict, reason: load.reason };
    if (load.requests === 0)
      return { verdict: 'no-data', reason: 'no request started in the measured window' };
    if (load.failed >= load.requests)
      return { verdict: 'fail', reason: `every one of ${load.requests} requests failed` };
  }
  const missing = profiles.find(({ files }) => files.length === 0);
  if (missing !== undefined) return { verdict: 'incomplete', reason: whyInvalid(missing) };
  const empty = profiles.find(({ validity }) => validity.state === 'invalid');
  if (empty !== undefined) return { verdict: 'no-data', reason: whyInvalid(empty) };
  return {
    verdict: 'pass',
    reason: `${inWords(profiles)} at ${levelInWords(level.value, level.unit)} (${level.from})`,
  };
}

function whyInvalid({ target, tool, validity }: ProfileResult): string {
  return `${tool} on ${target}: ${validity.evidence[0]?.message ?? 'nobody said why'}`;
}

function inWords(profiles: readonly ProfileResult[]): string {
  return profiles
    .map(({ target, tool, top }) => {
      const [first] = top;
      if (first === undefined) return `${target} has no function of its own among the most expensive`;
      // Counted calls are ordered by own work: what drives a program calls all of it.
      if (tool === 'cProfile')
        return `${first.name} works most in ${target}, ${percent(first.self)} of the time`;
      return `${first.name} costs ${percent(first.total)} of ${target}`;
    })
    .join('; ');
}
