/** The load of a phase that runs another again: the same scenarios, at one level. */
import { peakLevel, unitOfLoad } from './load';
import type { FindPhase, LoadLevel, LoadPhase, RerunPhase } from './schema';
import { trialLoad } from './trial-load';
import { parsePercent, parseRate } from './units';

/** What `at` asks for: a share of the knee of a search, or of the highest level of a load; or a rate. */
export type WantedLevel =
  | { readonly kind: 'share'; readonly share: number }
  /** Arrivals per second. */
  | { readonly kind: 'rate'; readonly rate: number };

export function wantedLevel({ at }: RerunPhase): WantedLevel {
  if (at === 'knee') return { kind: 'share', share: 1 };
  return at.endsWith('%')
    ? { kind: 'share', share: parsePercent(at) ?? 1 }
    : { kind: 'rate', rate: parseRate(at) ?? 0 };
}

/** The level, where the plan alone says it: a search has to find its knee first. */
export function plannedLevel(phase: RerunPhase, source: FindPhase | LoadPhase): LoadLevel | undefined {
  const wanted = wantedLevel(phase);
  if (wanted.kind === 'rate') return { value: wanted.rate, unit: 'per-second' };
  if ('find' in source) return undefined;
  const level = peakLevel(source) * wanted.share;
  const unit = unitOfLoad(source);
  return { value: unit === 'users' ? Math.max(1, Math.round(level)) : level, unit };
}

/** The scenarios of a phase at a constant level, measured for `lengthMs` after a warm-up. */
export function rerunLoad(source: FindPhase | LoadPhase, level: LoadLevel, lengthMs: number): LoadPhase {
  const load = trialLoad(source, { level, lengthMs });
  const own = 'find' in source ? undefined : source;
  const maxUsers = level.unit === 'per-second' ? own?.maxUsers : undefined;
  return {
    ...load,
    drain: own?.drain ?? load.drain,
    for: lengthMs + load.warmup,
    ...(maxUsers !== undefined && { maxUsers }),
  };
}

/** The load without profilers is as long as what is recorded, but not longer than it takes to tell its level. */
const maxPlainMs = 30_000;

/** Profilers take a moment to attach, and another between two pieces of their recording. */
const attachMs = 2000;
const betweenPiecesShare = 0.05;

/** How long the loads of a phase that profiles are measured: first without profilers, then with them. */
export function measuredMs({ profile }: RerunPhase): {
  readonly plainMs: number;
  readonly profiledMs: number;
} {
  const longestMs = Math.max(...profile.map((profiler) => profiler.for));
  return {
    plainMs: Math.min(maxPlainMs, longestMs),
    profiledMs: longestMs + attachMs + longestMs * betweenPiecesShare,
  };
}

/** How long such a phase takes, warm-ups included and drains not. */
export function profilingMs(phase: RerunPhase, source: FindPhase | LoadPhase): number {
  const { plainMs, profiledMs } = measuredMs(phase);
  const level: LoadLevel = { value: 1, unit: 'per-second' };
  return [plainMs, profiledMs].reduce((sum, ms) => sum + (rerunLoad(source, level, ms).for ?? 0), 0);
}
