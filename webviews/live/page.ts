/** The skeleton of the page, built once; the sections fill it. */
import { createChartCard } from './chart-card';
import { chartSpecs } from './chart-data';
import { shareCursor, type SharedCursor, type SpecifiedCard } from './cursor';
import { element, part, setShown, setText } from '../kit/dom';
import { createFindings } from './findings-section';
import { createGoals } from './goals-section';
import { createHeader, type HeaderActions } from './header-section';
import { createResources } from './resources-section';
import type { RunView, ViewState } from './state';
import { createSteps, type SelectStep } from './steps-section';
import { onThemeChange, readTheme } from '../kit/theme';
import { createSummary } from './summary-section';

export interface PageActions extends HeaderActions {
  readonly selectStep: SelectStep;
}

interface Section {
  readonly root: HTMLElement;
  readonly show: (run: RunView) => void;
}

interface Charts extends Section {
  readonly cards: readonly SpecifiedCard[];
}

/** Builds the page into `root`. @returns what shows a state on it. */
export function createPage(root: HTMLElement, actions: PageActions): (state: ViewState) => void {
  const liveRegion = element('div', { class: 'only-heard', 'aria-live': 'polite', role: 'status' });
  const notice = createNotice();
  const cursor = shareCursor(liveRegion);
  const charts = createCharts(cursor);
  const resources = createResources(cursor);
  const sections: readonly Section[] = [
    createHeader(actions),
    createSummary(),
    createFindings(),
    charts,
    resources,
    createGoals(),
    createSteps(actions.selectStep),
  ];
  const page = element('main', { hidden: '' }, ...sections.map((section) => section.root));
  root.replaceChildren(notice.root, page, liveRegion);
  onThemeChange(() => {
    const theme = readTheme();
    for (const { card } of charts.cards) card.chart.setTheme(theme);
    resources.setTheme(theme);
  });
  return (state) => {
    notice.show(state);
    setShown(page, state.kind === 'run');
    if (state.kind !== 'run') return;
    document.title = state.run.header.plan;
    for (const section of sections) section.show(state.run);
    cursor.show(state.run);
  };
}

/** What stands on the page while there is no run to show. */
function createNotice(): { root: HTMLElement; show: (state: ViewState) => void } {
  const root = element(
    'div',
    { class: 'notice', role: 'status' },
    element('p', { class: 'notice-title', 'data-part': 'title' }),
    element('p', { 'data-part': 'message' }),
  );
  return {
    root,
    show: (state) => {
      setShown(root, state.kind !== 'run');
      const isEmpty = state.kind === 'empty';
      setText(part(root, 'title'), isEmpty ? 'Opening the run…' : 'This run cannot be shown');
      setText(part(root, 'message'), state.kind === 'unavailable' ? state.message : '');
    },
  };
}

function createCharts(cursor: SharedCursor): Charts {
  const theme = readTheme();
  const cards = chartSpecs.map((spec) => ({ spec, card: createChartCard(spec, theme) }));
  const scope = element('span', { class: 'scope', 'data-part': 'scope' });
  const waiting = element('p', { class: 'waiting', 'data-part': 'waiting' });
  const root = element(
    'section',
    { class: 'charts', 'aria-label': 'Charts' },
    element('div', { class: 'section-head' }, element('h2', {}, 'Over time'), scope),
    waiting,
    element('div', { class: 'chart-grid', 'data-part': 'grid' }, ...cards.map(({ card }) => card.root)),
  );
  for (const chart of cards) cursor.add(chart);
  return {
    root,
    cards,
    show: (run) => {
      setText(scope, `Requests by the second in which they started · ${selectedName(run)}`);
      showWaiting(root, run);
      for (const { spec, card } of cards) {
        // Few plans judge tasks; an empty chart would say nothing.
        if (spec.id === 'success')
          setShown(
            card.root,
            run.points.success.some((value) => value !== null),
          );
        card.show(run);
      }
    },
  };
}

function showWaiting(root: HTMLElement, run: RunView): void {
  const isEmpty = run.points.t.length === 0;
  const isUnderWay = run.header.state === 'waiting' || run.header.state === 'running';
  setShown(part(root, 'grid'), !isEmpty);
  setShown(part(root, 'waiting'), isEmpty);
  setText(
    part(root, 'waiting'),
    isUnderWay ? 'Waiting for the first requests…' : 'No requests were recorded.',
  );
}

function selectedName(run: RunView): string {
  const step = run.steps.find(({ key }) => key === run.selected);
  return step === undefined ? 'all steps' : step.step;
}
