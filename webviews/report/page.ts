/** What is added to the report that the page holds already. */
import { reportVersion, type FromReportView, type ToReportView } from '../../protocol/report';
import { element, setShown, setText } from '../kit/dom';

const version = reportVersion;

/** @returns what takes the messages of the host. */
export function createPage(
  body: HTMLElement,
  post: (message: FromReportView) => void,
): (message: ToReportView) => void {
  for (const place of body.querySelectorAll<HTMLElement>('[data-file]')) makeLink(place, post);
  const act = (label: string, kind: 'export' | 'open-profile' | 'rerun'): HTMLElement => {
    const button = element('button', { type: 'button' }, label);
    button.addEventListener('click', () => {
      post({ kind, version });
    });
    return button;
  };
  const profile = act('Open Profile', 'open-profile');
  setShown(profile, false);
  const told = element('p', { class: 'told', role: 'status', 'data-part': 'told' });
  setShown(told, false);
  const label = 'What to do with this report';
  const bar = element(
    'div',
    { class: 'toolbar', role: 'toolbar', 'aria-label': label },
    profile,
    act('Re-run and Compare', 'rerun'),
    act('Export…', 'export'),
  );
  body.querySelector('main > header')?.prepend(bar, told);
  return (message) => {
    if (message.kind === 'told') setText(told, message.message);
    setShown(told, message.kind === 'told');
    if (message.kind === 'shown') setShown(profile, message.hasProfile);
  };
}

function makeLink(place: HTMLElement, post: (message: FromReportView) => void): void {
  const { file = '', line = '1' } = place.dataset;
  const open = (): void => {
    post({ kind: 'open-source', version, file, line: Number(line) });
  };
  // What it leads to in a file: here it opens the source itself.
  place.removeAttribute('href');
  place.setAttribute('role', 'link');
  place.tabIndex = 0;
  place.title = `Open ${file}`;
  place.addEventListener('click', open);
  place.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') open();
  });
}
