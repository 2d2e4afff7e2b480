/** A row per step; choosing one narrows the charts to it. */
import type { LiveIntervals, LiveStep } from '../../protocol/live';
import { element, matchChildren, part, setShown, setText } from '../kit/dom';
import { formatCount, formatInterval, formatMs, formatRate, formatShare } from './format';
import type { RunView } from './state';

/** @param key the step to show in the charts; `null` for all steps. */
export type SelectStep = (key: string | null) => void;

interface Column {
  readonly id: string;
  readonly title: string;
  readonly show: (step: LiveStep) => string;
  /** The percentile whose interval stands below the figure. */
  readonly percentile?: keyof LiveIntervals;
  /** Columns that are empty in most plans are left out where no step fills them. */
  readonly isOptional?: boolean;
}

/** What is looked for first stands first: in a narrow panel the rest has to be scrolled to. */
const columns: readonly Column[] = [
  { id: 'p50', title: 'p50', show: ({ p50 }) => formatMs(p50), percentile: 'p50' },
  { id: 'p95', title: 'p95', show: ({ p95 }) => formatMs(p95), percentile: 'p95' },
  { id: 'p99', title: 'p99', show: ({ p99 }) => formatMs(p99), percentile: 'p99' },
  { id: 'failed', title: 'Failed', show: ({ failedShare }) => formatShare(failedShare) },
  { id: 'rps', title: 'Rate', show: ({ rps }) => formatRate(rps) },
  { id: 'requests', title: 'Requests', show: ({ requests }) => formatCount(requests) },
  { id: 'tasks', title: 'Tasks', show: ({ tasks }) => formatCount(tasks), isOptional: true },
  {
    id: 'success',
    title: 'Task success',
    show: ({ taskSuccess }) => formatShare(taskSuccess),
    isOptional: true,
  },
  { id: 'ttc', title: 'p95 to completion', show: ({ ttcP95 }) => formatMs(ttcP95), isOptional: true },
  { id: 'ttft', title: 'p95 to first event', show: ({ ttftP95 }) => formatMs(ttftP95), isOptional: true },
  {
    id: 'between',
    title: 'p95 between events',
    show: ({ betweenP95 }) => formatMs(betweenP95),
    isOptional: true,
  },
];

export function createSteps(select: SelectStep): { root: HTMLElement; show: (run: RunView) => void } {
  const body = element('tbody');
  const head = element('tr', {}, element('th', { scope: 'col' }, 'Step'));
  for (const { id, title } of columns) head.append(element('th', { scope: 'col', 'data-column': id }, title));
  const all = element('button', { type: 'button', class: 'link' }, 'Show all steps in the charts');
  all.addEventListener('click', () => {
    select(null);
  });
  const root = element(
    'section',
    { 'aria-label': 'Steps' },
    element('div', { class: 'section-head' }, element('h2', {}, 'Steps'), all),
    element(
      'div',
      { class: 'card table-scroll', tabindex: '0', role: 'region', 'aria-label': 'Figures by step' },
      element('table', { class: 'steps' }, element('thead', {}, head), body),
    ),
  );
  return {
    root,
    show: (run) => {
      setShown(root, run.steps.length > 0);
      setShown(all, run.selected !== null);
      matchChildren(
        body,
        run.steps,
        () => createRow(select),
        (row, step) => {
          showRow(row, step, run.selected);
        },
      );
      hideEmptyColumns(root, run.steps);
    },
  };
}

function createRow(select: SelectStep): HTMLElement {
  const choose = element('button', {
    type: 'button',
    class: 'link',
    'data-part': 'step',
    title: 'Show this step in the charts',
  });
  const row = element(
    'tr',
    {},
    element('th', { scope: 'row' }, choose, element('span', { class: 'scenario', 'data-part': 'scenario' })),
  );
  for (const { id, percentile } of columns) {
    const cell = element('td', { 'data-column': id }, element('span', { 'data-part': id }));
    if (percentile !== undefined)
      cell.append(element('span', { class: 'interval', 'data-part': `${id}-interval` }));
    row.append(cell);
  }
  choose.addEventListener('click', () => {
    select(choose.getAttribute('aria-pressed') === 'true' ? null : (row.dataset['key'] ?? null));
  });
  return row;
}

function showRow(row: HTMLElement, step: LiveStep, selected: string | null): void {
  row.dataset['key'] = step.key;
  const choose = part(row, 'step');
  setText(choose, step.step);
  choose.setAttribute('aria-pressed', String(step.key === selected));
  setText(part(row, 'scenario'), step.scenario === step.step ? '' : step.scenario);
  for (const { id, show, percentile } of columns) {
    const interval = percentile === undefined ? undefined : step.intervals?.[percentile];
    setText(part(row, id), `${interval?.isLowerBound === true ? '≥ ' : ''}${show(step)}`);
    part(row, id).classList.toggle('rough', interval?.isRough === true);
    if (percentile !== undefined) setText(part(row, `${id}-interval`), formatInterval(interval));
  }
}

function hideEmptyColumns(root: HTMLElement, steps: readonly LiveStep[]): void {
  for (const { id, show, isOptional } of columns) {
    if (isOptional !== true) continue;
    const isEmpty = steps.every((step) => show(step) === '–');
    for (const cell of root.querySelectorAll(`[data-column="${id}"]`)) {
      if (cell instanceof HTMLElement) setShown(cell, !isEmpty);
    }
  }
}
