/** The controls above the graph, as one state. */
import type { ProfileOpened } from '../../protocol/profile';
import { element, setShown } from '../kit/dom';
import { formatShare } from './format';

export interface Choices {
  readonly order: 'weight' | 'time';
  /** Of a comparison, whose weights are the widths of the graph. */
  readonly side: 'after' | 'before';
  /** `null` is all threads together. */
  readonly thread: number | null;
  readonly origin: 'all' | 'own' | 'library';
  readonly group: 'function' | 'module';
  readonly query: string;
}

export interface Controls {
  readonly root: HTMLElement;
  readonly choices: () => Choices;
  readonly show: (opened: ProfileOpened) => void;
  readonly setZoomed: (isZoomed: boolean) => void;
}

export function createControls(changed: (what: keyof Choices) => void, resetZoom: () => void): Controls {
  const query = element('input', {
    type: 'search',
    placeholder: 'Search functions and files',
    'aria-label': 'Search functions and files',
  });
  const { order, side, thread, origin, group } = createSelects();
  const reset = element('button', { type: 'button', class: 'secondary', disabled: '' }, 'Reset zoom');
  reset.addEventListener('click', resetZoom);
  for (const [name, control] of Object.entries({ order, side, thread, origin, group }))
    control.addEventListener('change', () => {
      changed(name as keyof Choices);
    });
  query.addEventListener('input', () => {
    changed('query');
  });
  let threads: ProfileOpened['threads'] = [];
  const root = element(
    'div',
    { class: 'controls', role: 'toolbar', 'aria-label': 'What is shown' },
    query,
    order,
    side,
    thread,
    origin,
    group,
    reset,
  );
  return {
    root,
    choices: () => {
      const chosenOrder = order.value === 'time' ? 'time' : 'weight';
      // Time is that of one thread; without a choice it is the busiest.
      const all = chosenOrder === 'time' ? (threads[0]?.id ?? 0) : null;
      return {
        order: chosenOrder,
        side: side.value === 'before' && !side.hidden ? 'before' : 'after',
        thread: thread.value === '' ? all : Number(thread.value),
        origin: origin.value as Choices['origin'],
        group: group.value as Choices['group'],
        query: query.value.trim(),
      };
    },
    show(opened) {
      threads = opened.threads;
      offerThreads(thread, threads);
      setShown(order, opened.hasOrder);
      setShown(side, opened.hasStacks && opened.comparedWith !== null);
      setShown(reset, opened.hasStacks);
    },
    setZoomed(isZoomed) {
      reset.disabled = !isZoomed;
    },
  };
}

function createSelects(): Record<Exclude<keyof Choices, 'query'>, HTMLSelectElement> {
  return {
    order: select('Order of the graph', [
      ['weight', 'Heaviest first'],
      ['time', 'By time'],
    ]),
    side: select('Widths of the graph', [
      ['after', 'Widths: after'],
      ['before', 'Widths: before'],
    ]),
    thread: select('Thread', []),
    origin: select('Code', [
      ['all', 'All code'],
      ['own', 'Own code'],
      ['library', 'Libraries'],
    ]),
    group: select('Rows', [
      ['function', 'Functions'],
      ['module', 'Modules'],
    ]),
  };
}

function offerThreads(control: HTMLSelectElement, threads: ProfileOpened['threads']): void {
  const whole = threads.reduce((sum, { weight }) => sum + weight, 0);
  const chosen = control.value;
  control.replaceChildren(
    element('option', { value: '' }, `All threads (${threads.length})`),
    ...threads.map(({ id, name, weight }) =>
      element('option', { value: String(id) }, `${name || 'unnamed'} · ${formatShare(weight / whole)}`),
    ),
  );
  control.value = chosen;
  setShown(control, threads.length > 1);
}

function select(label: string, options: readonly (readonly [string, string])[]): HTMLSelectElement {
  return element(
    'select',
    { 'aria-label': label },
    ...options.map(([value, text]) => element('option', { value }, text)),
  );
}
