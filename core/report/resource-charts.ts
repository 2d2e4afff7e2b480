/** What the components used, as charts on the time axis of the load. */
import { generatorComponent } from '../measure/record';
import type { ResourceGap, ResourceSeries } from '../measure/resource-series';
import type { Chart, ChartLine } from './chart';

/** More lines than this cannot be told apart. */
const maxLines = 5;

/** Where two sources tell of one resource, that which reads the process itself is the more exact. */
const sourceOrder = ['process', 'generator', 'docker', 'metrics', 'prometheus'];

const metricNames: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  memory: 'memory',
  throttled: 'held back by its quota',
};

const isDrawn = ({ metric, unit }: ResourceSeries): boolean =>
  Object.hasOwn(metricNames, metric) || unit === 'own';

type Axis = Pick<Chart, 'axis' | 'from' | 'to' | 'window'>;

/** @param startMs wall clock of the start of the load. */
export function resourceCharts(
  series: readonly ResourceSeries[],
  gaps: readonly ResourceGap[],
  startMs: number,
  axis: Axis,
): Chart[] {
  return groups(series).map(([first, ...others]) => {
    const shown = [first, ...others].slice(0, maxLines);
    const hidden = 1 + others.length - shown.length;
    const own = gaps.filter(
      ({ component, source }) => component === first.component && source === first.source,
    );
    const reasons = [...new Set(own.map(({ reason }) => `not read for a time: ${reason}`))];
    const notes = [...(hidden > 0 ? [`${hidden} more not drawn`] : []), ...reasons];
    return {
      ...axis,
      title: titleOf(first),
      unit: first.unit,
      lines: shown.map((one) => lineOf(one, startMs, axis)),
      limits: limitsOf(shown),
      note: notes.join('; '),
    };
  });
}

export function titleOf({ component, metric }: Pick<ResourceSeries, 'component' | 'metric'>): string {
  return `${component}: ${metricNames[metric] ?? metric}`;
}

/** Series of one resource of one component by its best source, the targets before the generator. */
export function groups(
  series: readonly ResourceSeries[],
): (readonly [ResourceSeries, ...ResourceSeries[]])[] {
  const found = new Map<string, [ResourceSeries, ...ResourceSeries[]]>();
  const rank = ({ source }: ResourceSeries): number => sourceOrder.indexOf(source);
  const whole = (one: ResourceSeries): number => Number(one.instance !== null);
  const last = (one: ResourceSeries): number => Number(one.component === generatorComponent);
  const sorted = series
    .filter(isDrawn)
    .sort((a, b) => last(a) - last(b) || rank(a) - rank(b) || whole(a) - whole(b));
  for (const one of sorted) {
    const key = `${one.component}\n${one.metric}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, [one]);
    else if (known[0].source === one.source) known.push(one);
  }
  const components = [...new Set(sorted.map(({ component }) => component))];
  return components.flatMap((component) =>
    [...found.values()]
      .filter(([first]) => first.component === component)
      .sort(([a], [b]) => metricRank(a.metric) - metricRank(b.metric)),
  );
}

/** The plan's own metrics come last. */
function metricRank(metric: string): number {
  const rank = Object.keys(metricNames).indexOf(metric);
  return rank < 0 ? Object.keys(metricNames).length : rank;
}

function lineOf({ instance, points }: ResourceSeries, startMs: number, { from, to }: Axis): ChartLine {
  const placed = points.map(({ timeMs, value }) => [(timeMs - startMs) / 1000, value] as const);
  return { label: instance ?? 'all', points: placed.filter(([x]) => x >= from && x <= to) };
}

/** A limit far above what is used would press the lines to the ground. */
const maxHeadroom = 4;

function limitsOf(shown: readonly ResourceSeries[]): Chart['limits'] {
  const values = shown.flatMap(({ points }) => points.flatMap(({ value }) => value ?? []));
  const top = values.reduce((most, value) => Math.max(most, value), 0);
  const known = [...new Set(shown.flatMap(({ limit }) => limit ?? []))];
  return known.filter((value) => value <= top * maxHeadroom).map((value) => ({ label: 'limit', value }));
}
