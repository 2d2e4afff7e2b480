/** One chart of the load with its own cursor: the pointer and the arrow keys move along the corners of the line. */
import { element, part, setText } from '../kit/dom';
import type { Theme } from '../kit/theme';
import { moveCursor, nearestIndex, readPoint, type Plot } from '../live/chart-data';
import { createLineChart } from '../live/line-chart';
import { unitSpecs, type Unit } from './plots';

export interface LoadChart {
  readonly root: HTMLElement;
  readonly show: (plot: Plot) => void;
  readonly setTheme: (theme: Theme) => void;
}

/** @param tell says a point aloud. */
export function createLoadChart(unit: Unit, theme: Theme, tell: (words: string) => void): LoadChart {
  const spec = unitSpecs[unit];
  const canvas = element('canvas', { role: 'img', tabindex: '0', 'aria-roledescription': 'chart' });
  const figure = element('span', { class: 'figure', 'data-part': 'figure' });
  const root = element(
    'figure',
    { class: 'card chart', 'data-chart': spec.id },
    element(
      'figcaption',
      {},
      element('h2', {}, spec.title, element('span', { class: 'unit' }, spec.unit)),
      figure,
    ),
    element('div', { class: 'plot' }, canvas),
  );
  const chart = createLineChart(canvas, spec, theme);
  let shown: Plot | undefined;
  let index: number | undefined;
  const moveTo = (next: number | undefined, isSaid: boolean): void => {
    if (shown === undefined) return;
    index = next;
    const words = next === undefined ? '' : readPoint(spec, shown.points, next);
    setText(part(root, 'figure'), words);
    chart.setCursor(next === undefined ? undefined : shown.points.t[next]);
    if (isSaid) tell(words);
  };
  canvas.addEventListener('pointermove', (event) => {
    const time = chart.timeAt(event.offsetX);
    if (time !== undefined && shown !== undefined) moveTo(nearestIndex(shown.points.t, time), false);
  });
  for (const leave of ['pointerleave', 'blur'] as const)
    canvas.addEventListener(leave, () => {
      moveTo(undefined, false);
    });
  canvas.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') moveTo(undefined, false);
    const next = moveCursor(event.key, index, shown?.points.t.length ?? 0);
    if (next === undefined) return;
    event.preventDefault();
    moveTo(next, true);
  });
  return {
    root,
    setTheme: chart.setTheme,
    show: (plot) => {
      shown = plot;
      chart.show(plot);
      moveTo(undefined, false);
      const phases = [...new Set(plot.bands.map(({ phase }) => phase))].join(', ');
      const label = `${spec.title} ${spec.unit} over time: ${phases}. The table below says the same. Arrow keys move through time.`;
      canvas.setAttribute('aria-label', label);
    },
  };
}
