/** Who calls the chosen function, and whom it calls. */
import type { ProfileNamed, ProfileNeighbours, WeightUnit } from '../../protocol/profile';
import { element, matchChildren, part, setShown, setText } from '../kit/dom';
import { formatShare, formatWeight, placeOf } from './format';

export interface NeighboursSection {
  readonly root: HTMLElement;
  readonly show: (fn: ProfileNamed, neighbours: ProfileNeighbours, unit: WeightUnit, whole: number) => void;
  readonly hide: () => void;
}

export function createNeighbours(events: {
  readonly choose: (id: number) => void;
  readonly openSource: (id: number) => void;
}): NeighboursSection {
  const title = element('h2', { 'data-part': 'chosen' });
  const open = element('button', { type: 'button', class: 'secondary' }, 'Open source');
  const callers = list('Called by', events.choose);
  const callees = list('Calls', events.choose);
  const root = element(
    'section',
    { 'aria-label': 'Callers and callees', class: 'neighbours' },
    element('div', { class: 'section-head' }, title, open),
    element('div', { class: 'card columns' }, callers.root, callees.root),
  );
  root.hidden = true;
  let id = 0;
  open.addEventListener('click', () => {
    events.openSource(id);
  });
  return {
    root,
    hide() {
      setShown(root, false);
    },
    show(fn, neighbours, unit, whole) {
      id = fn.id;
      setShown(root, true);
      setText(title, fn.name);
      title.title = placeOf(fn.file, 0);
      callers.show(neighbours.callers, unit, whole);
      callees.show(neighbours.callees, unit, whole);
    },
  };
}

function list(
  title: string,
  choose: (id: number) => void,
): {
  root: HTMLElement;
  show: (rows: ProfileNeighbours['callers'], unit: WeightUnit, whole: number) => void;
} {
  const items = element('ul');
  const none = element('p', { class: 'scope' }, 'None');
  const root = element('div', {}, element('h3', {}, title), none, items);
  return {
    root,
    show(rows, unit, whole) {
      setShown(none, rows.length === 0);
      const create = (): HTMLElement => {
        const name = element('button', { type: 'button', class: 'link', 'data-part': 'name' });
        const item = element('li', {}, name, element('span', { class: 'scope', 'data-part': 'weight' }));
        name.addEventListener('click', () => {
          choose(Number(item.dataset['id']));
        });
        return item;
      };
      matchChildren(items, rows, create, (item, { id, name, file, weight }) => {
        item.dataset['id'] = String(id);
        const button = part(item, 'name');
        setText(button, name);
        button.title = file;
        const share = whole === 0 ? 0 : weight / whole;
        setText(part(item, 'weight'), `${formatShare(share)} · ${formatWeight(weight, unit)}`);
      });
    },
  };
}
