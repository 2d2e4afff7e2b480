/** Which charts the resources of a run need, worked out apart from how they are drawn. */
import type { LiveResource } from '../../protocol/live';
import {
  line,
  valueAt,
  type ChartLimit,
  type ChartPoints,
  type ChartSpec,
  type SeriesSpec,
} from './chart-data';
import {
  formatBytes,
  formatCores,
  formatCount,
  formatMs,
  formatNumber,
  formatRate,
  formatShare,
} from './format';
import type { RunView } from './state';

export interface Component {
  readonly name: string;
  /** Its metrics, those that are looked at first in front. */
  readonly metrics: readonly string[];
  /** Whether it was found to saturate first in a phase. */
  readonly isSaturated: boolean;
}

const generator = 'generator';
const metricOrder = [
  'cpu',
  'waiting',
  'memory',
  'threads',
  'files',
  'requests',
  'throttled',
  'machine',
  'sockets',
  'lag',
];

/** What was found first, then the targets in the order in which they came; the load generator last. */
export function componentsOf({ resources, resourceGaps, saturation }: RunView): Component[] {
  const names = [...new Set([...resources, ...resourceGaps].map(({ component }) => component))];
  const found = new Set(saturation.map(({ component }) => component));
  const rank = (name: string): number => (found.has(name) ? 0 : name === generator ? 2 : 1);
  return names
    .sort((a, b) => rank(a) - rank(b))
    .map((name) => ({ name, metrics: metricsOf(resources, name), isSaturated: found.has(name) }));
}

function metricsOf(resources: readonly LiveResource[], component: string): string[] {
  const own = resources.filter((resource) => resource.component === component).map(({ metric }) => metric);
  const rank = (metric: string): number => {
    const index = metricOrder.indexOf(metric);
    return index === -1 ? metricOrder.length : index;
  };
  return [...new Set(own)].sort((a, b) => rank(a) - rank(b));
}

const metricNames: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  memory: 'Memory',
  threads: 'Threads',
  files: 'Open files',
  requests: 'Requests counted by itself',
  throttled: 'Held back by its quota',
  machine: 'Whole machine',
  sockets: 'Sockets',
  lag: 'Event loop late by',
};

export function metricName(metric: string): string {
  return metricNames[metric] ?? metric;
}

type Unit = LiveResource['unit'];

const unitNames: Readonly<Record<Unit, string>> = {
  cores: 'cores',
  bytes: 'resident',
  'per-second': 'per second',
  ms: 'ms',
  count: '',
  share: '% of the time',
  own: '',
};

const formats: Readonly<Record<Unit, (value: number | null) => string>> = {
  cores: formatCores,
  bytes: formatBytes,
  'per-second': formatRate,
  ms: formatMs,
  count: formatCount,
  share: formatShare,
  own: formatNumber,
};

/** More lines than this cannot be told apart. */
const maxLines = 5;

const styles = [
  ['blue', []],
  ['purple', [6, 3]],
  ['yellow', [2, 3]],
  ['green', [8, 3, 2, 3]],
  ['orange', [1, 3]],
] as const;

/** The chart of one metric of a component; `undefined` where it has no such metric. */
export function resourceSpec(run: RunView, component: string, metric: string): ChartSpec | undefined {
  const all = linesOf(run.resources, component, metric);
  const [first] = all;
  if (first === undefined) return undefined;
  const shown = all.slice(0, maxLines);
  const keys = shown.map(({ key }) => key);
  const more = all.length > shown.length ? `, ${all.length - shown.length} more not drawn` : '';
  return {
    id: `${component}:${metric}`,
    title: metricName(metric),
    unit: `${unitNames[first.unit]}${more}`.replace(/^, /, ''),
    isStacked: false,
    isShare: false,
    isCount: first.unit === 'count',
    series: shown.map((resource, index) => lineOf(resource, index, all)),
    format: formats[first.unit],
    pointsOf: ({ points, resources }) => columnsOf(points.t, resources, keys),
    limits: limitsOf(shown),
    note: (now, index) => gapNote(now, component, shown[0]?.key, index),
  };
}

/** Whole components before single processes. */
function linesOf(resources: readonly LiveResource[], component: string, metric: string): LiveResource[] {
  return resources
    .filter((resource) => resource.component === component && resource.metric === metric)
    .sort((a, b) => Number(a.instance !== null) - Number(b.instance !== null));
}

function lineOf(resource: LiveResource, index: number, all: readonly LiveResource[]): SeriesSpec {
  const [color, dash] = styles[index] ?? styles[0];
  return line(resource.key, labelOf(resource, all), color, dash, index === 0 ? 2.25 : 1.5);
}

function labelOf({ instance, source, metric }: LiveResource, all: readonly LiveResource[]): string {
  const sources = new Set(all.map((other) => other.source));
  const instances = all.filter((other) => other.source === source && other.instance !== null);
  const name = instance ?? (instances.length > 0 ? 'all together' : metricName(metric).toLowerCase());
  return sources.size > 1 ? `${name} by ${source}` : name === 'cpu' ? 'CPU' : name;
}

function columnsOf(
  t: readonly number[],
  resources: readonly LiveResource[],
  keys: readonly string[],
): ChartPoints {
  const columns = resources.filter(({ key }) => keys.includes(key)).map(({ key, values }) => [key, values]);
  return { ...(Object.fromEntries(columns) as Record<string, (number | null)[]>), t };
}

/** One process of many runtimes gets no further than one core, whatever it is allowed. */
function limitsOf(shown: readonly LiveResource[]): ChartLimit[] {
  const [first] = shown;
  if (first === undefined) return [];
  const format = formats[first.unit];
  const known = [...new Set(shown.flatMap(({ limit }) => limit ?? []))];
  const unit = first.unit === 'cores' ? ' cores' : '';
  const limits = known.map((limit) => ({ label: `limit ${format(limit)}${unit}`, limit }));
  const isHeld = first.metric === 'cpu' && first.component !== generator && !known.includes(1);
  return isHeld ? [...limits, { label: 'one core', limit: 1 }] : limits;
}

/** Why there is no value at a point, or now. */
function gapNote(
  run: RunView,
  component: string,
  key: string | undefined,
  index: number | undefined,
): string {
  const values = run.resources.find((resource) => resource.key === key)?.values ?? [];
  if (index === undefined ? valueAt(values, undefined) !== null : values[index] !== null) return '';
  const from = index === undefined ? -Infinity : (run.points.t[index] ?? 0) - run.binS;
  const to = index === undefined ? Infinity : (run.points.t[index] ?? 0) + 2 * run.binS;
  const gap = run.resourceGaps.find(
    (one) => one.component === component && one.fromS <= to && one.toS >= from,
  );
  return gap === undefined ? '' : `Not read: ${gap.reason}`;
}
