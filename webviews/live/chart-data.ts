/** What the charts show, worked out apart from how it is drawn. Times are in seconds from the zero of the axis. */
import type { SeriesColor } from '../kit/theme';
import type { LiveGoal, LivePhase } from '../../protocol/live';
import {
  formatClock,
  formatCount,
  formatLevel,
  formatMs,
  formatNumber,
  formatRate,
  formatShare,
} from './format';
import type { RunView } from './state';

/** Columns of equal length over the times `t`, in seconds; `null` is a gap. */
export interface ChartPoints {
  readonly t: readonly number[];
  readonly [column: string]: readonly (number | null)[];
}

/** Lines differ in colour and in stroke, so that they are told apart without colour. */
export interface SeriesSpec {
  /** Name of the column of its points. */
  readonly column: string;
  readonly label: string;
  readonly color: SeriesColor;
  readonly dash: readonly number[];
  readonly width: number;
  readonly isFilled: boolean;
}

/** What a chart is, whatever it shows. */
export interface LineSpec {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly isStacked: boolean;
  /** The values are within 0 and 1. */
  readonly isShare: boolean;
  /** The values are whole numbers. */
  readonly isCount: boolean;
  readonly series: readonly SeriesSpec[];
  readonly format: (value: number | null) => string;
}

/** What a chart shows at a time. */
export interface Plot {
  readonly points: ChartPoints;
  /** The distance of two points that have none between them; beyond it, the line is broken. */
  readonly binS: number;
  readonly bands: readonly Band[];
  readonly goals: readonly GoalLine[];
  /** The end of the time axis in seconds. */
  readonly end: number;
}

export interface ChartSpec extends LineSpec {
  readonly pointsOf: (run: RunView) => ChartPoints;
  /** Its own limits; those of goals are drawn besides. */
  readonly limits?: readonly ChartLimit[];
  /** What else is known of a point, such as why it has no value. */
  readonly note?: (run: RunView, index: number | undefined) => string;
}

/** A bound that the values of a chart cannot exceed. */
export interface ChartLimit {
  readonly label: string;
  readonly limit: number;
}

export const line = (
  column: string,
  label: string,
  color: SeriesColor,
  dash: readonly number[] = [],
  width = 1.75,
): SeriesSpec => ({ column, label, color, dash, width, isFilled: false });

const area = (column: string, label: string, color: SeriesColor): SeriesSpec => ({
  column,
  label,
  color,
  dash: [],
  width: 1.5,
  isFilled: true,
});

function loadPoints({ points }: RunView): ChartPoints {
  return points;
}

export const chartSpecs: readonly ChartSpec[] = [
  {
    id: 'latency',
    title: 'Latency',
    unit: 'ms',
    isStacked: false,
    isShare: false,
    isCount: false,
    series: [
      line('p50', 'p50', 'blue'),
      line('p95', 'p95', 'purple', [], 2.25),
      line('p99', 'p99', 'yellow', [2, 3]),
    ],
    format: formatMs,
    pointsOf: loadPoints,
  },
  {
    id: 'requests',
    title: 'Requests',
    unit: 'per second',
    isStacked: true,
    isShare: false,
    isCount: false,
    series: [area('ok', 'ok', 'green'), area('failed', 'failed', 'red')],
    format: formatRate,
    pointsOf: loadPoints,
  },
  {
    id: 'users',
    title: 'Users',
    unit: 'at work',
    isStacked: false,
    isShare: false,
    isCount: true,
    series: [
      line('users', 'users', 'blue'),
      line('dropped', 'dropped arrivals per second', 'yellow', [2, 3]),
    ],
    format: formatCount,
    pointsOf: loadPoints,
  },
  {
    id: 'success',
    title: 'Task success',
    unit: '% of judged tasks',
    isStacked: false,
    isShare: true,
    isCount: false,
    series: [line('success', 'success', 'green')],
    format: formatShare,
    pointsOf: loadPoints,
  },
];

export interface XY {
  readonly x: number;
  readonly y: number | null;
}

/** The points of one line. Where bins are missing, a point without a value keeps the line from bridging them. */
export function seriesPoints(points: ChartPoints, column: string, binS: number): XY[] {
  const values = points[column] ?? [];
  // A line of noughts along the axis would say nothing.
  if (column === 'dropped' && values.every((value) => (value ?? 0) === 0)) return [];
  const line: XY[] = [];
  let previous: number | undefined;
  for (const [index, x] of points.t.entries()) {
    if (previous !== undefined && x - previous > binS * 1.5) line.push({ x: previous + binS, y: null });
    line.push({ x, y: values[index] ?? null });
    previous = x;
  }
  return line;
}

