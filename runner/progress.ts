/** The figures of the moment, for somebody who watches, and the phase over time. */
import type { PointsOf } from '../core/measure/saturation-breach';
import type { StreamRecord } from '../core/measure/record';
import { RunSeries, type SeriesPoint } from '../core/measure/series';
import type { Progress } from './events';

export interface ProgressMeter {
  add(record: StreamRecord): void;
  now(): Progress;
  /** The phase so far, in bins: of all steps, of a scenario, or of a step. */
  points(selection?: PointsOf): readonly SeriesPoint[];
}

export function createProgressMeter(
  phase: string,
  plannedMs: number,
  clock: () => number = () => Date.now(),
): ProgressMeter {
  const series = new RunSeries();
  let loadStartMs: number | undefined;
  let dropped = 0;
  let users: number | null = null;
  return {
    points: (selection) => series.points({ phase, ...selection }),
    add: (record) => {
      series.add(record);
      if (record.kind === 'clock') loadStartMs = record.timeMs;
      if (record.kind !== 'tick') return;
      dropped += record.dropped;
      users = record.users;
    },
    now: () => {
      const points = series.points({ phase });
      const latest = points.findLast((point) => !point.isPartial) ?? points.at(-1);
      const rows = series.stepRows(phase);
      const requests = rows.reduce((sum, { total }) => sum + total.requests, 0);
      const failed = rows.reduce((sum, { total }) => sum + total.requests * (total.failedShare ?? 0), 0);
      return {
        elapsedMs: loadStartMs === undefined ? 0 : Math.min(plannedMs, Math.max(0, clock() - loadStartMs)),
        plannedMs,
        users,
        rps: latest === undefined ? null : latest.okPerSecond + latest.failedPerSecond,
        p50: latest?.p50 ?? null,
        p95: latest?.p95 ?? null,
        p99: latest?.p99 ?? null,
        requests,
        failed: Math.round(failed),
        dropped,
        taskSuccess: latest?.taskSuccess ?? null,
      };
    },
  };
}
