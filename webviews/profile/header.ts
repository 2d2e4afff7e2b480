/** What is shown, where it is from, and what it is compared with. */
import type { ProfileOpened } from '../../protocol/profile';
import { element, setShown, setText } from '../kit/dom';
import { formatWhole } from './format';

export interface Header {
  readonly root: HTMLElement;
  readonly show: (opened: ProfileOpened) => void;
  /** Says something that has no other place. */
  readonly tell: (text: string) => void;
}

export function createHeader(events: {
  readonly compare: () => void;
  readonly compareNone: () => void;
  readonly rerun: () => void;
}): Header {
  const title = element('h1');
  const facts = element('p', { class: 'facts', 'data-part': 'facts' });
  const caution = element('p', { class: 'scope' });
  const told = element('p', { class: 'told', role: 'status', 'data-part': 'told' });
  const compare = element('button', { type: 'button', class: 'secondary' }, 'Compare with…');
  const compareNone = element('button', { type: 'button', class: 'secondary' }, 'Stop comparing');
  compare.addEventListener('click', events.compare);
  compareNone.addEventListener('click', events.compareNone);
  const rerun = element('button', { type: 'button', class: 'secondary' }, 'Re-run and Compare');
  rerun.addEventListener('click', events.rerun);
  setShown(told, false);
  const root = element(
    'header',
    {},
    element(
      'div',
      { class: 'title-row' },
      element('div', { class: 'title' }, title, facts, caution),
      element('div', { class: 'actions' }, rerun, compare, compareNone),
    ),
    told,
  );
  return {
    root,
    show(opened) {
      setText(title, opened.name);
      setText(facts, factsOf(opened).join(' · '));
      setText(
        caution,
        opened.hasStacks
          ? ''
          : 'A tracing profiler counts every call exactly, keeps no stacks to draw, and overstates cheap functions that are called often.',
      );
      setShown(rerun, opened.isOfRun);
      setShown(compareNone, opened.comparedWith !== null);
      setShown(told, false);
    },
    tell(text) {
      setText(told, text);
      setShown(told, true);
    },
  };
}

const count = new Intl.NumberFormat('en');

function factsOf({ producer, format, unit, whole, samples, functions, hasStacks }: ProfileOpened): string[] {
  return [
    producer === '' ? format : producer,
    formatWhole(whole, unit),
    ...(hasStacks && unit !== 'samples' ? [`${count.format(samples)} samples`] : []),
    `${count.format(functions)} functions`,
  ];
}
