/** The phases as a table: what the charts draw, in words and figures. */
import { element, matchChildren, part, setText } from '../kit/dom';
import { formatClock } from '../live/format';
import type { PlacedPhase } from './plots';
import { durationWords, loadWords, requestWords, windowWords } from './words';

const columns = ['Phase', 'Load', 'Begins', 'Lasts', 'Warm-up', 'Measured', 'Requests', 'After'] as const;

export interface PhasesTable {
  readonly root: HTMLElement;
  readonly show: (placed: readonly PlacedPhase[], selected: string | undefined) => void;
}

/** @param reveal shows where a phase is written. */
export function createPhasesTable(reveal: (phase: string) => void): PhasesTable {
  const root = element(
    'section',
    { 'aria-label': 'Phases' },
    element(
      'div',
      { class: 'card table-box', tabindex: '0', role: 'group', 'aria-label': 'Table of phases' },
      element(
        'table',
        {},
        element(
          'thead',
          {},
          element('tr', {}, ...columns.map((name) => element('th', { scope: 'col' }, name))),
        ),
        element('tbody', { 'data-part': 'rows' }),
      ),
    ),
  );
  const createRow = (): HTMLElement => {
    const name = element('button', { class: 'link', type: 'button', 'data-part': 'name' });
    name.addEventListener('click', () => {
      reveal(name.textContent);
    });
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      ...columns.slice(1).map((column) => element('td', { 'data-part': column })),
    );
  };
  return {
    root,
    show: (placed, selected) => {
      matchChildren(part(root, 'rows'), placed, createRow, (row, { phase, startMs }) => {
        row.classList.toggle('is-selected', phase.name === selected);
        setText(part(row, 'name'), phase.name);
        const cells: Readonly<Record<Exclude<(typeof columns)[number], 'Phase'>, string>> = {
          Load: loadWords(phase),
          Begins: formatClock(startMs / 1000),
          Lasts: durationWords(phase),
          'Warm-up': windowWords(phase.warmups),
          Measured: windowWords(phase.windows),
          Requests: requestWords(phase),
          After: phase.after.length === 0 ? '–' : phase.after.join(', '),
        };
        for (const [column, words] of Object.entries(cells)) setText(part(row, column), words);
      });
    },
  };
}
