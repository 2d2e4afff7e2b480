/** The profile panel: asks the host for what is shown, and draws the answers. */
import * as z from 'zod/mini';
import { profileVersion, toProfileView, type FromProfileView } from '../../protocol/profile';
import { createPage } from './page';

declare function acquireVsCodeApi(): { postMessage: (message: FromProfileView) => void };

// The page forbids making code from text, so that zod must not try to.
z.config({ jitless: true });

const root = document.getElementById('root');
if (root !== null) {
  const host = acquireVsCodeApi();
  const receive = createPage(root, (message) => {
    host.postMessage(message);
  });
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const parsed = toProfileView.safeParse(event.data);
    if (parsed.success) receive(parsed.data);
  });
  host.postMessage({ kind: 'ready', version: profileVersion });
}
