/** A chart with its heading, its legend of current figures, and the same data as a table for screen readers. */
import { plotOf, readPoint, sampleIndices, unitOf, valueAt, type ChartSpec } from './chart-data';
import { element, matchChildren, part, setShown, setText } from '../kit/dom';
import { formatClock } from './format';
import { createLineChart, type LineChart } from './line-chart';
import type { RunView } from './state';
import type { Theme } from '../kit/theme';

export interface ChartCard {
  readonly root: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly chart: LineChart;
  readonly show: (run: RunView) => void;
  /** Shows the figures of the point at `index`, or of the latest one. */
  readonly showCursor: (run: RunView, index: number | undefined) => void;
  /** Lets go of the canvas; the card must not be used any more. */
  readonly dispose: () => void;
}

/** Rows of the hidden table: enough to hear the course of a run, few enough to be walked through. */
const tableRows = 60;

/** A table that changes several times a second cannot be read. */
const tableEveryMs = 5000;

export function createChartCard(spec: ChartSpec, theme: Theme): ChartCard {
  const canvas = element('canvas', { role: 'img', tabindex: '0', 'aria-roledescription': 'chart' });
  const root = element(
    'figure',
    { class: 'card chart', 'data-chart': spec.id },
    element(
      'figcaption',
      {},
      element('h3', {}, spec.title, element('span', { class: 'unit', 'data-part': 'unit' }, spec.unit)),
      element('ul', { class: 'legend', 'data-part': 'legend' }),
    ),
    element('p', { class: 'chart-note', 'data-part': 'note' }),
    element('div', { class: 'plot' }, canvas),
    // A table grows with its content whatever its height says, so that a box around it has to do the hiding.
    element('div', { class: 'only-heard' }, element('table', { 'data-part': 'table' })),
  );
  matchChildren(part(root, 'legend'), spec.series, legendEntry, (entry, { label, color, dash }) => {
    entry.className = `series-${color}${dash.length > 0 ? ' is-dashed' : ''}`;
    setText(part(entry, 'label'), label);
  });
  const chart = createLineChart(canvas, spec, theme);
  const showTable = atMostEvery(tableEveryMs, (run: RunView) => {
    fillTable(part(root, 'table'), spec, run);
  });
  return {
    root,
    canvas,
    chart,
    show: (run) => {
      setText(part(root, 'unit'), unitOf(spec, chart.show(plotOf(run, spec))));
      showTable(run);
    },
    showCursor: (run, index) => {
      showFigures(root, canvas, spec, run, index);
      chart.setCursor(index === undefined ? undefined : run.points.t[index]);
    },
    dispose: () => {
      chart.dispose();
    },
  };
}

function legendEntry(): HTMLElement {
  return element(
    'li',
    {},
    element('span', { class: 'swatch', 'aria-hidden': 'true' }),
    element('span', { 'data-part': 'label' }),
    element('span', { class: 'figure', 'data-part': 'figure' }),
  );
}

function showFigures(
  root: HTMLElement,
  canvas: HTMLElement,
  spec: ChartSpec,
  run: RunView,
  index: number | undefined,
): void {
  matchChildren(part(root, 'legend'), spec.series, legendEntry, (entry, series) => {
    const values = spec.pointsOf(run)[series.column] ?? [];
    setText(part(entry, 'figure'), spec.format(valueAt(values, index)));
    // Arrivals are dropped in few runs only; a legend of noughts would be clutter.
    if (series.column === 'dropped')
      setShown(
        entry,
        values.some((value) => (value ?? 0) > 0),
      );
  });
  const note = spec.note?.(run, index) ?? '';
  setText(part(root, 'note'), note);
  const points = spec.pointsOf(run);
  const latest = points.t.length === 0 ? 'no data yet' : `${readPoint(spec, points, index)} ${note}`.trim();
  canvas.setAttribute('aria-label', `${spec.title}, ${spec.unit}. ${latest}. Arrow keys move through time.`);
}

function fillTable(table: HTMLElement, spec: ChartSpec, run: RunView): void {
  const head = element('tr', {}, element('th', { scope: 'col' }, 'Time'));
  for (const { label } of spec.series) head.append(element('th', { scope: 'col' }, label));
  const points = spec.pointsOf(run);
  const rows = sampleIndices(points.t.length, tableRows).map((index) => {
    const row = element('tr', {}, element('th', { scope: 'row' }, formatClock(points.t[index] ?? 0)));
    for (const { column } of spec.series) {
      row.append(element('td', {}, spec.format(points[column]?.[index] ?? null)));
    }
    return row;
  });
  table.replaceChildren(
    element('caption', {}, `${spec.title} over time, ${spec.unit}`),
    element('thead', {}, head),
    element('tbody', {}, ...rows),
  );
}

/** Calls at once, then again with the latest value when the time is over. */
function atMostEvery<T>(periodMs: number, call: (value: T) => void): (value: T) => void {
  let pending: { value: T } | undefined;
  let isWaiting = false;
  const later = (): void => {
    isWaiting = false;
    if (pending !== undefined) run(pending.value);
  };
  const run = (value: T): void => {
    pending = undefined;
    isWaiting = true;
    call(value);
    setTimeout(later, periodMs);
  };
  return (value) => {
    if (isWaiting) pending = { value };
    else run(value);
  };
}
