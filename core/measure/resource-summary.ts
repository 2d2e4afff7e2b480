/** What components used in a phase, in few enough figures for `run.json`: reports need no stream. */
import type { ResourceSummary } from '../run/run';
import type { ResourceSeries } from './resource-series';

/** Series beyond this are left out: what changes its instance with every request would fill the result. */
const maxSummaries = 200;

/** @param fromMs @param toMs wall clock of the measured window. Series without a reading in it are left out. */
export function summariseResources(
  series: readonly ResourceSeries[],
  fromMs: number,
  toMs: number,
): ResourceSummary[] {
  const summaries = series.flatMap(({ component, metric, source, instance, unit, limit, points }) => {
    const values = points.flatMap(({ timeMs, value }) =>
      value === null || timeMs < fromMs || timeMs > toMs ? [] : [value],
    );
    const [start] = values;
    const end = values.at(-1);
    if (start === undefined || end === undefined) return [];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const max = values.reduce((most, value) => Math.max(most, value), start);
    const readings = values.length;
    return [{ component, metric, source, instance, unit, limit, readings, mean, max, start, end }];
  });
  return summaries.slice(0, maxSummaries);
}
