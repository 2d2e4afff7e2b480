/** What was asked of a target over time, cut into stretches of one load: the axis along which resources fill up. */
import { levelAt, loadModel } from '../plan/load';
import type { LoadPhase, LoadUnit } from '../plan/schema';
import type { SeriesPoint } from './phase-series';

/** A stretch of time under one load. Times are wall clock, in milliseconds since the epoch. */
export interface Stage {
  readonly fromMs: number;
  readonly toMs: number;
  /** What was asked of the target, in the unit of the course. */
  readonly load: number;
  /** Requests that began per second; of a trial, iterations that ended per second. `null` where not known. */
  readonly rate: number | null;
  /** Iterations that ended per second: requests count where they begin, and would go on with the load. */
  readonly delivered: number | null;
  /** Users at work: iterations under way. */
  readonly underWay: number | null;
}

export interface LoadCourse {
  /** `arrivals` per second, or `users` at work. */
  readonly unit: 'arrivals' | 'users';
  /** `load`: trials, to be ordered by their load. `time`: one load that holds or moves. */
  readonly order: 'load' | 'time';
  /** Wall clock at which the first load of the phase began; readings before it are of a target at rest. */
  readonly beginMs: number;
  readonly stages: readonly Stage[];
}

/** Enough stages to see where in a ramp something happens, and few enough that each has several readings. */
const usualStages = 60;

/** A shorter stage would hang on single readings. */
const minStageMs = 3000;

/** Readings that a stage should have. */
const readingsPerStage = 3;

/**
 * The course of a phase of load.
 *
 * @param points of the phase as a whole, from `RunSeries`.
 * @param readingMs the usual distance of two readings of a resource.
 */
export function courseOfLoad(load: LoadPhase, points: readonly SeriesPoint[], readingMs: number): LoadCourse {
  const unit = loadModel(load) === 'open' ? 'arrivals' : 'users';
  const within = points.filter((point) => levelAt(load, middleOf(point)) > 0);
  const first = within[0];
  const last = within.at(-1);
  if (first === undefined || last === undefined) return { unit, order: 'time', beginMs: 0, stages: [] };
  const lengthMs = last.atMs + last.widthMs - first.atMs;
  const stageMs = Math.max(minStageMs, readingsPerStage * readingMs, lengthMs / usualStages);
  const grouped = new Map<number, SeriesPoint[]>();
  for (const point of within) {
    const index = Math.floor((point.atMs - first.atMs) / stageMs);
    const group = grouped.get(index);
    if (group === undefined) grouped.set(index, [point]);
    else group.push(point);
  }
  const stages = [...grouped.values()].flatMap((group) => stageOf(load, group));
  return { unit, order: 'time', beginMs: first.timeMs - first.atMs, stages };
}

function middleOf({ atMs, widthMs }: SeriesPoint): number {
  return atMs + widthMs / 2;
}

function stageOf(load: LoadPhase, group: readonly SeriesPoint[]): Stage[] {
  const first = group[0];
  const last = group.at(-1);
  if (first === undefined || last === undefined) return [];
  const mean = (valueOf: (point: SeriesPoint) => number): number =>
    group.reduce((sum, point) => sum + valueOf(point), 0) / group.length;
  return [
    {
      fromMs: first.timeMs,
      toMs: last.timeMs + last.widthMs,
      load: mean((point) => levelAt(load, middleOf(point))),
      rate: mean((point) => point.okPerSecond + point.failedPerSecond),
      delivered: mean((point) => point.iterations / (point.widthMs / 1000)),
      underWay: last.users,
    },
  ];
}

/** One trial of a search as a stage. */
export interface TrialSpan {
  /** The load that was offered, and iterations per second that ended. */
  readonly level: number;
  readonly achieved: number | null;
  /** Wall clock of its measured time. */
  readonly fromMs: number;
  readonly toMs: number;
}

export function courseOfTrials(trials: readonly TrialSpan[], unit: LoadUnit, beginMs: number): LoadCourse {
  const stages = trials.map(({ level, achieved, fromMs, toMs }) => ({
    fromMs,
    toMs,
    load: level,
    rate: achieved,
    delivered: achieved,
    underWay: null,
  }));
  const sorted = stages.sort((a, b) => a.load - b.load);
  return { unit: unit === 'users' ? 'users' : 'arrivals', order: 'load', beginMs, stages: sorted };
}
