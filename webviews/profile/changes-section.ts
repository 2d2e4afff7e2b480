/** What changed since another profile, function by function, and how sure that is. */
import type { ProfileChanges, ProfileDelta, WeightUnit } from '../../protocol/profile';
import { element, matchChildren, part, setShown, setText } from '../kit/dom';
import { formatPoints, formatShare, formatWeight, placeOf } from './format';

export interface ChangesSection {
  readonly root: HTMLElement;
  readonly show: (changes: ProfileChanges, before: string, unit: WeightUnit) => void;
  readonly hide: () => void;
}

const words: Readonly<Record<ProfileDelta['verdict'], string>> = {
  grew: '▲ grew',
  shrank: '▼ shrank',
  'no-evidence': 'no evidence of change',
};

export function createChanges(choose: (id: number) => void): ChangesSection {
  const scope = element('p', { class: 'scope' });
  const notes = element('ul', { class: 'notes' });
  const body = element('tbody');
  const heads = ['Function', 'Self before', 'Self after', 'Change of self', 'Change of total'];
  const perRequest = element('th', { scope: 'col' }, 'CPU per request');
  const root = element(
    'section',
    { 'aria-labelledby': 'changes-title' },
    element('div', { class: 'section-head' }, element('h2', { id: 'changes-title' }, 'What changed'), scope),
    notes,
    element(
      'div',
      { class: 'card table-scroll' },
      element(
        'table',
        { class: 'changes' },
        element(
          'thead',
          {},
          element('tr', {}, ...heads.map((text) => element('th', { scope: 'col' }, text)), perRequest),
        ),
        body,
      ),
    ),
  );
  root.hidden = true;
  return {
    root,
    hide() {
      setShown(root, false);
    },
    show(changes, before, unit) {
      setShown(root, true);
      const isKnown = changes.rows.some(({ totalPerRequest }) => totalPerRequest !== null);
      setShown(perRequest, isKnown);
      setText(scope, `shares of all samples, against ${before}`);
      matchChildren(notes, changes.notes, () => element('li'), setText);
      matchChildren(
        body,
        changes.rows,
        () => createRow(choose),
        (child, row) => {
          updateRow(child, row, isKnown ? unit : undefined);
        },
      );
    },
  };
}

function createRow(choose: (id: number) => void): HTMLElement {
  const name = element('button', { type: 'button', class: 'link', 'data-part': 'name' });
  const cell = (name: string): HTMLElement => element('td', { 'data-part': name });
  const row = element(
    'tr',
    {},
    element('th', { scope: 'row' }, name, element('span', { class: 'scope place', 'data-part': 'place' })),
    cell('before'),
    cell('after'),
    cell('self'),
    cell('total'),
    cell('per-request'),
  );
  name.addEventListener('click', () => {
    choose(Number(row.dataset['id']));
  });
  return row;
}

/** @param unit of what a request costs, where that is known. */
function updateRow(child: HTMLElement, row: ProfileChanges['rows'][0], unit: WeightUnit | undefined): void {
  child.dataset['id'] = String(row.id);
  setText(part(child, 'name'), row.name);
  setText(part(child, 'place'), placeOf(row.file, 0));
  setText(part(child, 'before'), formatShare(row.self.before));
  setText(part(child, 'after'), formatShare(row.self.after));
  for (const column of ['self', 'total'] as const) {
    const cell = part(child, column);
    setText(cell, inWords(row[column]));
    cell.className = row[column].verdict;
  }
  const cost = part(child, 'per-request');
  const { totalPerRequest } = row;
  setShown(cost, unit !== undefined);
  if (unit === undefined || totalPerRequest === null) {
    setText(cost, '');
    return;
  }
  const { before, after, verdict } = totalPerRequest;
  setText(cost, `${formatWeight(before, unit)} → ${formatWeight(after, unit)} · ${words[verdict]}`);
  cost.className = verdict;
}

function inWords({ difference, low, high, verdict }: ProfileDelta): string {
  const interval = low === null || high === null ? '' : ` (${formatPoints(low)} to ${formatPoints(high)})`;
  return `${formatPoints(difference)}${interval} · ${words[verdict]}`;
}
