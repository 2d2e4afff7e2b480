/** Opens files that profilers wrote in a panel of their own. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import {
  fromProfileView,
  profileVersion,
  type FromProfileView,
  type ToProfileView,
} from '../../protocol/profile';
import { profileEditorType } from '../contributions';
import { DisposableStore } from '../disposables';
import { reportFailure } from '../logs';
import { viewPage, viewResourceRoots } from '../views/view-page';
import { openFrame } from './open-frame';
import { ProfileThread } from './profile-thread';

interface ProfileDocument extends vscode.CustomDocument {
  readonly uri: vscode.Uri;
}

export class ProfileEditors implements vscode.CustomReadonlyEditorProvider<ProfileDocument> {
  readonly #extension: vscode.Uri;
  readonly #log: vscode.LogOutputChannel;

  constructor(extension: vscode.Uri, log: vscode.LogOutputChannel) {
    this.#extension = extension;
    this.#log = log;
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
    const conversation = new Conversation(uri, store.add(new ProfileThread(script.fsPath)), (message) => {
      void panel.webview.postMessage(message);
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

/** What one page and its profile say to each other. */
class Conversation {
  readonly #uri: vscode.Uri;
  readonly #thread: ProfileThread;
  readonly #post: (message: ToProfileView) => void;
  #opened: Promise<ToProfileView | undefined> | undefined;

  constructor(uri: vscode.Uri, thread: ProfileThread, post: (message: ToProfileView) => void) {
    this.#uri = uri;
    this.#thread = thread;
    this.#post = post;
  }

  async receive(message: FromProfileView): Promise<void> {
    switch (message.kind) {
      case 'ready':
        // A page that comes back from being hidden finds its profile still open.
        this.#opened ??= this.#thread.open(this.#uri.fsPath);
        this.#give(await this.#opened);
        return;
      case 'open-source':
        await this.#openSource(message.of);
        return;
      case 'compare':
        await this.#compare();
        return;
      case 'compare-none':
        this.#reopened(await this.#thread.compare(null));
        return;
      default:
        this.#give(await this.#thread.ask(message));
    }
  }

  async #openSource(fn: number): Promise<void> {
    const place = await this.#thread.place(fn);
    if (place === undefined) return;
    const { mtimeMs } = await stat(this.#uri.fsPath);
    const told = await openFrame({ ...place, recordedMs: mtimeMs });
    if (told !== undefined) this.#give({ kind: 'told', version: profileVersion, message: told });
  }

  async #compare(): Promise<void> {
    const [chosen] =
      (await vscode.window.showOpenDialog({
        title: 'Profile from before the change',
        openLabel: 'Compare',
        defaultUri: vscode.Uri.file(path.dirname(this.#uri.fsPath)),
      })) ?? [];
    if (chosen !== undefined) this.#reopened(await this.#thread.compare(chosen.fsPath));
  }

  #reopened(message: ToProfileView | undefined): void {
    if (message?.kind === 'opened') this.#opened = Promise.resolve(message);
    this.#give(message);
  }

  #give(message: ToProfileView | undefined): void {
    if (message !== undefined) this.#post(message);
  }
}