const niceSpans = [30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

/**
 * The end of the time axis: the whole run when it is over; while it is under way the next round figure, so that the
 * axis seldom jumps, but no more than is planned.
 */
export function axisEnd(run: RunView): number {
  const last = lastPointEnd(run);
  if (run.header.state === 'finished' || run.header.state === 'interrupted') return Math.max(last, 1);
  const planned = Math.max(...run.phases.map(phaseEnd), 0);
  const nice = niceSpans.find((span) => span >= last) ?? last;
  return Math.max(last, planned > 0 ? Math.min(nice, Math.max(planned, 10)) : nice);
}

function phaseEnd(phase: LivePhase): number {
  return phase.startMs === null ? 0 : (phase.startMs + phase.plannedMs) / 1000;
}

function lastPointEnd(run: RunView): number {
  const last = run.points.t.at(-1);
  return last === undefined ? 0 : last + run.binS;
}

/** Round steps of time that give at most `most` ticks. */
export function timeTicks(end: number, most: number): number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400];
  const step = steps.find((candidate) => end / candidate <= most) ?? Math.ceil(end / most);
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
}

export interface Band {
  readonly name: string;
  /** What stands in place of the name where that has no room: the longest that fits. */
  readonly shorter?: readonly string[];
  readonly phase: string;
  readonly from: number;
  readonly to: number;
  /** End of the warm-up; equal to `from` where there is none. */
  readonly warmupTo: number;
  /** How far its name may reach, where that is beyond its end. */
  readonly nameTo?: number;
  /** Whether what is measured of it is shaded. */
  readonly isShaded?: boolean;
}

/** What a chart of a run shows of it. */
export function plotOf(run: RunView, spec: ChartSpec): Plot {
  const end = axisEnd(run);
  return {
    points: spec.pointsOf(run),
    binS: run.binS,
    bands: bands(run.phases, end),
    goals: goalLines(run, spec, end),
    end,
  };
}

/** A band per phase that has begun, up to the start of the next or the end of the axis. */
export function bands(phases: readonly LivePhase[], end: number): Band[] {
  return phases.flatMap((phase) => {
    if (phase.startMs === null) return [];
    if (phase.trials.length > 0) return trialBands(phase, end);
    const from = phase.startMs / 1000;
    const to = Math.min(end, from + phase.plannedMs / 1000);
    const warmupTo = Math.min(to, from + phase.windowFromMs / 1000);
    return to > from ? [{ name: phase.name, phase: phase.name, from, to, warmupTo }] : [];
  });
}

/** A band per trial of a search, named by its load, with how it went. */
function trialBands({ name, trials, windowFromMs }: LivePhase, end: number): Band[] {
  return trials.flatMap(({ level, unit, startMs, endMs, held }, index) => {
    const from = startMs / 1000;
    const to = Math.min(end, endMs / 1000);
    const outcome = held === null ? '' : held ? ' ✓' : ' ✗';
    const told = formatLevel(level, unit) + outcome;
    const shorter = [told, formatNumber(level) + outcome];
    const warmupTo = Math.min(to, from + windowFromMs / 1000);
    return to > from
      ? [{ name: index === 0 ? `${name} ${told}` : told, shorter, phase: name, from, to, warmupTo }]
      : [];
  });
}

export interface GoalLine {
  readonly label: string;
  readonly limit: number;
  readonly from: number;
  readonly to: number;
  readonly isBroken: boolean;
  /** The values must stay above it, so that the room for its label is below. */
  readonly isFloor: boolean;
}

/** The goals of a chart as lines over the phase they speak of, once it has begun. */
export function goalLines(run: RunView, { id, limits = [] }: ChartSpec, end: number): GoalLine[] {
  const shown = bands(run.phases, end);
  const own = limits.map((limit) => ({ ...limit, from: 0, to: end, isBroken: false, isFloor: false }));
  const ofGoals = run.goals.flatMap((goal) => {
    if (goal.chart !== id || goal.limit === null) return [];
    if (!concerns(goal, run.selected)) return [];
    const ofPhase = shown.filter(({ phase }) => phase === goal.phase);
    if (goal.phase !== null && ofPhase.length === 0) return [];
    return [
      {
        ...spanOf(ofPhase, end),
        label: labelOf(goal),
        limit: goal.limit,
        isBroken: isBroken(goal),
        isFloor: goal.text.includes('>'),
      },
    ];
  });
  return [...own, ...ofGoals];
}

/** From the end of the warm-up of the first band to the end of the last; all of the axis where there is none. */
function spanOf(ofPhase: readonly Band[], end: number): { from: number; to: number } {
  return { from: ofPhase[0]?.warmupTo ?? 0, to: ofPhase.at(-1)?.to ?? end };
}

function concerns({ subject }: LiveGoal, selected: string | null): boolean {
  return selected === null || subject === null || selected === subject || selected.startsWith(`${subject}\n`);
}

/** The phase is left out: the line lies over it. */
function labelOf({ text, phase }: LiveGoal): string {
  return phase === null ? text : text.replace(` in ${phase} `, ' ');
}

