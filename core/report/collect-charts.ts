/** The records of a run, folded into the charts of its phases in bounded memory. */
import type { StreamRecord } from '../measure/record';
import { ResourceTracks, type ResourceSeries } from '../measure/resource-series';
import { RunSeries, type SeriesPoint } from '../measure/series';
import type { PhaseResult, Run } from '../run/run';
import { phaseOfName, readTrialName } from '../run/trial-name';
import type { Chart, ChartLine } from './chart';
import { chartsByLoad } from './charts-by-load';
import type { PhaseCharts } from './report';
import { resourceCharts } from './resource-charts';

const maxPoints = 240;

export class ChartCollector {
  readonly #series = new RunSeries();
  /** By the name under which a load stands in the stream. */
  readonly #resources = new Map<string, ResourceTracks>();

  add(record: StreamRecord): void {
    this.#series.add(record);
    let tracks = this.#resources.get(record.phase);
    if (tracks === undefined) this.#resources.set(record.phase, (tracks = new ResourceTracks({ maxPoints })));
    tracks.add(record);
  }

  charts(run: Run): PhaseCharts[] {
    return run.phases.map((phase) => ({
      phase: phase.name,
      charts: phase.capacity === undefined ? this.#overTime(phase) : this.#overLoad(phase),
    }));
  }

  #overTime(phase: PhaseResult): Chart[] {
    const load = this.#loadsOf(phase.name)[0];
    const points = withoutDrain(this.#series.points({ phase: load ?? phase.name, maxPoints }));
    const startMs = this.#series.phases.find((one) => one.phase === load)?.loadStartMs;
    const [last] = points.slice(-1);
    if (load === undefined || last === undefined || startMs === undefined) return [];
    const axis = {
      axis: 'time' as const,
      from: 0,
      to: (last.atMs + last.widthMs) / 1000,
      window: { from: phase.window.fromMs / 1000, to: phase.window.toMs / 1000 },
    };
    const tracks = this.#resources.get(load);
    const resources =
      tracks === undefined ? [] : resourceCharts(tracks.series(), tracks.gaps(), startMs, axis);
    return [...loadCharts(points, axis), ...resources];
  }

  #overLoad(phase: PhaseResult): Chart[] {
    const used = new Map<number, readonly ResourceSeries[]>();
    for (const name of this.#loadsOf(phase.name)) {
      const number = readTrialName(name)?.number;
      if (number !== undefined) used.set(number, this.#resources.get(name)?.series() ?? []);
    }
    return phase.capacity === undefined ? [] : chartsByLoad(phase.capacity, used);
  }

  /** The loads of a phase without the looks between them; of one that profiles, the first has no profilers. */
  #loadsOf(phase: string): string[] {
    const own = this.#series.phases.map((one) => one.phase).filter((name) => phaseOfName(name) === phase);
    return own.filter((name) => name === phase || readTrialName(name) !== undefined);
  }
}

/** After the load ends, requests only come to their end: none starts, and a fall to nothing would tell of a failure. */
function withoutDrain(points: readonly SeriesPoint[]): SeriesPoint[] {
  const last = points.findLastIndex(({ okPerSecond, failedPerSecond }) => okPerSecond + failedPerSecond > 0);
  return points.slice(0, last + 1);
}

function loadCharts(
  points: readonly SeriesPoint[],
  axis: Pick<Chart, 'axis' | 'from' | 'to' | 'window'>,
): Chart[] {
  const line = (label: string, value: (point: SeriesPoint) => number | null): ChartLine => ({
    label,
    points: points.map((point) => [(point.atMs + point.widthMs / 2) / 1000, value(point)]),
  });
  const common = { ...axis, limits: [], note: '' };
  const percentiles = (['p50', 'p95', 'p99'] as const).map((name) => line(name, (point) => point[name]));
  const hasFailed = points.some(({ failedPerSecond }) => failedPerSecond > 0);
  const failed = hasFailed ? [line('failed', ({ failedPerSecond }) => failedPerSecond)] : [];
  const throughput = [line('successful', ({ okPerSecond }) => okPerSecond), ...failed];
  const isStated = ({ points: own }: ChartLine): boolean => own.some(([, value]) => value !== null);
  const charts: Chart[] = [
    { ...common, title: 'Latency', unit: 'ms', lines: percentiles.filter(isStated) },
    { ...common, title: 'Requests', unit: 'per-second', lines: throughput },
    {
      ...common,
      title: 'Users',
      unit: 'count',
      lines: [line('at work', ({ users }) => users)].filter(isStated),
    },
  ];
  return charts.filter(({ lines }) => lines.length > 0);
}
