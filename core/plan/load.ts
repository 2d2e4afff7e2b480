/** Arithmetic of a load: how long it lasts, how high it is at a time, and what falls to each scenario. */
import type { FindPhase, Level, LoadPhase, LoadUnit, Phase } from './schema';

/** `open`: arrivals per second, whatever the answers take. `closed`: users, each starting anew when it is done. */
export type LoadModel = 'open' | 'closed';

/** A part of a load over which the level holds or moves evenly. Times are from the start of the load. */
export interface LoadStage {
  readonly fromMs: number;
  readonly toMs: number;
  /** Users, or arrivals per second. */
  readonly level: Level;
}

/** A part of the time, in milliseconds from the start of the load. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

export function isLoadPhase(phase: Phase): phase is LoadPhase {
  return !('find' in phase) && !('rerun' in phase);
}

/** The phase whose load a phase applies: itself, or the one it runs again; `undefined` where that has none. */
export function loadedPhase(
  phases: Readonly<Record<string, Phase>>,
  phase: Phase,
): FindPhase | LoadPhase | undefined {
  if (!('rerun' in phase)) return phase;
  const again = Object.hasOwn(phases, phase.rerun) ? phases[phase.rerun] : undefined;
  return again === undefined || 'rerun' in again ? undefined : again;
}

export function loadModel(phase: LoadPhase): LoadModel {
  const isOpen =
    phase.rate !== undefined || (phase.stages?.some((stage) => stage.rate !== undefined) ?? false);
  return isOpen ? 'open' : 'closed';
}

/** The unit of its level: what is written beside it. */
export function unitOfLoad(phase: LoadPhase): LoadUnit {
  return loadModel(phase) === 'open' ? 'per-second' : 'users';
}

/** The shape of the load. Empty where the phase says neither a level nor how long it lasts, or leaves the level to a locustfile. */
export function loadStages(phase: LoadPhase): readonly LoadStage[] {
  const parts = phase.stages ?? [{ users: phase.users, rate: phase.rate, for: phase.for ?? 0 }];
  let atMs = 0;
  return parts.flatMap((part) => {
    const level = part.rate ?? part.users;
    if (level === undefined || part.for <= 0) return [];
    const stage = { fromMs: atMs, toMs: atMs + part.for, level };
    atMs = stage.toMs;
    return [stage];
  });
}

/** How long the load lasts, warm-up included, drain not. */
export function plannedMs(phase: LoadPhase): number {
  return phase.shape === undefined ? (loadStages(phase).at(-1)?.toMs ?? 0) : (phase.for ?? 0);
}

/** Users, or arrivals per second, at a time from the start of the load; 0 before and after it. */
export function levelAt(phase: LoadPhase, timeMs: number): number {
  const stage = loadStages(phase).find(({ fromMs, toMs }) => fromMs <= timeMs && timeMs < toMs);
  return stage === undefined ? 0 : levelWithin(stage, timeMs);
}

function levelWithin({ fromMs, toMs, level }: LoadStage, timeMs: number): number {
  return level.from + ((level.to - level.from) * (timeMs - fromMs)) / (toMs - fromMs);
}

/** The highest number of users, or of arrivals per second. */
export function peakLevel(phase: LoadPhase): number {
  return Math.max(0, ...loadStages(phase).flatMap(({ level }) => [level.from, level.to]));
}

/** The time that is measured: from the end of the warm-up to the end of the load. */
export function measuredWindow(phase: LoadPhase): TimeWindow {
  const toMs = plannedMs(phase);
  return { fromMs: Math.min(phase.warmup, toMs), toMs };
}

/**
 * The level summed over a window, in level-seconds: arrivals in the open model, user-seconds in the closed one.
 * A level that moves evenly is worth its mean.
 */
export function levelSeconds(phase: LoadPhase, window: TimeWindow): number {
  let sum = 0;
  for (const stage of loadStages(phase)) {
    const fromMs = Math.max(stage.fromMs, window.fromMs);
    const toMs = Math.min(stage.toMs, window.toMs);
    if (toMs <= fromMs) continue;
    sum += ((levelWithin(stage, fromMs) + levelWithin(stage, toMs)) / 2) * ((toMs - fromMs) / 1000);
  }
  return sum;
}

