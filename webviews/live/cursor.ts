/** One cursor for all charts: the pointer or the arrow keys of any of them move it. */
import type { ChartCard } from './chart-card';
import { moveCursor, nearestIndex, readPoint, type ChartSpec } from './chart-data';
import { setText } from '../kit/dom';
import type { RunView } from './state';

export interface SpecifiedCard {
  readonly spec: ChartSpec;
  readonly card: ChartCard;
}

export interface SharedCursor {
  /** New data: the cursor keeps its time, whatever index that now has. */
  readonly show: (run: RunView) => void;
  readonly add: (chart: SpecifiedCard) => void;
  readonly remove: (chart: SpecifiedCard) => void;
}

export function shareCursor(liveRegion: HTMLElement): SharedCursor {
  const charts = new Set<SpecifiedCard>();
  let run: RunView | undefined;
  let at: number | undefined;
  const index = (): number | undefined =>
    run === undefined || at === undefined ? undefined : nearestIndex(run.points.t, at);
  const draw = (): void => {
    if (run === undefined) return;
    for (const { card } of charts) card.showCursor(run, index());
  };
  const moveTo = (time: number | undefined): void => {
    at = time;
    draw();
  };
  const press = (spec: ChartSpec, event: KeyboardEvent): void => {
    if (run === undefined) return;
    if (event.key === 'Escape') moveTo(undefined);
    const next = moveCursor(event.key, index(), run.points.t.length);
    if (next === undefined) return;
    event.preventDefault();
    moveTo(run.points.t[next]);
    const note = spec.note?.(run, next) ?? '';
    setText(liveRegion, `${readPoint(spec, spec.pointsOf(run), next)} ${note}`.trim());
  };
  return {
    show: (next) => {
      run = next;
      draw();
    },
    add: (chart) => {
      const { spec, card } = chart;
      charts.add(chart);
      card.canvas.addEventListener('pointermove', (event) => {
        const time = card.chart.timeAt(event.offsetX);
        if (time !== undefined) moveTo(time);
      });
      for (const leave of ['pointerleave', 'blur'] as const)
        card.canvas.addEventListener(leave, () => {
          moveTo(undefined);
        });
      card.canvas.addEventListener('keydown', (event) => {
        press(spec, event);
      });
    },
    remove: (chart) => {
      charts.delete(chart);
    },
  };
}
