/** A chart as inline SVG: lines with gaps, limits, and the measured time shaded. Colours come from the stylesheet. */
import { bytes } from '../measure/figure';
import type { Chart, ChartLine, ChartUnit } from './chart';
import { clock, loadLevel, milliseconds, perSecond, share } from './figure-text';
import { element, type Child, type Markup } from './markup';

const width = 480;
const height = 190;
/** Room for the figures at the axes. */
const edge = { left: 58, right: 10, top: 8, bottom: 22 };
const ticks = 4;

interface Scale {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

export function chartFigure(chart: Chart): Markup {
  const note = chart.note === '' ? [] : [element('p', { class: 'muted' }, chart.note)];
  const head = element('figcaption', {}, element('strong', {}, chart.title), ` ${unitNames[chart.unit]}`);
  return element('figure', {}, head, legend(chart), drawing(chart), ...note);
}

const unitNames: Readonly<Record<ChartUnit, string>> = {
  ms: '',
  'per-second': 'per second',
  count: '',
  cores: 'in cores',
  bytes: '',
  share: '',
  own: '',
};

/** Ticks stand at round values, of which a nought behind the point tells nothing. */
function tickText(told: string): string {
  return told.replace(/\.0+(?!\d)/, '');
}

function figureText(value: number, unit: ChartUnit): string {
  if (value === 0) return '0';
  if (unit === 'ms') return milliseconds(value);
  if (unit === 'per-second') return perSecond(value);
  if (unit === 'bytes') return bytes(value);
  if (unit === 'share') return share(value);
  return String(Number(value.toPrecision(3)));
}

function legend({ lines }: Chart): Child {
  if (lines.length < 2) return '';
  const items = lines.map(({ label }, at) => {
    const sample = element('line', { x1: 0, y1: 5, x2: 22, y2: 5, class: `line s${at}` });
    const picture = element('svg', { width: 22, height: 10, 'aria-hidden': 'true' }, sample);
    return element('span', { class: 'key' }, picture, ` ${label}`);
  });
  return element('div', { class: 'legend' }, ...items);
}

function drawing(chart: Chart): Markup {
  const top = niceTop(chart);
  const span = Math.max(chart.to - chart.from, Number.EPSILON);
  const scale: Scale = {
    x: (value) => round(edge.left + ((value - chart.from) / span) * (width - edge.left - edge.right)),
    y: (value) => round(height - edge.bottom - (value / top) * (height - edge.top - edge.bottom)),
  };
  return element(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': described(chart) },
    ...shaded(chart, scale),
    ...rows(chart, scale, top),
    ...columns(chart, scale),
    ...chart.limits.flatMap((limit) => limitLine(limit, scale)),
    ...chart.lines.flatMap((line, at) => lineOf(line, at, chart.axis !== 'time', scale)),
  );
}

/** For whoever hears the page rather than sees it. */
function described({ title, lines, unit }: Chart): string {
  const parts = lines.map(({ label, points }) => {
    const values = points.flatMap(([, y]) => y ?? []);
    if (values.length === 0) return `${label}: nothing was read`;
    const least = values.reduce((a, b) => Math.min(a, b));
    const most = values.reduce((a, b) => Math.max(a, b));
    return `${label}: ${figureText(least, unit)} to ${figureText(most, unit)}`;
  });
  return `${title}. ${parts.join('; ')}`;
}

function niceTop({ lines, limits }: Chart): number {
  const values = [
    ...lines.flatMap(({ points }) => points.flatMap(([, y]) => y ?? [])),
    ...limits.map(({ value }) => value),
  ];
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  return most <= 0 ? 1 : stepOf(most / ticks) * Math.ceil(most / stepOf(most / ticks));
}

/** The least of 1, 2, 2.5 and 5 times a power of ten that is not below the value; of whole things never a part of one. */
function stepOf(value: number, isWhole = false): number {
  const rough = isWhole ? Math.max(1, value) : value;
  const power = 10 ** Math.floor(Math.log10(rough));
  const steps = isWhole && power < 10 ? [1, 2, 5] : [1, 2, 2.5, 5];
  return power * (steps.find((step) => step * power >= rough) ?? 10);
}

function rows({ unit }: Chart, { y }: Scale, top: number): Markup[] {
  const step = stepOf(top / ticks);
  const count = Math.floor(top / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, at) => at * step).flatMap((value) => [
    element('line', { x1: edge.left, x2: width - edge.right, y1: y(value), y2: y(value), class: 'grid' }),
    element('text', { x: edge.left - 6, y: y(value) + 4, class: 'end' }, tickText(figureText(value, unit))),
  ]);
}

/** Steps of a clock, in seconds. */
const clockSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400];

function columns({ axis, from, to }: Chart, { x }: Scale): Markup[] {
  const rough = Math.max((to - from) / 6, Number.EPSILON);
  const clocked = axis === 'time' ? clockSteps.find((one) => one >= rough) : undefined;
  const step = clocked ?? stepOf(rough, axis === 'users');
  const count = Math.floor((to - from) / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, at) => from + at * step).map((value) =>
    element(
      'text',
      { x: x(value), y: height - 6, class: x(value) > width - 24 ? 'end' : 'middle' },
      axis === 'time'
        ? clock(value * 1000)
        : tickText(loadLevel(value, axis === 'users' ? 'users' : 'per-second')),
    ),
  );
}

function shaded({ window, from, to }: Chart, { x }: Scale): Markup[] {
  if (window === null) return [];
  const [left, right] = [x(Math.max(from, window.from)), x(Math.min(to, window.to))];
  const size = { x: left, y: edge.top, width: Math.max(0, round(right - left)) };
  return [element('rect', { ...size, height: height - edge.top - edge.bottom, class: 'window' })];
}

function limitLine({ label, value }: Chart['limits'][number], { y }: Scale): Markup[] {
  return [
    element('line', { x1: edge.left, x2: width - edge.right, y1: y(value), y2: y(value), class: 'limit' }),
    element('text', { x: width - edge.right - 2, y: y(value) + 12, class: 'end' }, label),
  ];
}

function lineOf({ points }: ChartLine, at: number, hasDots: boolean, { x, y }: Scale): Markup[] {
  const parts: string[] = [];
  let isOpen = false;
  for (const [left, value] of hasDots ? meansOf(points) : points) {
    if (value !== null) parts.push(`${isOpen ? 'L' : 'M'}${x(left)} ${y(value)}`);
    isOpen = value !== null;
  }
  // A reading between two gaps is a line without length, which is drawn by its round ends.
  const path = element('path', {
    d: parts.map((part) => (part.startsWith('M') ? `${part}h0` : part)).join(''),
    class: `line s${at}`,
  });
  const dots = hasDots
    ? points.flatMap(([left, value]) =>
        value === null ? [] : [element('circle', { cx: x(left), cy: y(value), r: 2.5, class: `dot s${at}` })],
      )
    : [];
  return [path, ...dots];
}

/** Trials at one load have one point of the line between them. */
function meansOf(points: ChartLine['points']): ChartLine['points'] {
  const known = points.flatMap(([x, y]) => (y === null ? [] : [[x, y] as const]));
  return [...new Set(known.map(([x]) => x))].map((at) => {
    const values = known.filter(([x]) => x === at).map(([, y]) => y);
    return [at, values.reduce((sum, y) => sum + y, 0) / values.length];
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
