/** The live panels: one per run, fed from its folder, and restored after a reload of the window. */
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { fromLiveView, liveVersion, type FromLiveView, type ToLiveView } from '../../protocol/live';
import type { RunEntry } from '../../runner/open-run';
import { livePanelType } from '../contributions';
import { DisposableStore } from '../disposables';
import { LiveFeed } from '../live/live-feed';
import { reportFailure } from '../logs';
import type { RunCatalogue } from '../runs/run-catalogue';
import type { RunSessions } from '../runs/run-sessions';
import { livePage, liveResourceRoots } from './live-page';
import { phaseNamesOf, planNameOf } from './run-words';

/** What a page keeps of itself over a reload. */
const keptState = z.object({ runId: z.string() });

export interface LivePanelsContext {
  readonly extension: vscode.Uri;
  readonly catalogue: RunCatalogue;
  readonly sessions: RunSessions;
  readonly log: vscode.LogOutputChannel;
  readonly reveal: (entry: RunEntry) => Promise<void>;
}

export class LivePanels implements vscode.WebviewPanelSerializer {
  readonly #context: LivePanelsContext;
  readonly #panels = new Map<string, vscode.WebviewPanel>();

  constructor(context: LivePanelsContext) {
    this.#context = context;
  }

  async open(entry: RunEntry): Promise<void> {
    const known = this.#panels.get(entry.dir);
    if (known !== undefined) {
      known.reveal();
      return;
    }
    const column =
      vscode.window.activeTextEditor === undefined ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
    const panel = vscode.window.createWebviewPanel(
      livePanelType,
      titleOf(entry),
      { viewColumn: column, preserveFocus: true },
      this.#options(),
    );
    await this.#show(panel, entry);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = keptState.safeParse(state);
    const runId = kept.success ? kept.data.runId : '';
    await this.#context.catalogue.refresh();
    const entry = this.#context.catalogue.find(runId);
    panel.webview.options = this.#options();
    if (entry !== undefined) await this.#show(panel, entry);
    else this.#showMissing(panel, runId);
  }

  #options(): vscode.WebviewOptions & vscode.WebviewPanelOptions {
    return { enableScripts: true, localResourceRoots: liveResourceRoots(this.#context.extension) };
  }

  /** The page may say that it is set up at any time, so that it is listened to before it is loaded. */
  async #show(panel: vscode.WebviewPanel, entry: RunEntry): Promise<void> {
    const store = new DisposableStore();
    const waiting: FromLiveView[] = [];
    let receive = (message: FromLiveView): void => {
      waiting.push(message);
    };
    this.#panels.set(entry.dir, panel);
    const media = vscode.Uri.joinPath(this.#context.extension, 'media');
    panel.iconPath = {
      light: vscode.Uri.joinPath(media, 'plan-light.svg'),
      dark: vscode.Uri.joinPath(media, 'plan-dark.svg'),
    };
    store.add(
      panel.webview.onDidReceiveMessage((data: unknown) => {
        const message = fromLiveView.safeParse(data);
        if (message.success) receive(message.data);
        else this.#context.log.warn('a message of the live panel was not understood');
      }),
    );
    panel.onDidDispose(() => {
      store.dispose();
      this.#panels.delete(entry.dir);
      void this.#context.sessions.release(entry.dir).catch(this.#report);
    });
    panel.webview.html = livePage(panel.webview, this.#context.extension);
    const session = await this.#context.sessions.follow(entry);
    const feed = store.add(
      new LiveFeed(session.run, {
        post: (message) => void panel.webview.postMessage(message),
        isVisible: () => panel.visible,
      }),
    );
    store.add(
      session.onDidChange(() => {
        feed.changed();
      }),
    );
    let wasVisible = panel.visible;
    store.add(
      panel.onDidChangeViewState(() => {
        // The focus alone may have moved.
        if (panel.visible !== wasVisible) feed.visibilityChanged();
        wasVisible = panel.visible;
      }),
    );
    receive = (message) => {
      this.#act(message, feed, session.run.entry);
    };
    for (const message of waiting) receive(message);
  }

  #act(message: FromLiveView, feed: LiveFeed, entry: RunEntry): void {
    switch (message.kind) {
      case 'ready':
        feed.ready();
        return;
      case 'select-step':
        feed.select(message.step);
        return;
      case 'stop':
        void this.#context.sessions.stop(entry).catch(this.#report);
        return;
      case 'reveal-folder':
        void this.#context.reveal(entry).catch(this.#report);
        return;
      case 'show-output':
        this.#context.log.show();
        return;
    }
  }

  #showMissing(panel: vscode.WebviewPanel, runId: string): void {
    const message: ToLiveView = {
      kind: 'unavailable',
      version: liveVersion,
      runId,
      message: 'Its folder is no longer among the runs of this workspace.',
    };
    panel.webview.onDidReceiveMessage(() => void panel.webview.postMessage(message));
    panel.webview.html = livePage(panel.webview, this.#context.extension);
  }

  readonly #report = (cause: unknown): void => {
    void reportFailure(this.#context.log, 'The live panel', cause);
  };
}

function titleOf(entry: RunEntry): string {
  return `${planNameOf(entry)}: ${phaseNamesOf(entry)}`;
}
