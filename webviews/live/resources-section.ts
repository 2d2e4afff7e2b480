/** The resources of each component over the time axis of the load. */
import { createChartCard } from './chart-card';
import type { ChartSpec } from './chart-data';
import type { SharedCursor, SpecifiedCard } from './cursor';
import { element, matchChildren, part, setShown, setText } from '../kit/dom';
import { componentsOf, metricName, resourceSpec, type Component } from './resource-specs';
import type { RunView } from './state';
import { readTheme, type Theme } from '../kit/theme';

/** A place for a chart, which is made anew where its lines or limits change. */
interface Slot {
  chart: (SpecifiedCard & { readonly signature: string }) | undefined;
}

interface Group {
  readonly root: HTMLElement;
  readonly first: Slot;
  readonly second: Slot;
  /** What was chosen beside the CPU; until then, the first there is. */
  chosen: string | undefined;
}

export interface Resources {
  readonly root: HTMLElement;
  readonly show: (run: RunView) => void;
  readonly setTheme: (theme: Theme) => void;
}

export function createResources(cursor: SharedCursor): Resources {
  const groups = new Map<string, Group>();
  const list = element('div', { class: 'components' });
  const root = element(
    'section',
    { class: 'charts', 'aria-label': 'Resources' },
    element(
      'div',
      { class: 'section-head' },
      element('h2', {}, 'Resources'),
      element('span', { class: 'scope' }, 'What each component used, on the time axis of the load'),
    ),
    list,
  );
  let latest: RunView | undefined;
  const groupOf = (name: string): Group => {
    const known = groups.get(name);
    if (known !== undefined) return known;
    const group = createGroup(() => {
      if (latest !== undefined) show(latest);
    });
    groups.set(name, group);
    return group;
  };
  const show = (run: RunView): void => {
    latest = run;
    const components = run.points.t.length === 0 ? [] : componentsOf(run);
    setShown(root, components.length > 0);
    for (const component of components) showGroup(groupOf(component.name), component, run, cursor);
    const roots = components.map(({ name }) => groupOf(name).root);
    if (roots.some((each, index) => list.children[index] !== each) || list.children.length > roots.length)
      list.replaceChildren(...roots);
  };
  return {
    root,
    show,
    setTheme: (theme) => {
      for (const { first, second } of groups.values())
        for (const { chart } of [first, second]) chart?.card.chart.setTheme(theme);
    },
  };
}

function createGroup(onChoice: () => void): Group {
  const select = element('select', { 'data-part': 'choice' });
  const root = element(
    'div',
    { class: 'component', role: 'group' },
    element(
      'div',
      { class: 'component-head' },
      element('h3', { 'data-part': 'name' }),
      element('span', { class: 'mark', 'data-part': 'mark' }, 'saturated first'),
      element('label', { 'data-part': 'label' }, 'Beside it ', select),
    ),
    element('p', { class: 'waiting', 'data-part': 'unread' }),
    element('div', { class: 'chart-grid', 'data-part': 'grid' }),
  );
  const group: Group = { root, first: { chart: undefined }, second: { chart: undefined }, chosen: undefined };
  select.addEventListener('change', () => {
    group.chosen = select.value;
    onChoice();
  });
  return group;
}

function showGroup(group: Group, component: Component, run: RunView, cursor: SharedCursor): void {
  const { name, metrics, isSaturated } = component;
  const [main, ...others] = metrics;
  const { root } = group;
  root.setAttribute('aria-label', name);
  setText(part(root, 'name'), name);
  setShown(part(root, 'mark'), isSaturated);
  showUnread(root, name, metrics, run);
  const chosen = group.chosen !== undefined && others.includes(group.chosen) ? group.chosen : others[0];
  showChoice(root, others, chosen);
  const slots = [
    [group.first, main],
    [group.second, chosen],
  ] as const;
  let isNew = false;
  for (const [slot, metric] of slots) {
    const spec = metric === undefined ? undefined : resourceSpec(run, name, metric);
    isNew = fillSlot(slot, spec, cursor) || isNew;
    slot.chart?.card.show(run);
  }
  const cards = slots.flatMap(([{ chart }]) => chart?.card.root ?? []);
  if (isNew) part(root, 'grid').replaceChildren(...cards);
  // What is new has not heard where the cursor is.
  if (isNew) cursor.show(run);
}

/** @returns whether the chart of the slot is another one now. */
function fillSlot(slot: Slot, spec: ChartSpec | undefined, cursor: SharedCursor): boolean {
  const signature = spec === undefined ? '' : signatureOf(spec);
  if (slot.chart?.signature === signature || (slot.chart === undefined && spec === undefined)) return false;
  if (slot.chart !== undefined) {
    cursor.remove(slot.chart);
    slot.chart.card.dispose();
  }
  slot.chart = spec === undefined ? undefined : { spec, card: createChartCard(spec, readTheme()), signature };
  if (slot.chart !== undefined) cursor.add(slot.chart);
  return true;
}

function signatureOf({ id, unit, series, limits = [] }: ChartSpec): string {
  return [
    id,
    unit,
    ...series.map(({ column, label }) => column + label),
    ...limits.map(({ label }) => label),
  ].join('\n');
}

function showChoice(root: HTMLElement, metrics: readonly string[], chosen: string | undefined): void {
  const select = part(root, 'choice');
  setShown(part(root, 'label'), metrics.length > 1);
  matchChildren(
    select,
    metrics,
    () => element('option'),
    (option, metric) => {
      setText(option, metricName(metric));
      option.setAttribute('value', metric);
    },
  );
  if (select instanceof HTMLSelectElement && chosen !== undefined && select.value !== chosen)
    select.value = chosen;
}

/** A component of which nothing was ever read has its reason in place of charts. */
function showUnread(root: HTMLElement, name: string, metrics: readonly string[], run: RunView): void {
  const gap = run.resourceGaps.find(({ component }) => component === name);
  setShown(part(root, 'unread'), metrics.length === 0);
  setText(part(root, 'unread'), gap === undefined ? '' : `Nothing could be read: ${gap.reason}`);
}
