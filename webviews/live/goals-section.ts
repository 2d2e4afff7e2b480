/** The goals of the plan, and whether they hold. */
import type { LiveGoal } from '../../protocol/live';
import { element, matchChildren, part, setShown, setText } from '../kit/dom';
import { formatCount, formatFigure, goalWording } from './format';
import type { RunView } from './state';

export function createGoals(): { root: HTMLElement; show: (run: RunView) => void } {
  const list = element('ul', { class: 'goals card' });
  const scope = element('span', { class: 'scope' });
  const root = element(
    'section',
    { 'aria-label': 'Goals' },
    element('div', { class: 'section-head' }, element('h2', {}, 'Goals'), scope),
    list,
  );
  return {
    root,
    show: ({ goals, header }) => {
      setShown(root, goals.length > 0);
      setText(scope, header.verdict === null ? 'judged at the end; this is how they stand so far' : '');
      matchChildren(list, goals, createGoal, showGoal);
    },
  };
}

function createGoal(): HTMLElement {
  return element(
    'li',
    {},
    element('span', { class: 'mark', 'aria-hidden': 'true', 'data-part': 'mark' }),
    element('code', { 'data-part': 'text' }),
    element('span', { class: 'state', 'data-part': 'state' }),
    element('span', { class: 'measured', 'data-part': 'measured' }),
    element('span', { class: 'why', 'data-part': 'why' }),
  );
}

const marks = { good: '✓', bad: '✗', warn: '!', open: '·' } as const;

function showGoal(entry: HTMLElement, goal: LiveGoal): void {
  const { words, tone } = goalWording(goal.state);
  entry.className = `tone-${tone}`;
  setText(part(entry, 'mark'), marks[tone]);
  setText(part(entry, 'text'), goal.text);
  setText(part(entry, 'state'), words);
  setText(part(entry, 'measured'), measuredOf(goal));
  const why = part(entry, 'why');
  setShown(why, goal.reason !== null);
  setText(why, goal.reason ?? '');
}

function measuredOf(goal: LiveGoal): string {
  const samples = `${formatCount(goal.samples)} ${goal.samples === 1 ? 'sample' : 'samples'}`;
  return goal.measured === null ? samples : `${formatFigure(goal.measured, goal.unit)} · ${samples}`;
}
