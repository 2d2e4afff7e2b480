/** The shape of the loads of a plan over time, as far as the plan alone says it: what a preview draws. */
import {
  dependenciesOf,
  isLoadPhase,
  loadedPhase,
  unitOfLoad,
  loadStages,
  measuredWindow,
  phaseOrder,
  plannedMs,
  type TimeWindow,
} from './load';
import { measuredMs, plannedLevel, rerunLoad } from './rerun-load';
import type { FindPhase, LoadLevel, LoadPhase, LoadUnit, Phase, RerunPhase } from './schema';
import { searchMs, trialLoad } from './trial-load';

/** A part of the time over which the level holds or moves evenly; times are in milliseconds from the start of the phase. */
export interface ShapePart {
  readonly fromMs: number;
  readonly toMs: number;
  /** Users or arrivals per second at both ends; `null` where only the run can tell. */
  readonly from: number | null;
  readonly to: number | null;
}

export interface PhaseShape {
  readonly name: string;
  readonly kind: 'load' | 'search' | 'profiling';
  readonly unit: LoadUnit;
  readonly parts: readonly ShapePart[];
  /** Whether the run may take another course: a search goes where its trials lead. */
  readonly isEstimate: boolean;
  readonly durationMs: number;
  /** What is measured, and what goes before it; of a search, of each of its trials. */
  readonly windows: readonly TimeWindow[];
  readonly warmups: readonly TimeWindow[];
  /** The highest level; `null` where only the run can tell. */
  readonly peak: number | null;
  readonly after: readonly string[];
}

/** Phases in the order in which they run; one whose load cannot be told is left out. */
export function loadShape(phases: Readonly<Record<string, Phase>>): readonly PhaseShape[] {
  return phaseOrder(phases).flatMap((name) => {
    const phase = phases[name];
    const shape = phase && shapeOf(phases, phase);
    if (phase === undefined || shape === undefined || shape.durationMs <= 0) return [];
    const levels = shape.parts.flatMap(({ from, to }) => [from, to]);
    const known = levels.filter((level) => level !== null);
    const peak = known.length < levels.length ? null : Math.max(0, ...known);
    return [{ name, ...shape, peak, after: dependenciesOf(phase) }];
  });
}

type Shape = Omit<PhaseShape, 'name' | 'peak' | 'after'>;

function shapeOf(phases: Readonly<Record<string, Phase>>, phase: Phase): Shape | undefined {
  if (isLoadPhase(phase)) return shapeOfLoad(phase);
  if ('find' in phase) return shapeOfSearch(phase);
  const source = loadedPhase(phases, phase);
  return source && shapeOfRerun(phase, source);
}

function shapeOfLoad(phase: LoadPhase): Shape {
  return {
    kind: 'load',
    unit: unitOfLoad(phase),
    parts: partsOf(phase, 0),
    isEstimate: false,
    durationMs: plannedMs(phase),
    ...windowsOf(phase, 0),
  };
}

function unitOfSource(source: FindPhase | LoadPhase): LoadUnit {
  return 'find' in source ? source.find.start.unit : unitOfLoad(source);
}

function partsOf(phase: LoadPhase, atMs: number): ShapePart[] {
  return loadStages(phase).map(({ fromMs, toMs, level }) => ({
    fromMs: atMs + fromMs,
    toMs: atMs + toMs,
    from: level.from,
    to: level.to,
  }));
}

function windowsOf(phase: LoadPhase, atMs: number): Pick<Shape, 'windows' | 'warmups'> {
  const { fromMs, toMs } = measuredWindow(phase);
  const window = { fromMs: atMs + fromMs, toMs: atMs + toMs };
  const warmup = { fromMs: atMs, toMs: atMs + fromMs };
  return {
    windows: window.toMs > window.fromMs ? [window] : [],
    warmups: warmup.toMs > warmup.fromMs ? [warmup] : [],
  };
}

/**
 * The climb of a search as it goes where everything holds, and the confirming trial at its top. What it finds in
 * between, only the run can tell: the time that this usually takes has no level.
 */
function shapeOfSearch(phase: FindPhase): Shape {
  const { start, factor, trial, confirm, max } = phase.find;
  const durationMs = searchMs(phase);
  const loads: { readonly load: LoadPhase; readonly atMs: number }[] = [];
  const latestMs = durationMs - confirm;
  const { unit } = start;
  let climbedMs = 0;
  for (let { value } = start; loads.length < mostTrials;) {
    const load = trialLoad(phase, { level: { value, unit }, lengthMs: trial });
    if (climbedMs + plannedMs(load) > latestMs) break;
    loads.push({ load, atMs: climbedMs });
    climbedMs += plannedMs(load);
    if (max !== undefined && value >= max.value) break;
    value = Math.min(max?.value ?? Infinity, climbedTo(value, factor, unit));
    if (max === undefined && loads.length > usualClimbs) break;
  }
  const open = { fromMs: climbedMs, toMs: durationMs, from: null, to: null };
  return {
    kind: 'search',
    unit,
    parts: [
      ...loads.flatMap(({ load, atMs }) => partsOf(load, atMs)),
      ...(climbedMs < durationMs ? [open] : []),
    ],
    isEstimate: true,
    durationMs,
    windows: loads.flatMap(({ load, atMs }) => windowsOf(load, atMs).windows),
    warmups: loads.flatMap(({ load, atMs }) => windowsOf(load, atMs).warmups),
  };
}

/** Users are whole, and each step up is one of them at least. */
function climbedTo(value: number, factor: number, unit: LoadUnit): number {
  return unit === 'users' ? Math.max(value + 1, Math.floor(value * factor)) : value * factor;
}

/** A picture needs no more, however far a search may go. */
const mostTrials = 60;

/** Steps up before something usually breaks, where no highest rate is given. */
const usualClimbs = 6;

function shapeOfRerun(phase: RerunPhase, source: FindPhase | LoadPhase): Shape {
  const known = plannedLevel(phase, source);
  const level: LoadLevel = known ?? { value: 1, unit: unitOfSource(source) };
  const { plainMs, profiledMs } = measuredMs(phase);
  const plain = rerunLoad(source, level, plainMs);
  const profiled = rerunLoad(source, level, profiledMs);
  const secondMs = plannedMs(plain);
  const [first, second] = [windowsOf(plain, 0), windowsOf(profiled, secondMs)];
  const parts = [...partsOf(plain, 0), ...partsOf(profiled, secondMs)];
  return {
    kind: 'profiling',
    unit: level.unit,
    parts: known === undefined ? parts.map((part) => ({ ...part, from: null, to: null })) : parts,
    isEstimate: known === undefined,
    durationMs: secondMs + plannedMs(profiled),
    windows: [...first.windows, ...second.windows],
    warmups: [...first.warmups, ...second.warmups],
  };
}
