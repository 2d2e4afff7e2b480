/** Opens files that profilers wrote in a panel of their own. */
import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import {
  fromProfileView,
  profileVersion,
  type FromProfileView,
  type ToProfileView,
} from '../../protocol/profile';
import type { RunEntry } from '../../runner/open-run';
import { commandIds, profileEditorType } from '../contributions';
import { DisposableStore } from '../disposables';
import { reportFailure } from '../logs';
import { viewPage, viewResourceRoots } from '../views/view-page';
import type { RunCatalogue } from '../runs/run-catalogue';
import { chooseBefore } from './choose-before';
import { openFrame } from './open-frame';
import { openedFilesOf, openedRecording } from './opened-files';
import { ProfileThread } from './profile-thread';
import { filesOf, isSameSubject, recordingOf, recordingsOf, type Recording } from '../../runner/recordings';

interface ProfileDocument extends vscode.CustomDocument {
  readonly uri: vscode.Uri;
}

export class ProfileEditors implements vscode.CustomReadonlyEditorProvider<ProfileDocument> {
  readonly #extension: vscode.Uri;
  readonly #catalogue: RunCatalogue;
  readonly #log: vscode.LogOutputChannel;
  /** What a panel that is about to be opened is compared with, by the path of its file. */
  readonly #compared = new Map<string, Recording>();
  readonly #conversations = new Map<string, Conversation>();

  constructor(extension: vscode.Uri, catalogue: RunCatalogue, log: vscode.LogOutputChannel) {
    this.#extension = extension;
    this.#catalogue = catalogue;
    this.#log = log;
  }

  /** Opens what a run recorded, held against what an earlier one recorded of the same. */
  async openChanges(run: RunEntry, baseline: RunEntry): Promise<void> {
    const earlier = recordingsOf(baseline);
    const pairs = recordingsOf(run).flatMap((after) => {
      const before = earlier.find((one) => isSameSubject(one, after));
      return before === undefined ? [] : [{ after, before }];
    });
    // The report that says what it comes to stays in sight, and the first of them is in front of the others beside it.
    let column = vscode.ViewColumn.Beside;
    for (const { after, before } of pairs.reverse()) {
      await this.#openCompared(after, before, column);
      column = vscode.ViewColumn.Active;
    }
  }

  async #openCompared(after: Recording, before: Recording, column: vscode.ViewColumn): Promise<void> {
    const [file = ''] = filesOf(after);
    const shown = this.#conversations.get(file);
    if (shown === undefined) this.#compared.set(file, before);
    await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(file), profileEditorType, column);
    await shown?.compareWith(before);
  }

  register(): vscode.Disposable {
    return vscode.window.registerCustomEditorProvider(profileEditorType, this, {
      supportsMultipleEditorsPerDocument: true,
    });
  }

  openCustomDocument(uri: vscode.Uri): ProfileDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: ProfileDocument, panel: vscode.WebviewPanel): void {
    const store = new DisposableStore();
    panel.onDidDispose(() => {
      store.dispose();
    });
    panel.webview.options = { enableScripts: true, localResourceRoots: viewResourceRoots(this.#extension) };
    const script = vscode.Uri.joinPath(this.#extension, 'dist', 'profile-worker.cjs');
    const conversation = new Conversation({
      file: uri.fsPath,
      thread: store.add(new ProfileThread(script.fsPath)),
      catalogue: this.#catalogue,
      before: this.#compared.get(uri.fsPath),
      post: (message) => {
        void panel.webview.postMessage(message);
      },
    });
    this.#compared.delete(uri.fsPath);
    this.#conversations.set(uri.fsPath, conversation);
    store.add({
      dispose: () => {
        if (this.#conversations.get(uri.fsPath) === conversation) this.#conversations.delete(uri.fsPath);
      },
    });
    store.add(
      panel.webview.onDidReceiveMessage((data: unknown) => {
        const message = fromProfileView.safeParse(data);
        if (!message.success) this.#log.warn('a message of the profile panel was not understood');
        else
          void conversation
            .receive(message.data)
            .catch((cause: unknown) => reportFailure(this.#log, 'The profile panel', cause));
      }),
    );
    panel.webview.html = viewPage(panel.webview, this.#extension, 'profile');
  }
}

interface Parts {
  readonly file: string;
  readonly thread: ProfileThread;
  readonly catalogue: RunCatalogue;
  /** Compared with from the beginning. */
  readonly before: Recording | undefined;
  readonly post: (message: ToProfileView) => void;
}

/** What one page and its profile say to each other. */
class Conversation {
  readonly #parts: Parts;
  #opened: Promise<ToProfileView | undefined> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async receive(message: FromProfileView): Promise<void> {
    switch (message.kind) {
      case 'ready':
        // A page that comes back from being hidden finds its profile still open.
        this.#opened ??= this.#open();
        this.#give(await this.#opened);
        return;
      case 'open-source':
        await this.#openSource(message.of);
        return;
      case 'compare':
        await this.#compare();
        return;
      case 'rerun': {
        const recording = await recordingOf(this.#parts.file);
        const entry = recording && this.#parts.catalogue.entries.find(({ dir }) => dir === recording.dir);
        await vscode.commands.executeCommand(commandIds.rerun, { entry });
        return;
      }
      case 'compare-none':
        this.#reopened(await this.#parts.thread.compare(null));
        return;
      default:
        this.#give(await this.#parts.thread.ask(message));
    }
  }

  async compareWith(before: Recording): Promise<void> {
    await this.#opened;
    this.#reopened(await this.#parts.thread.compare(openedRecording(before)));
  }

  async #open(): Promise<ToProfileView | undefined> {
    const { thread, file, before } = this.#parts;
    const opened = await thread.open(await openedFilesOf(file));
    if (before === undefined || opened?.kind !== 'opened') return opened;
    return await thread.compare(openedRecording(before));
  }

  async #openSource(fn: number): Promise<void> {
    const { thread, file } = this.#parts;
    const place = await thread.place(fn);
    if (place === undefined) return;
    const { mtimeMs } = await stat(file);
    const told = await openFrame({ ...place, recordedMs: mtimeMs, recording: await recordingOf(file) });
    if (told !== undefined) this.#give({ kind: 'told', version: profileVersion, message: told });
  }

  async #compare(): Promise<void> {
    const { thread, file, catalogue } = this.#parts;
    const before = await chooseBefore(file, catalogue.entries);
    if (before !== undefined) this.#reopened(await thread.compare(before));
  }

  #reopened(message: ToProfileView | undefined): void {
    if (message?.kind === 'opened') this.#opened = Promise.resolve(message);
    this.#give(message);
  }

  #give(message: ToProfileView | undefined): void {
    if (message !== undefined) this.#parts.post(message);
  }
}
