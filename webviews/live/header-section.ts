/** The top of the page: which run this is, how far it is, and how it ended. */
import type { LivePhase } from '../../protocol/live';
import { element, matchChildren, part, setShown, setText } from '../kit/dom';
import { formatProgress, headerWording, verdictWording, type Wording } from './format';
import type { RunView } from './state';

export interface HeaderActions {
  readonly stop: () => void;
  readonly openReport: () => void;
  readonly openProfile: () => void;
  readonly rerun: () => void;
  readonly openDashboard: () => void;
  readonly revealFolder: () => void;
  readonly showOutput: () => void;
}

export function createHeader(actions: HeaderActions): { root: HTMLElement; show: (run: RunView) => void } {
  const button = (
    label: string,
    look: 'primary' | 'secondary',
    act: () => void,
    name: string,
  ): HTMLElement => {
    const made = element('button', { type: 'button', class: look, 'data-part': name }, label);
    made.addEventListener('click', act);
    return made;
  };
  const dashboard = button('Grafana', 'secondary', actions.openDashboard, 'dashboard');
  dashboard.title = 'Opens the dashboard at the time of this run';
  const rerun = button('Re-run and Compare', 'secondary', actions.rerun, 'rerun');
  rerun.title = 'Runs the same phases once more, and shows what changed';
  const root = element(
    'header',
    {},
    element(
      'div',
      { class: 'title-row' },
      element(
        'div',
        { class: 'title' },
        element('h1', { 'data-part': 'plan' }),
        element('p', { class: 'facts', 'data-part': 'facts' }),
      ),
      element(
        'div',
        { class: 'actions' },
        element('span', { class: 'badge', 'data-part': 'badge' }),
        button('Stop', 'primary', actions.stop, 'stop'),
        button('Report', 'primary', actions.openReport, 'report'),
        button('Profile', 'secondary', actions.openProfile, 'profile'),
        rerun,
        dashboard,
        button('Output', 'secondary', actions.showOutput, 'output'),
        button('Run Folder', 'secondary', actions.revealFolder, 'reveal'),
      ),
    ),
    element('ol', { class: 'phases', 'data-part': 'phases', 'aria-label': 'Phases' }),
    createVerdict(),
  );
  return {
    root,
    show: (run) => {
      showHeader(root, run);
    },
  };
}

function createVerdict(): HTMLElement {
  return element(
    'section',
    { class: 'verdict', 'data-part': 'verdict', 'aria-label': 'Verdict', hidden: '' },
    element('p', { class: 'reason', 'data-part': 'reason' }),
    element('p', { class: 'validity', 'data-part': 'validity' }),
    element('ul', { class: 'evidence', 'data-part': 'evidence' }),
    element('ul', { class: 'evidence', 'data-part': 'explanations' }),
  );
}

function showHeader(root: HTMLElement, run: RunView): void {
  const { header } = run;
  setText(part(root, 'plan'), header.plan);
  setText(part(root, 'facts'), factsOf(run));
  showBadge(part(root, 'badge'), headerWording(header));
  const stop = part(root, 'stop');
  setShown(stop, ['waiting', 'running', 'stopping'].includes(header.state));
  for (const name of ['report', 'rerun']) setShown(part(root, name), header.state === 'finished');
  setShown(part(root, 'profile'), header.hasProfile);
  setShown(part(root, 'dashboard'), header.hasDashboard);
  if (stop instanceof HTMLButtonElement) stop.disabled = header.state === 'stopping';
  matchChildren(part(root, 'phases'), run.phases, createPhase, (entry, phase) => {
    showPhase(entry, phase, run);
  });
  showVerdict(part(root, 'verdict'), run);
}

function factsOf({ header }: RunView): string {
  const facts = [
    ...(header.environment === null ? [] : [`environment ${header.environment}`]),
    ...(header.phase === null ? [] : [`phase ${header.phase}`]),
    formatProgress(header),
    `started ${new Date(header.startedMs).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })}`,
  ];
  return facts.join(' · ');
}

