/** What saturated first, phase by phase, or why that cannot be told. */
import type { LiveSaturation } from '../../protocol/live';
import { element, matchChildren, part, setShown, setText } from '../kit/dom';
import type { RunView } from './state';

export function createFindings(): { root: HTMLElement; show: (run: RunView) => void } {
  const list = element('ul', { class: 'findings card' });
  const root = element(
    'section',
    { 'aria-label': 'Saturation' },
    element('div', { class: 'section-head' }, element('h2', {}, 'What saturated first')),
    list,
  );
  return {
    root,
    show: ({ saturation }) => {
      setShown(root, saturation.length > 0);
      matchChildren(list, saturation, createFinding, showFinding);
    },
  };
}

function createFinding(): HTMLElement {
  return element(
    'li',
    {},
    element('span', { class: 'finding-phase', 'data-part': 'phase' }),
    element('span', { 'data-part': 'message' }),
    element('ul', { class: 'evidence', 'data-part': 'notes' }),
  );
}

function showFinding(row: HTMLElement, { phase, isFound, message, notes }: LiveSaturation): void {
  row.className = isFound ? 'is-found' : '';
  setText(part(row, 'phase'), phase);
  setText(part(row, 'message'), isFound ? message : `Undetermined: ${message}`);
  matchChildren(part(row, 'notes'), notes, () => element('li'), setText);
}
