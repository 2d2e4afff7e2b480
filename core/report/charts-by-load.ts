/** The trials of a search side by side: what was delivered, and at what cost, at each load. */
import type { ResourceSeries } from '../measure/resource-series';
import type { Capacity, TrialResult } from '../run/run';
import type { Chart, ChartLine } from './chart';
import { groups, titleOf } from './resource-charts';

/** @param used the resources during each trial, by its number. */
export function chartsByLoad(
  { trials, unit }: Pick<Capacity, 'trials' | 'unit'>,
  used: ReadonlyMap<number, readonly ResourceSeries[]>,
): Chart[] {
  const byLevel = [...trials].sort((a, b) => a.level - b.level || a.number - b.number);
  const last = byLevel.at(-1);
  if (last === undefined) return [];
  const line = (label: string, value: (trial: TrialResult) => number | null): ChartLine => ({
    label,
    points: byLevel.map((trial) => [trial.level, value(trial)]),
  });
  const axis: Chart['axis'] = unit === 'users' ? 'users' : 'load';
  const common = { axis, from: 0, to: last.level, limits: [], window: null, note: '' };
  const charts: Chart[] = [
    {
      ...common,
      title: 'Delivered',
      unit: 'per-second',
      lines: [
        // Users offer what the answers let them.
        ...(unit === 'users' ? [] : [line('offered', ({ level }) => level)]),
        line('delivered', ({ achieved }) => achieved),
      ],
      note: 'One dot for each trial; the line goes through their mean at each load.',
    },
    { ...common, title: 'Latency', unit: 'ms', lines: [line('p95 of the slowest step', ({ p95 }) => p95)] },
    ...usedByLoad(byLevel, used).map((own) => ({ ...common, ...own })),
  ];
  return charts.filter(({ lines }) => lines.some(({ points }) => points.some(([, y]) => y !== null)));
}

type Used = Pick<Chart, 'title' | 'unit' | 'lines'>;

/** The mean over each trial of the CPU of each component: the other resources do not follow the load so closely. */
function usedByLoad(
  trials: readonly TrialResult[],
  used: ReadonlyMap<number, readonly ResourceSeries[]>,
): Used[] {
  const found = new Map<
    string,
    { readonly head: ResourceSeries; readonly points: [number, number | null][] }
  >();
  for (const { number, level } of trials) {
    for (const [first] of groups(used.get(number) ?? [])) {
      if (first.metric !== 'cpu') continue;
      const known = found.get(first.component) ?? { head: first, points: [] };
      known.points.push([level, meanOf(first)]);
      found.set(first.component, known);
    }
  }
  return [...found.values()].map(({ head, points }) => ({
    title: titleOf(head),
    unit: head.unit,
    lines: [{ label: 'mean of each trial', points }],
  }));
}

function meanOf({ points }: ResourceSeries): number | null {
  const values = points.flatMap(({ value }) => value ?? []);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
