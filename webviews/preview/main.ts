/** The preview of a load: receives the shape of the plan, and draws it. */
import * as z from 'zod/mini';
import { previewVersion, toPreview, type FromPreview } from '../../protocol/preview';
import { createPage } from './page';

interface Host {
  postMessage: (message: FromPreview) => void;
  setState: (state: { readonly plan: string }) => void;
}

declare function acquireVsCodeApi(): Host;

// The page forbids making code from text, so that zod must not try to.
z.config({ jitless: true });

function start(host: Host, root: HTMLElement): void {
  const version = previewVersion;
  const page = createPage(root, (phase) => {
    host.postMessage({ kind: 'reveal', version, phase });
  });
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const parsed = toPreview.safeParse(event.data);
    if (!parsed.success) return;
    const message = parsed.data;
    // The plan is all that must be known to open the page again after a reload of the window.
    if (message.kind !== 'select') host.setState({ plan: message.plan });
    if (message.kind === 'shape') page.show(message);
    if (message.kind === 'unavailable') page.setNotice(message.message);
    else page.select((message.kind === 'shape' ? message.selected : message.phase) ?? undefined);
  });
  host.postMessage({ kind: 'ready', version });
}

const root = document.getElementById('root');
if (root !== null) start(acquireVsCodeApi(), root);
