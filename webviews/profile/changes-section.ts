/** What changed since another profile, function by function, and how sure that is. */
import type { ProfileChanges, ProfileDelta } from '../../protocol/profile';
import { element, matchChildren, part, setShown, setText } from '../kit/dom';
import { formatPoints, formatShare, placeOf } from './format';

export interface ChangesSection {
  readonly root: HTMLElement;
  readonly show: (changes: ProfileChanges, before: string) => void;
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
          element('tr', {}, ...heads.map((text) => element('th', { scope: 'col' }, text))),
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
    show(changes, before) {
      setShown(root, true);
      setText(scope, `shares of all samples, against ${before}`);
      matchChildren(notes, changes.notes, () => element('li'), setText);
      matchChildren(body, changes.rows, () => createRow(choose), updateRow);
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
  );
  name.addEventListener('click', () => {
    choose(Number(row.dataset['id']));
  });
  return row;
}

function updateRow(child: HTMLElement, row: ProfileChanges['rows'][0]): void {
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
}

function inWords({ difference, low, high, verdict }: ProfileDelta): string {
  const interval = low === null || high === null ? '' : ` (${formatPoints(low)} to ${formatPoints(high)})`;
  return `${formatPoints(difference)}${interval} · ${words[verdict]}`;
}
