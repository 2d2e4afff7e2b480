/** The page of the preview: a choice of the plan or one of its phases, a chart per unit, and the same as a table. */
import type { PreviewShape } from '../../protocol/preview';
import { element, matchChildren, setShown, setText } from '../kit/dom';
import { onThemeChange, readTheme } from '../kit/theme';
import { createLoadChart, type LoadChart } from './load-chart';
import { createPhasesTable } from './phases-table';
import { placePhases, plotOf, shownPhases, unitsOf, type Unit } from './plots';
import { totalWords } from './words';

export interface PreviewPage {
  readonly show: (shape: PreviewShape) => void;
  /** The phase that the cursor of the editor is in. */
  readonly select: (phase: string | undefined) => void;
  /** Why what is shown is old, or why there is nothing. */
  readonly setNotice: (message: string) => void;
}

export function createPage(root: HTMLElement, reveal: (phase: string) => void): PreviewPage {
  const liveRegion = element('div', { class: 'only-heard', 'aria-live': 'polite', role: 'status' });
  const title = element('h1', {});
  const scope = element('p', { class: 'scope' });
  const notice = element('p', { class: 'notice-line', role: 'status' }, 'Opening the plan…');
  const choices = element('div', { class: 'choices', role: 'group', 'aria-label': 'What is shown' });
  const charts = createCharts((words) => {
    setText(liveRegion, words);
  });
  const table = createPhasesTable(reveal);
  const main = element(
    'main',
    {},
    element('header', {}, title, scope, notice),
    choices,
    charts.root,
    createLegend(),
    table.root,
  );
  root.replaceChildren(main, liveRegion);
  let shape: PreviewShape | undefined;
  let selected: string | undefined;
  const draw = (): void => {
    const isThere = shape !== undefined;
    for (const section of [choices, charts.root, table.root]) setShown(section, isThere);
    if (shape === undefined) return;
    const placed = placePhases(shape.phases);
    const known = shape.phases.some(({ name }) => name === selected) ? selected : undefined;
    showChoices(choices, ['', ...shape.phases.map(({ name }) => name)], known, choose);
    charts.show(shownPhases(placed, known));
    table.show(placed, known);
  };
  const choose = (phase: string | undefined): void => {
    selected = phase;
    draw();
    if (phase !== undefined) reveal(phase);
  };
  onThemeChange(charts.readTheme);
  draw();
  return {
    show: (next) => {
      shape = next;
      setText(title, next.name);
      document.title = next.name;
      const environment = next.environment === null ? '' : `environment ${next.environment} · `;
      setText(scope, `${environment}${totalWords(next.phases)}; drains are not counted`);
      setText(notice, '');
      draw();
    },
    select: (phase) => {
      if (phase === selected) return;
      selected = phase;
      draw();
    },
    setNotice: (message) => {
      setText(notice, message);
    },
  };
}

interface Charts {
  readonly root: HTMLElement;
  readonly show: (placed: ReturnType<typeof placePhases>) => void;
  readonly readTheme: () => void;
}

function createCharts(tell: (words: string) => void): Charts {
  const root = element('section', { class: 'load-charts', 'aria-label': 'Load over time' });
  const theme = readTheme();
  const charts: Readonly<Record<Unit, LoadChart>> = {
    users: createLoadChart('users', theme, tell),
    'per-second': createLoadChart('per-second', theme, tell),
  };
  root.append(...Object.values(charts).map((chart) => chart.root));
  return {
    root,
    show: (placed) => {
      const units = unitsOf(placed);
      for (const unit of ['users', 'per-second'] as const) {
        setShown(charts[unit].root, units.includes(unit));
        if (units.includes(unit)) charts[unit].show(plotOf(placed, unit));
      }
    },
    readTheme: () => {
      for (const chart of Object.values(charts)) chart.setTheme(readTheme());
    },
  };
}

/** The empty name stands for the whole plan. */
function showChoices(
  choices: HTMLElement,
  names: readonly string[],
  selected: string | undefined,
  choose: (phase: string | undefined) => void,
): void {
  const create = (): HTMLElement => {
    const button = element('button', { class: 'choice', type: 'button' });
    button.addEventListener('click', () => {
      choose(button.dataset['phase'] === '' ? undefined : button.dataset['phase']);
    });
    return button;
  };
  matchChildren(choices, names, create, (button, name) => {
    button.dataset['phase'] = name;
    setText(button, name === '' ? 'Whole plan' : name);
    button.setAttribute('aria-pressed', String(name === (selected ?? '')));
  });
}

function createLegend(): HTMLElement {
  const entry = (kind: string, words: string): HTMLElement =>
    element('li', {}, element('span', { class: `sample is-${kind}`, 'aria-hidden': 'true' }), words);
  return element(
    'ul',
    { class: 'samples', 'aria-label': 'Meaning of the backgrounds' },
    entry('warmup', 'warm-up, not measured'),
    entry('measured', 'measured'),
    entry('open', 'only the run can tell'),
  );
}
