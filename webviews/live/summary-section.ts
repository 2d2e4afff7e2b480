/** The figures one looks at first. */
import type { LiveSummary } from '../../protocol/live';
import { element, matchChildren, part, setShown, setText } from '../kit/dom';
import { formatCount, formatInterval, formatMs, formatRate, formatShare } from './format';
import type { RunView } from './state';

interface Tile {
  readonly label: string;
  readonly figure: string;
  /** How well the figure is known, below it. */
  readonly interval?: string;
  readonly isRough?: boolean;
}

export function createSummary(): { root: HTMLElement; show: (run: RunView) => void } {
  const tiles = element('dl', { class: 'tiles' });
  const span = element('span', { class: 'scope' });
  const root = element(
    'section',
    { 'aria-label': 'Summary' },
    element('div', { class: 'section-head' }, element('h2', {}, 'Summary'), span),
    tiles,
  );
  return {
    root,
    show: (run) => {
      setText(span, run.summary.span);
      tiles.classList.toggle('is-over', run.summary.isOver === true);
      matchChildren(
        tiles,
        tilesOf(run),
        createTile,
        (tile, { label, figure, interval = '', isRough = false }) => {
          setText(part(tile, 'label'), label);
          setText(part(tile, 'figure'), figure);
          part(tile, 'figure').classList.toggle('rough', isRough);
          setText(part(tile, 'interval'), interval);
          setShown(part(tile, 'interval'), interval !== '');
        },
      );
    },
  };
}

function createTile(): HTMLElement {
  return element(
    'div',
    {},
    element('dt', { 'data-part': 'label' }),
    element('dd', { 'data-part': 'figure' }),
    element('dd', { class: 'interval', 'data-part': 'interval' }),
  );
}

function tilesOf({ summary }: RunView): Tile[] {
  return [
    { label: 'p50 latency', ...latencyTile(summary, 'p50') },
    { label: 'p95 latency', ...latencyTile(summary, 'p95') },
    { label: 'Requests', figure: formatRequests(summary) },
    { label: 'Failed', figure: formatShare(summary.failedShare) },
    { label: 'Users', figure: formatCount(summary.users) },
    ...known('Task success', summary.taskSuccess, formatShare),
    ...known('p95 to completion', summary.ttcP95, formatMs),
    ...known('p95 to first event', summary.ttftP95, formatMs),
    ...known('p95 between events', summary.betweenP95, formatMs),
  ];
}

function latencyTile(summary: LiveSummary, name: 'p50' | 'p95'): Omit<Tile, 'label'> {
  const interval = summary.intervals?.[name];
  const bound = interval?.isLowerBound === true ? '≥ ' : '';
  return {
    figure: `${bound}${formatMs(summary[name])}`,
    interval: formatInterval(interval),
    isRough: interval?.isRough === true,
  };
}

/** What few plans measure has no tile where it is not measured. */
function known(label: string, value: number | null, format: (value: number) => string): Tile[] {
  return value === null ? [] : [{ label, figure: format(value) }];
}

/** The mean rate of a moving load describes no moment of it. */
function formatRequests({ rps, requests }: LiveSummary): string {
  return rps === null && requests !== null ? formatCount(requests) : formatRate(rps);
}
