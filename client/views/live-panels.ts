/** The live panels: one per run, fed from its folder, and restored after a reload of the window. */
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { fromLiveView, liveVersion, type FromLiveView, type ToLiveView } from '../../protocol/live';
import type { RunEntry } from '../../runner/open-run';
import { commandIds, livePanelType } from '../contributions';
import { DisposableStore } from '../disposables';
import { LiveFeed } from '../live/live-feed';
import { reportFailure } from '../logs';
import type { RunCatalogue } from '../runs/run-catalogue';
import type { RunSessions } from '../runs/run-sessions';
import type { ClosedPanels } from './closed-panels';
import { panelTitleOf } from './run-words';
import { viewPage, viewResourceRoots } from './view-page';

/** What a page keeps of itself over a reload. */
const keptState = z.object({ runId: z.string() });

export interface LivePanelsContext {
  readonly extension: vscode.Uri;
  readonly catalogue: RunCatalogue;
  readonly sessions: RunSessions;
  readonly log: vscode.LogOutputChannel;
  readonly reveal: (entry: RunEntry) => Promise<void>;
  readonly openDashboard: (entry: RunEntry) => Promise<void>;
  readonly closed: ClosedPanels;
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
      panelTitleOf(entry),
      { viewColumn: column, preserveFocus: true },
      this.#options(),
    );
    await this.#show(panel, entry);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = keptState.safeParse(state);
    await this.#context.catalogue.refresh();
    const entry = kept.success ? this.#context.catalogue.find(kept.data.runId) : this.#likelyRun(panel);
    panel.webview.options = this.#options();
    if (entry === undefined) this.#showMissing(panel, kept.data?.runId ?? '');
    else await this.#show(panel, entry);
    await this.reopenLost();
  }

  /**
   * A page that is reloaded before the editor has saved its layout comes back without its newest panels. Runs that
   * an editor started get theirs again, unless it was closed.
   */
  async reopenLost(): Promise<void> {
    for (const entry of this.#context.catalogue.running) {
      if (this.#panels.has(entry.dir) || this.#mayHaveTab(entry)) continue;
      if (await this.#context.closed.isForAnEditor(entry)) await this.open(entry);
    }
  }

  /** The run of a panel that was lost with what it kept of itself: its title is all that is known. */
  #likelyRun({ title }: vscode.WebviewPanel): RunEntry | undefined {
    const { entries, running } = this.#context.catalogue;
    const alike = entries.filter((entry) => panelTitleOf(entry) === title && !this.#panels.has(entry.dir));
    return alike.find(({ state }) => state === 'running') ?? alike[0] ?? running[0];
  }

  /** Whether a tab that is still to be restored may be that of the run: a hidden one is restored when it is shown. */
  #mayHaveTab(entry: RunEntry): boolean {
    const title = panelTitleOf(entry);
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const alike = tabs.filter(
      ({ input, label }) =>
        input instanceof vscode.TabInputWebview && input.viewType.endsWith(livePanelType) && label === title,
    );
    const restored = [...this.#panels.values()].filter((panel) => panel.title === title);
    return alike.length > restored.length;
  }

  #options(): vscode.WebviewOptions & vscode.WebviewPanelOptions {
    return { enableScripts: true, localResourceRoots: viewResourceRoots(this.#context.extension) };
  }

  /** The page may say that it is set up at any time, so that it is listened to before it is loaded. */
  async #show(panel: vscode.WebviewPanel, entry: RunEntry): Promise<void> {
    const store = new DisposableStore();
    const waiting: FromLiveView[] = [];
    let receive = (message: FromLiveView): void => {
      waiting.push(message);
    };
    const replaced = this.#panels.get(entry.dir);
    this.#panels.set(entry.dir, panel);
    replaced?.dispose();
    void this.#context.closed.reopened(entry).then(undefined, this.#report);
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
      // Another panel may have taken its place.
      if (this.#panels.get(entry.dir) !== panel) return;
      this.#panels.delete(entry.dir);
      void this.#context.closed.closed(entry).then(undefined, this.#report);
      void this.#context.sessions.release(entry.dir).catch(this.#report);
    });
    panel.webview.html = viewPage(panel.webview, this.#context.extension, 'live');
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
      case 'open-report':
        void vscode.commands.executeCommand(commandIds.openReport, { entry });
        return;
      case 'open-profile':
        void vscode.commands.executeCommand(commandIds.openProfile, { entry });
        return;
      case 'rerun':
        void vscode.commands.executeCommand(commandIds.rerun, { entry });
        return;
      case 'reveal-folder':
        void this.#context.reveal(entry).catch(this.#report);
        return;
      case 'open-dashboard':
        void this.#context.openDashboard(entry).catch(this.#report);
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
    panel.webview.html = viewPage(panel.webview, this.#context.extension, 'live');
  }

  readonly #report = (cause: unknown): void => {
    void reportFailure(this.#context.log, 'The live panel', cause);
  };
}
