/** The functions or modules that cost most: the graph in figures, for every reader. */
import type { ProfileFunctions, ProfileRow, WeightUnit } from '../../protocol/profile';
import { element, matchChildren, part, setShown, setText } from '../kit/dom';
import { formatShare, formatWeight, formatWhole, placeOf } from './format';

export type Sort = 'self' | 'total' | 'name' | 'calls';

export interface FunctionsTable {
  readonly root: HTMLElement;
  readonly sort: () => Sort;
  readonly show: (functions: ProfileFunctions, measure: Measure) => void;
  readonly select: (id: number | undefined) => void;
}

export interface Measure {
  readonly unit: WeightUnit;
  /** What shares are of. */
  readonly whole: number;
  readonly hasCalls: boolean;
}

const columns: readonly (readonly [Sort, string])[] = [
  ['name', 'Function'],
  ['self', 'Self'],
  ['total', 'Total'],
  ['calls', 'Calls'],
];

interface TableEvents {
  readonly sorted: () => void;
  readonly choose: (id: number) => void;
  readonly openSource: (id: number) => void;
}

export function createFunctionsTable(events: TableEvents): FunctionsTable {
  let selected: number | undefined;
  const body = element('tbody');
  const heads = createHeads(events.sorted);
  const scope = element('p', { class: 'scope', 'data-part': 'functions-scope', 'aria-live': 'polite' });
  const title = element('h2', { id: 'functions-title' }, 'Top functions');
  const table = element('table', { class: 'functions' }, element('thead', {}, heads.row), body);
  const root = element(
    'section',
    { 'aria-labelledby': 'functions-title' },
    element('div', { class: 'section-head' }, title, scope),
    element('div', { class: 'card table-scroll' }, table),
  );
  const mark = (): void => {
    for (const row of body.children)
      row.classList.toggle('is-selected', row.getAttribute('data-id') === String(selected));
  };
  return {
    root,
    sort: heads.sort,
    select(id) {
      selected = id;
      mark();
    },
    show({ rows, count, matched }, measure) {
      heads.showCalls(measure.hasCalls);
      const shown = rows.length < count ? `${rows.length} of ${count}` : String(count);
      const share = formatShare(measure.whole === 0 ? 0 : matched / measure.whole);
      setText(scope, `${shown} · in ${share} of ${formatWhole(measure.whole, measure.unit)}`);
      const create = (): HTMLElement => createRow(events);
      matchChildren(body, rows, create, (child, row) => {
        updateRow(child, row, measure);
      });
      mark();
    },
  };
}

/** The heads of the columns, which sort. */
function createHeads(sorted: () => void): {
  row: HTMLElement;
  sort: () => Sort;
  showCalls: (isShown: boolean) => void;
} {
  let sort: Sort = 'self';
  const heads = columns.map(([name, label]) => {
    const button = element('button', { type: 'button', class: 'link' }, label);
    button.addEventListener('click', () => {
      sort = name;
      mark();
      sorted();
    });
    return { name, cell: element('th', { scope: 'col', 'data-column': name }, button) };
  });
  const mark = (): void => {
    const order = sort === 'name' ? 'ascending' : 'descending';
    for (const { name, cell } of heads) cell.setAttribute('aria-sort', name === sort ? order : 'none');
  };
  mark();
  return {
    row: element('tr', {}, ...heads.map(({ cell }) => cell)),
    sort: () => sort,
    showCalls: (isShown) => {
      for (const { name, cell } of heads) if (name === 'calls') setShown(cell, isShown);
    },
  };
}

function createRow(events: { choose: (id: number) => void; openSource: (id: number) => void }): HTMLElement {
  const name = element('button', { type: 'button', class: 'link', 'data-part': 'name' });
  const place = element('button', { type: 'button', class: 'link place', 'data-part': 'place' });
  const row = element(
    'tr',
    {},
    element('th', { scope: 'row' }, name, element('span', { class: 'tag', 'data-part': 'tag' }), place),
    element('td', { 'data-part': 'self' }, element('span', { class: 'bar' }), element('span', {})),
    element('td', { 'data-part': 'total' }, element('span', { class: 'bar' }), element('span', {})),
    element('td', { 'data-part': 'calls' }),
  );
  const id = (): number => Number(row.dataset['id']);
  name.addEventListener('click', () => {
    events.choose(id());
  });
  place.addEventListener('click', () => {
    events.openSource(id());
  });
  return row;
}

function updateRow(child: HTMLElement, row: ProfileRow, { unit, whole, hasCalls }: Measure): void {
  const isModule = row.file === '' && row.line === 0 && row.name === row.module;
  child.dataset['id'] = String(row.id);
  setText(part(child, 'name'), row.name);
  setText(part(child, 'tag'), row.isOwn ? '' : 'library');
  const place = part(child, 'place');
  setText(place, isModule ? '' : placeOf(row.file, row.line));
  place.title = isModule ? '' : `Open ${row.file}`;
  setShown(place, !isModule);
  for (const column of ['self', 'total'] as const) {
    const cell = part(child, column);
    const share = whole === 0 ? 0 : row[column] / whole;
    const [bar, text] = cell.children;
    if (bar instanceof HTMLElement) bar.style.width = `${Math.min(100, share * 100)}%`;
    if (text !== undefined) setText(text, `${formatShare(share)} · ${formatWeight(row[column], unit)}`);
  }
  const calls = part(child, 'calls');
  setShown(calls, hasCalls);
  setText(calls, row.calls === null ? '' : formatWeight(row.calls, 'count'));
}