function showBadge(badge: HTMLElement, { words, tone }: Wording): void {
  setText(badge, words);
  badge.className = `badge tone-${tone}`;
}

function createPhase(): HTMLElement {
  return element(
    'li',
    {},
    element(
      'span',
      { class: 'phase-line' },
      element('span', { class: 'phase-name', 'data-part': 'name' }),
      element('span', { class: 'phase-state', 'data-part': 'state' }),
    ),
    element('span', { class: 'bar', 'aria-hidden': 'true' }, element('span', { 'data-part': 'fill' })),
  );
}

function showPhase(entry: HTMLElement, phase: LivePhase, run: RunView): void {
  const { words, tone } = phaseWording(phase, run);
  setText(part(entry, 'name'), phase.name);
  setText(part(entry, 'state'), words);
  entry.className = `tone-${tone}`;
  entry.title = phase.reason ?? '';
  // The longest phase is to look the longest, but the shortest must still be legible.
  entry.style.flexGrow = String(Math.max(1, Math.sqrt(phase.plannedMs / 1000)));
  part(entry, 'fill').style.width = `${100 * progressOf(phase, run)}%`;
}

/** A run that is stopped stops the phases that had not begun as well; nothing of them was run. */
function isUnbegun({ verdict, startMs }: LivePhase): boolean {
  return verdict === 'aborted' && startMs === null;
}

function phaseWording(phase: LivePhase, run: RunView): Wording {
  if (isUnbegun(phase)) return { words: 'not run', tone: 'open' };
  if (phase.verdict !== null) return withNote(verdictWording(phase.verdict), phase.note);
  const isOver = run.header.state === 'finished' || run.header.state === 'interrupted';
  switch (phase.state) {
    case 'pending':
      return { words: isOver ? 'not run' : 'to come', tone: 'open' };
    case 'running':
      return isOver
        ? { words: 'interrupted', tone: 'warn' }
        : withNote({ words: 'under way', tone: 'open' }, phase.note);
    case 'done':
      return { words: 'done', tone: 'open' };
  }
}

function withNote({ words, tone }: Wording, note: string | null): Wording {
  return { words: note === null ? words : `${words} · ${note}`, tone };
}

function progressOf(phase: LivePhase, run: RunView): number {
  if (isUnbegun(phase)) return 0;
  if (phase.state === 'done') return 1;
  if (phase.startMs === null || phase.plannedMs === 0) return 0;
  const last = run.points.t.at(-1);
  const reachedMs = last === undefined ? 0 : (last + run.binS) * 1000 - phase.startMs;
  return Math.min(1, Math.max(0, reachedMs / phase.plannedMs));
}

/** What is known against a measurement follows, also where it is not enough to doubt it. */
function validityText({ state, evidence }: NonNullable<RunView['validity']>): string {
  if (evidence.length === 0) return `The measurement is ${state}.`;
  return state === 'valid' ? 'The measurement is valid; yet:' : `The measurement is ${state}:`;
}

function showVerdict(section: HTMLElement, { header, phases, validity }: RunView): void {
  const isOver = header.state === 'finished' || header.state === 'interrupted';
  setShown(section, isOver || header.reason !== null);
  section.className = `verdict tone-${headerWording(header).tone}`;
  setText(part(section, 'reason'), header.reason ?? '');
  const said = part(section, 'validity');
  setShown(said, validity !== null);
  setText(said, validity === null ? '' : validityText(validity));
  matchChildren(
    part(section, 'evidence'),
    validity?.evidence ?? [],
    () => element('li'),
    (item, { message }) => {
      setText(item, message);
    },
  );
  const explanations = phases.flatMap(({ name, explanation }) =>
    explanation === null ? [] : [`${name}: ${explanation}`],
  );
  matchChildren(part(section, 'explanations'), explanations, () => element('li'), setText);
}
