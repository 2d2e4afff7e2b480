/** One cursor for all charts: the pointer or the arrow keys of any of them move it. */
import type { ChartCard } from './chart-card';
import { moveCursor, nearestIndex, readPoint, type ChartSpec } from './chart-data';
import { setText } from './dom';
import type { RunView } from './state';

export interface SharedCursor {
  /** New data: the cursor keeps its time, whatever index that now has. */
  readonly show: (run: RunView) => void;
}

export function shareCursor(
  cards: readonly { readonly spec: ChartSpec; readonly card: ChartCard }[],
  liveRegion: HTMLElement,
): SharedCursor {
  let run: RunView | undefined;
  let at: number | undefined;
  const index = (): number | undefined =>
    run === undefined || at === undefined ? undefined : nearestIndex(run.points.t, at);
  const draw = (): void => {
    if (run === undefined) return;
    for (const { card } of cards) card.showCursor(run, index());
  };
  const moveTo = (time: number | undefined): void => {
    at = time;
    draw();
  };
  for (const { spec, card } of cards) {
    card.canvas.addEventListener('pointermove', (event) => {
      const time = card.chart.timeAt(event.offsetX);
      if (time !== undefined) moveTo(time);
    });
    card.canvas.addEventListener('pointerleave', () => {
      moveTo(undefined);
    });
    card.canvas.addEventListener('blur', () => {
      moveTo(undefined);
    });
    card.canvas.addEventListener('keydown', (event) => {
      if (run === undefined) return;
      if (event.key === 'Escape') moveTo(undefined);
      const next = moveCursor(event.key, index(), run.points.t.length);
      if (next === undefined) return;
      event.preventDefault();
      moveTo(run.points.t[next]);
      setText(liveRegion, readPoint(spec, run.points, next));
    });
  }
  return {
    show: (next) => {
      run = next;
      draw();
    },
  };
}
