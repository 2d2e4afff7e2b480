/** One chart of the page: a canvas with Chart.js behind it. Only the parts that are used are registered. */
import {
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  type ChartConfiguration,
  type ChartDataset,
  type ChartOptions,
} from 'chart.js';
import {
  seriesPoints,
  timeTicks,
  valueAxis,
  type LineSpec,
  type Plot,
  type SeriesSpec,
  type ValueAxis,
  type XY,
} from './chart-data';
import { overlayPlugin, type Overlay } from './chart-overlay';
import { formatClock } from './format';
import { withAlpha, type Theme } from '../kit/theme';

Chart.register(Filler, LinearScale, LineController, LineElement, PointElement);

type Dataset = ChartDataset<'line', XY[]>;

export interface LineChart {
  /** @returns the value axis that it is now drawn on. */
  readonly show: (plot: Plot) => ValueAxis;
  readonly setTheme: (theme: Theme) => void;
  /** @param at seconds on the time axis; `undefined` takes the cursor away. */
  readonly setCursor: (at: number | undefined) => void;
  /** Seconds on the time axis at a horizontal place of the canvas, in CSS pixels. */
  readonly timeAt: (x: number) => number | undefined;
  readonly dispose: () => void;
}

export function createLineChart(canvas: HTMLCanvasElement, spec: LineSpec, initial: Theme): LineChart {
  const overlay: Overlay = {
    bands: [],
    goals: [],
    cursor: undefined,
    theme: initial,
    axis: { min: 0, max: 1, step: 1 },
    end: 30,
  };
  const chart = new Chart(canvas, configuration(spec, overlay));
  const setTheme = (theme: Theme): void => {
    overlay.theme = theme;
    chart.options = chartOptions(spec, overlay);
    for (const [index, series] of spec.series.entries()) {
      const dataset = chart.data.datasets[index];
      if (dataset !== undefined) Object.assign(dataset, seriesStyle(series, theme));
    }
    chart.update('none');
  };
  return {
    setTheme,
    show: (plot) => {
      showPlot(chart, spec, overlay, plot);
      return overlay.axis;
    },
    setCursor: (at) => {
      if (overlay.cursor === at) return;
      overlay.cursor = at;
      chart.draw();
    },
    timeAt: (x) => chart.scales['x']?.getValueForPixel(x),
    dispose: () => {
      chart.destroy();
    },
  };
}

function configuration(spec: LineSpec, overlay: Overlay): ChartConfiguration<'line', XY[]> {
  return {
    type: 'line',
    data: { datasets: spec.series.map((series) => ({ data: [], ...seriesStyle(series, overlay.theme) })) },
    options: chartOptions(spec, overlay),
    plugins: [overlayPlugin(overlay)],
  };
}

function showPlot(chart: Chart<'line', XY[]>, spec: LineSpec, overlay: Overlay, plot: Plot): void {
  const { end, points, binS } = plot;
  overlay.bands = plot.bands;
  overlay.goals = plot.goals;
  for (const [index, { column }] of spec.series.entries()) {
    const dataset = chart.data.datasets[index];
    if (dataset === undefined) continue;
    dataset.data = seriesPoints(points, column, binS);
    dataset.pointRadius = pointRadii(dataset.data);
  }
  overlay.end = end;
  overlay.axis = valueAxis(spec, points, overlay.goals);
  const { x, y } = chart.options.scales ?? {};
  if (x !== undefined) x.max = end;
  if (y !== undefined) Object.assign(y, { min: overlay.axis.min, max: overlay.axis.max });
  chart.update('none');
}

/** A point without neighbours makes no line, so it gets a dot; all others get none. */
function pointRadii(points: readonly XY[]): number | number[] {
  const isAlone = (index: number): boolean =>
    points[index]?.y !== null && points[index - 1]?.y == null && points[index + 1]?.y == null;
  const radii = points.map((_, index) => (isAlone(index) ? 2 : 0));
  return radii.some((radius) => radius > 0) ? radii : 0;
}

function seriesStyle(series: SeriesSpec, theme: Theme): Omit<Dataset, 'data'> {
  const color = theme.series[series.color];
  return {
    label: series.label,
    borderColor: color,
    borderWidth: theme.isHighContrast ? series.width + 0.75 : series.width,
    borderDash: [...series.dash],
    borderJoinStyle: 'round',
    backgroundColor: withAlpha(color, theme.isHighContrast ? 0.45 : 0.28),
    fill: series.isFilled ? 'stack' : false,
    pointRadius: 0,
    spanGaps: false,
  };
}

/** The options are made anew with every theme, so that the scales of what is shown have to be in them. */
function chartOptions(spec: LineSpec, overlay: Overlay): ChartOptions<'line'> {
  const { theme } = overlay;
  const ticks = { color: theme.muted, font: { family: theme.font, size: theme.fontSize } };
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    // The page has its own cursor; the chart listens to nothing.
    events: [],
    layout: { padding: { top: 20, right: 6 } },
    scales: {
      x: {
        type: 'linear',
        min: 0,
        max: overlay.end,
        grid: { display: false },
        border: { color: theme.grid },
        ticks: { ...ticks, maxRotation: 0, callback: (value) => formatClock(Number(value)) },
        afterBuildTicks: (axis) => {
          axis.ticks = timeTicks(axis.max, axis.width < 320 ? 4 : 7).map((value) => ({ value }));
        },
      },
      y: {
        type: 'linear',
        min: overlay.axis.min,
        max: overlay.axis.max,
        stacked: spec.isStacked,
        grid: { color: theme.grid, drawTicks: false },
        border: { display: false },
        // One width for all charts, so that their time axes line up.
        afterBuildTicks: (scale) => {
          const { min, max, step } = overlay.axis;
          const count = Math.floor((max - min) / step + 1e-6) + 1;
          scale.ticks = Array.from({ length: count }, (_, index) => ({ value: min + index * step }));
        },
        afterFit: (axis) => {
          axis.width = 62;
        },
        ticks: { ...ticks, padding: 8, callback: (value) => spec.format(Number(value)) },
      },
    },
  };
}
