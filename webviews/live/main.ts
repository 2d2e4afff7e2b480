/** The live panel: receives what the host says, keeps it as one state, and draws it. */
import * as z from 'zod/mini';
import { liveVersion, toLiveView, type FromLiveView } from '../../protocol/live';
import { createPage } from './page';
import { receive, type ViewState } from './state';

interface Host {
  postMessage: (message: FromLiveView) => void;
  getState: () => unknown;
  setState: (state: { readonly runId: string }) => void;
}

declare function acquireVsCodeApi(): Host;

// The page forbids making code from text, so that zod must not try to.
z.config({ jitless: true });

function start(host: Host, root: HTMLElement): void {
  let state: ViewState = { kind: 'empty' };
  const version = liveVersion;
  const show = createPage(root, {
    stop: () => {
      host.postMessage({ kind: 'stop', version });
    },
    openReport: () => {
      host.postMessage({ kind: 'open-report', version });
    },
    openProfile: () => {
      host.postMessage({ kind: 'open-profile', version });
    },
    rerun: () => {
      host.postMessage({ kind: 'rerun', version });
    },
    openDashboard: () => {
      host.postMessage({ kind: 'open-dashboard', version });
    },
    revealFolder: () => {
      host.postMessage({ kind: 'reveal-folder', version });
    },
    showOutput: () => {
      host.postMessage({ kind: 'show-output', version });
    },
    selectStep: (step) => {
      host.postMessage({ kind: 'select-step', step, version });
    },
  });
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const parsed = toLiveView.safeParse(event.data);
    if (!parsed.success) return;
    const { state: next, stale } = receive(state, parsed.data);
    if (stale) {
      host.postMessage({ kind: 'ready', version });
      return;
    }
    state = next;
    // The run is all that must be known to open the page again after a reload of the window.
    if (state.kind === 'run' && parsed.data.kind === 'snapshot')
      host.setState({ runId: state.run.header.runId });
    show(state);
  });
  show(state);
  host.postMessage({ kind: 'ready', version });
}

const root = document.getElementById('root');
if (root !== null) start(acquireVsCodeApi(), root);