/** Whether the load is the same all through a window, so that a mean rate over it means something. */
export function isSteady(phase: LoadPhase, window: TimeWindow): boolean {
  return isLevel(phase, window) && startedUsers(phase, window.fromMs) >= levelAt(phase, window.fromMs);
}

/** Users of Locust at a time: it starts those of the second to come at once, and no more of them than `spawn` says. */
function startedUsers(phase: LoadPhase, timeMs: number): number {
  const { spawn } = phase;
  if (spawn === undefined) return Infinity;
  let users = spawn;
  for (const stage of loadStages(phase)) {
    if (stage.fromMs > timeMs) break;
    const toMs = Math.min(stage.toMs, timeMs);
    // So much more than there are that a sum of fractions reaches the whole number that it is.
    users = Math.min(levelWithin(stage, toMs), users + (spawn * (toMs - stage.fromMs)) / 1000 + 1e-9);
  }
  return users;
}

/** Whether the plan asks for the same level all through a window. */
export function isLevel(phase: LoadPhase, window: TimeWindow): boolean {
  // Nobody knows what the shape of a locustfile does.
  if (phase.shape !== undefined) return false;
  const levels = loadStages(phase)
    .filter((stage) => stage.fromMs < window.toMs && stage.toMs > window.fromMs)
    .flatMap(({ level }) => [level.from, level.to]);
  return levels.every((level) => level === levels[0]);
}

/**
 * Whole numbers that add up to `total`, in proportion to the weights: each gets its whole share, and what is left goes
 * to the largest remainders, the earlier name first where they are equal.
 */
export function shareOut(
  total: number,
  weights: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sum = Object.values(weights).reduce((left, right) => left + right, 0);
  const shares = Object.entries(weights).map(([name, weight]) => {
    const exact = sum > 0 ? (total * weight) / sum : 0;
    // Weights such as 0.1 and 0.2 leave a share a hair below the whole number that it is.
    const whole = Math.floor(exact + 1e-9);
    return { name, whole, remainder: Math.max(0, exact - whole) };
  });
  let left = total - shares.reduce((taken, share) => taken + share.whole, 0);
  const byRemainder = [...shares].sort((a, b) => b.remainder - a.remainder);
  for (const share of byRemainder) {
    if (left <= 0) break;
    share.whole += 1;
    left -= 1;
  }
  return Object.fromEntries(shares.map(({ name, whole }) => [name, whole]));
}

/** The part of the load that falls to a scenario, between 0 and 1. */
export function shareOf(
  phase: { readonly scenarios: Readonly<Record<string, number>> },
  scenario: string,
): number {
  const sum = Object.values(phase.scenarios).reduce((left, right) => left + right, 0);
  return sum > 0 ? (phase.scenarios[scenario] ?? 0) / sum : 0;
}

/**
 * The shape of the load of each scenario. Users are shared out in whole numbers at both ends of every stage, so their
 * sum is the level of the plan there; arrivals are divided exactly.
 */
export function scenarioStages(phase: LoadPhase): Readonly<Record<string, readonly LoadStage[]>> {
  const isOpen = loadModel(phase) === 'open';
  const names = Object.keys(phase.scenarios);
  const shared = loadStages(phase).map((stage) => ({
    ...stage,
    from: shareOut(stage.level.from, phase.scenarios),
    to: shareOut(stage.level.to, phase.scenarios),
  }));
  return Object.fromEntries(
    names.map((name) => {
      const share = shareOf(phase, name);
      const stages = shared.map(({ fromMs, toMs, level, from, to }): LoadStage => {
        const own = isOpen
          ? { from: level.from * share, to: level.to * share }
          : { from: from[name] ?? 0, to: to[name] ?? 0 };
        return { fromMs, toMs, level: own };
      });
      return [name, stages];
    }),
  );
}

/** The phases in the order in which they run: that of the file, moved only as `after` demands. Circles are left as they are. */
export function phaseOrder(phases: Readonly<Record<string, Phase>>): readonly string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const phase = phases[name];
    if (phase === undefined || seen.has(name)) return;
    seen.add(name);
    for (const earlier of dependenciesOf(phase)) visit(earlier);
    order.push(name);
  };
  for (const name of Object.keys(phases)) visit(name);
  return order;
}

/** The phases that must be over before this one: those of `after`, and the one it runs again. */
export function dependenciesOf(phase: Phase): readonly string[] {
  return [...(phase.after ?? []), ...('rerun' in phase ? [phase.rerun] : [])];
}
