/** The loads of a plan as what charts draw: all phases one after the other, or one of them alone. */
import type { PreviewPhase } from '../../protocol/preview';
import type { Band, LineSpec, Plot } from '../live/chart-data';
import { line } from '../live/chart-data';
import { formatCount, formatRate } from '../live/format';

export type Unit = PreviewPhase['unit'];

const shared = { isStacked: false, isShare: false } as const;

export const unitSpecs: Readonly<Record<Unit, LineSpec>> = {
  users: {
    ...{ id: 'users', title: 'Users', unit: 'at once', isCount: true, ...shared },
    series: [line('level', 'users', 'blue', [], 2.25)],
    format: formatCount,
  },
  'per-second': {
    ...{ id: 'arrivals', title: 'Arrivals', unit: 'per second', isCount: false, ...shared },
    series: [line('level', 'arrivals', 'purple', [], 2.25)],
    format: formatRate,
  },
};

/** A phase on the axis of the whole plan. */
export interface PlacedPhase {
  readonly phase: PreviewPhase;
  /** Milliseconds from the start of the first phase; drains, and time between phases, are not counted. */
  readonly startMs: number;
}

export function placePhases(phases: readonly PreviewPhase[]): readonly PlacedPhase[] {
  let startMs = 0;
  return phases.map((phase) => {
    const placed = { phase, startMs };
    startMs += phase.durationMs;
    return placed;
  });
}

/** The units that the phases are in, users first. */
export function unitsOf(placed: readonly PlacedPhase[]): readonly Unit[] {
  return (['users', 'per-second'] as const).filter((unit) => placed.some(({ phase }) => phase.unit === unit));
}

/** The phases that are shown, on an axis that begins with the first of them. */
export function shownPhases(
  placed: readonly PlacedPhase[],
  selected: string | undefined,
): readonly PlacedPhase[] {
  const one = placed.find(({ phase }) => phase.name === selected);
  return one === undefined ? placed : [{ phase: one.phase, startMs: 0 }];
}

export function plotOf(placed: readonly PlacedPhase[], unit: Unit): Plot {
  const t: number[] = [];
  const level: (number | null)[] = [];
  const add = (ms: number, value: number | null): void => {
    t.push(ms / 1000);
    level.push(value);
  };
  for (const { phase, startMs } of placed) {
    if (phase.unit !== unit) continue;
    for (const { fromMs, toMs, from, to } of phase.parts) {
      add(startMs + fromMs, from);
      add(startMs + toMs, to);
    }
    // What comes next is no continuation of it.
    add(startMs + phase.durationMs, null);
  }
  const last = placed.at(-1);
  const endMs = last === undefined ? 1000 : last.startMs + last.phase.durationMs;
  return {
    points: { t, level },
    // Two points are the ends of a line, however far apart.
    binS: Infinity,
    bands: placed.flatMap(bandsOf),
    goals: [],
    end: endMs / 1000,
  };
}

/** A band from each warm-up to the end of what is measured after it, and one for the phase where nothing is. */
function bandsOf({ phase, startMs }: PlacedPhase): Band[] {
  const at = (ms: number): number => (startMs + ms) / 1000;
  const bands = phase.windows.map(({ fromMs, toMs }, index): Band => {
    const warmup = phase.warmups.find((each) => each.toMs === fromMs);
    return {
      name: index === 0 ? phase.name : '',
      phase: phase.name,
      from: at(warmup?.fromMs ?? fromMs),
      warmupTo: at(fromMs),
      to: at(toMs),
      isShaded: true,
      ...(index === 0 && { nameTo: at(phase.durationMs) }),
    };
  });
  const measuredTo = phase.windows.at(-1)?.toMs ?? 0;
  if (measuredTo >= phase.durationMs) return bands;
  const name = bands.length === 0 ? phase.name : '';
  const from = at(measuredTo);
  return [...bands, { name, phase: phase.name, from, warmupTo: from, to: at(phase.durationMs) }];
}
