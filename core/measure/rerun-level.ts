/** The level at which a phase runs another again. */
import type { FindPhase, LoadLevel, LoadPhase, RerunPhase } from '../plan/schema';
import { plannedLevel, wantedLevel } from '../plan/rerun-load';
import type { Capacity } from '../run/run';

export interface FoundLevel extends LoadLevel {
  /** Where it is from, for people: `the plan`, `the knee of stress`. */
  readonly from: string;
}

/**
 * @param capacity what the search found, where `source` is a search that was made.
 * @returns `undefined` where nothing says how high the level is.
 */
export function findLevel(
  phase: RerunPhase,
  source: FindPhase | LoadPhase,
  capacity: Capacity | undefined,
): FoundLevel | undefined {
  const planned = plannedLevel(phase, source);
  if (planned !== undefined) return { ...planned, from: 'the plan' };
  const wanted = wantedLevel(phase);
  const base = capacity === undefined ? undefined : saturation(capacity);
  if (base === undefined || wanted.kind !== 'share') return undefined;
  const part = wanted.share === 1 ? '' : `${Math.round(wanted.share * 1000) / 10} % of `;
  const from = `${part}the ${base.name} of ${phase.rerun}`;
  const level = base.level * wanted.share;
  if (capacity?.unit === 'users') return { value: Math.max(1, Math.round(level)), unit: 'users', from };
  // More digits than a knee is known by.
  const value = Number(level.toPrecision(4));
  return value <= 0 ? undefined : { value, unit: 'per-second', from };
}

/** Where throughput stops following the load; a bend beyond the level that broke is none that was seen. */
function saturation({ plateau, lower, upper }: Capacity): { level: number; name: string } | undefined {
  if (plateau.kind === 'knee' && plateau.offered <= (upper ?? Infinity))
    return { level: plateau.offered, name: 'knee' };
  return lower === null ? undefined : { level: lower, name: 'capacity' };
}