function isBroken(goal: LiveGoal): boolean {
  return goal.state === 'broken' || goal.state === 'breaking';
}

/** Limits far above everything measured would flatten the lines; they are left off the axis. */
const farLimit = 3;

export interface ValueAxis {
  readonly min: number;
  readonly max: number;
  /** The distance of the ticks. */
  readonly step: number;
}

/** The value axis: room for the data and for every limit that is near it, with round ticks, so that it seldom jumps. */
export function valueAxis(spec: LineSpec, points: ChartPoints, goals: readonly GoalLine[]): ValueAxis {
  if (spec.isShare) return shareAxis(spec, points, goals);
  const data = highest(spec, points);
  const near = goals.filter(({ limit }) => data === 0 || limit <= data * farLimit).map(({ limit }) => limit);
  const top = Math.max(data, ...near) * 1.08;
  const step = top > 0 ? niceStep(top / 5, spec.isCount) : 1;
  return { min: 0, max: Math.max(Math.ceil(top / step), 1) * step, step };
}

/** Where the axis of a share can begin, and the distance of its ticks there. */
const shareFloors = [
  [0.98, 0.005],
  [0.95, 0.01],
  [0.9, 0.02],
  [0.8, 0.05],
  [0.5, 0.1],
  [0, 0.2],
] as const;

/** Where nearly all is well, what is not would vanish on an axis from 0: it begins below the data and every limit. */
function shareAxis(spec: LineSpec, points: ChartPoints, goals: readonly GoalLine[]): ValueAxis {
  const values = spec.series.flatMap(({ column }) =>
    (points[column] ?? []).filter((value) => value !== null),
  );
  const lowest = Math.min(1, ...values, ...goals.map(({ limit }) => limit));
  const [min, step] = shareFloors.find(([floor]) => lowest > floor) ?? [0, 0.2];
  // A little above 1, so that the line does not lie on the edge.
  return { min, max: 1 + (1 - min) * 0.06, step };
}

/** The unit, and where the axis begins when that is not at 0: a wobble would else look like a fall. */
export function unitOf({ unit, format }: LineSpec, { min }: ValueAxis): string {
  return min > 0 ? `${unit}, axis from ${format(min)}` : unit;
}

function highest(spec: LineSpec, points: ChartPoints): number {
  let top = 0;
  for (let index = 0; index < points.t.length; index += 1) {
    const values = spec.series.map(({ column }) => points[column]?.[index] ?? 0);
    top = Math.max(top, spec.isStacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values));
  }
  return top;
}

/** The next of 1, 2, 2.5 and 5 times a power of ten; for counts, which have no halves, a whole number. */
export function niceStep(value: number, isCount = false): number {
  if (isCount && value <= 5) return [1, 2, 5].find((step) => step >= value) ?? 5;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 2.5, 5].find((candidate) => candidate * power >= value * 0.999_999);
  return (factor ?? 10) * power;
}

/** Index of the point whose bin is nearest to `t`; `undefined` where there are no points. */
export function nearestIndex(times: readonly number[], t: number): number | undefined {
  if (times.length === 0) return undefined;
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < t) low = middle + 1;
    else high = middle;
  }
  const before = times[low - 1];
  return before !== undefined && t - before <= (times[low] ?? 0) - t ? low - 1 : low;
}

/** Where the cursor goes on a key; `undefined` for keys that are not for it. */
export function moveCursor(key: string, current: number | undefined, count: number): number | undefined {
  if (count === 0) return undefined;
  const last = count - 1;
  const from = current ?? last;
  const stride = Math.max(1, Math.round(count / 20));
  const target: Readonly<Record<string, number>> = {
    ArrowLeft: current === undefined ? last : from - 1,
    ArrowRight: from + 1,
    PageUp: from - stride,
    PageDown: from + stride,
    Home: 0,
    End: last,
  };
  const next = Object.hasOwn(target, key) ? target[key] : undefined;
  return next === undefined ? undefined : Math.min(last, Math.max(0, next));
}

/** The value at a point; without one, the latest there is: the newest bins are still being filled. */
export function valueAt(values: readonly (number | null)[], index: number | undefined): number | null {
  if (index !== undefined) return values[index] ?? null;
  return values.findLast((value) => value !== null) ?? null;
}

/** One point of a chart as a sentence, for people who listen to it. */
export function readPoint(spec: LineSpec, points: ChartPoints, index: number | undefined): string {
  const figures = spec.series.map(
    ({ column, label }) => `${label} ${spec.format(valueAt(points[column] ?? [], index))}`,
  );
  const time = index === undefined ? 'Latest' : formatClock(points.t[index] ?? 0);
  return `${time}: ${figures.join(', ')}`;
}

/** Indices of at most `most` points, evenly spread, the last one included. */
export function sampleIndices(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: most }, (_, index) => Math.round((index * (count - 1)) / (most - 1)));
}
