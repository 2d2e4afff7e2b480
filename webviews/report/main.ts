/** A report in the editor: its places open sources, and its buttons do what concerns the run. */
import * as z from 'zod/mini';
import { reportVersion, toReportView, type FromReportView } from '../../protocol/report';
import { createPage } from './page';

interface Host {
  postMessage: (message: FromReportView) => void;
  setState: (state: { readonly runId: string; readonly baselineId: string | null }) => void;
}

declare function acquireVsCodeApi(): Host;

// The page forbids making code from text, so that zod must not try to.
z.config({ jitless: true });

const host = acquireVsCodeApi();
const receive = createPage(document.body, (message) => {
  host.postMessage(message);
});
window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const parsed = toReportView.safeParse(event.data);
  if (!parsed.success) return;
  if (parsed.data.kind === 'shown') {
    const { runId, baselineId } = parsed.data;
    host.setState({ runId, baselineId });
  }
  receive(parsed.data);
});
host.postMessage({ kind: 'ready', version: reportVersion });
