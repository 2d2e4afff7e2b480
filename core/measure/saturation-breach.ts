/** When a latency left its goal: what a full resource did to those whom the load stands for. */
import type { LoadPhase } from '../plan/schema';
import { isSteady, measuredWindow } from '../plan/load';
import type { PhaseResult } from '../run/run';
import type { StatedGoal } from './goals';
import type { SeriesPoint } from './phase-series';
import type { Consequence } from './saturation-words';

/** Which points: of all steps, of a scenario, or of a step. */
export interface PointsOf {
  readonly scenario?: string;
  readonly step?: string;
}

/** The share of the later points that must be beyond the limit too. */
const staysBeyond = 0.8;

/** One point beyond the limit may be an accident. */
const minBeyond = 2;

/** The goal on a percentile of latency that was left first, and for good. */
export function firstBreach(
  goals: readonly StatedGoal[],
  load: LoadPhase,
  { name: phase, goals: judged }: Pick<PhaseResult, 'name' | 'goals'>,
  pointsOf: (selection: PointsOf) => readonly SeriesPoint[],
): Consequence | undefined {
  const window = measuredWindow(load);
  const held = new Set(judged.filter(({ state }) => state === 'held').map(({ text }) => text));
  const breaches = goals.flatMap((stated) => {
    const { goal } = stated;
    const limit = latencyLimit(stated);
    if (limit === undefined || !isAbout(goal, load, phase)) return [];
    // Some seconds at the end of a load that does not change are no more than that.
    if (held.has(stated.text) && isSteady(load, window)) return [];
    const points = pointsOf({
      ...(goal.scenario && { scenario: goal.scenario.name }),
      ...(goal.step && { step: goal.step.name }),
    });
    const within = points.filter(({ atMs }) => atMs >= window.fromMs && atMs < window.toMs);
    const atMs = breachAt(within, limit.column, limit.ms);
    const whole = held.has(stated.text) ? ', held over the phase as a whole,' : '';
    return atMs === undefined ? [] : [{ what: `${textOf(stated, phase)}${whole} no longer held`, atMs }];
  });
  return breaches.sort((a, b) => a.atMs - b.atMs)[0];
}

/** The phase is known from where the sentence stands. */
function textOf({ text }: StatedGoal, phase: string): string {
  return text.replace(` in ${phase} `, ' ');
}

type Column = 'p50' | 'p95' | 'p99';

/** `undefined` for a goal whose course over time is not kept. */
function latencyLimit({ goal }: StatedGoal): { readonly column: Column; readonly ms: number } | undefined {
  const { metric, time, operator, limit } = goal;
  if (metric.kind !== 'percentile' || time !== undefined || !operator.startsWith('<')) return undefined;
  const column = ({ 50: 'p50', 95: 'p95', 99: 'p99' } as const)[metric.percentile];
  if (column === undefined || limit.kind !== 'fixed' || limit.unit !== 'ms') return undefined;
  return { column, ms: limit.value };
}

function isAbout(goal: StatedGoal['goal'], load: LoadPhase, phase: string): boolean {
  if (goal.phase !== undefined) return goal.phase.name === phase;
  return goal.scenario === undefined || Object.hasOwn(load.scenarios, goal.scenario.name);
}

/** Wall clock of the first point from which on the limit is left. */
function breachAt(points: readonly SeriesPoint[], column: Column, limitMs: number): number | undefined {
  const known = points.filter((point) => point[column] !== null);
  let beyond = 0;
  let found: number | undefined;
  for (let index = known.length - 1; index >= 0; index--) {
    const point = known[index];
    if (point === undefined || (point[column] ?? 0) <= limitMs) continue;
    beyond++;
    const isForGood = beyond >= minBeyond && beyond >= (known.length - index) * staysBeyond;
    if (isForGood) found = point.timeMs;
  }
  return found;
}
