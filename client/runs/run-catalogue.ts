/** All runs of the workspace, read from their folders: whoever started them, they show. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { baselinesFileName, readBaselines, runDirOf } from '../../runner/baselines-file';
import { readEntry, type RunEntry } from '../../runner/open-run';
import { fileNames } from '../../runner/layout';
import { DisposableStore } from '../disposables';
import { runFolders } from './run-folders';

/** Several files of a run change at once. */
const settleMs = 150;

/** A runner that was killed leaves no trace in its folder, so that it has to be asked after. */
const livenessEveryMs = 2000;

export class RunCatalogue implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #store = new DisposableStore();
  readonly #watchers = new DisposableStore();
  readonly #known = new Map<string, RunEntry>();
  readonly #log: vscode.LogOutputChannel;
  #entries: readonly RunEntry[] = [];
  #pinned: ReadonlySet<string> = new Set();
  /** The latest reading, which never rejects. */
  #last: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
    this.#store.add(this.#changed);
    this.#watch();
    this.#store.add(
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.#watch();
        this.#soon();
      }),
    );
    const liveness = setInterval(() => {
      if (this.running.length > 0) this.#soon();
    }, livenessEveryMs);
    this.#store.add({
      dispose: () => {
        clearInterval(liveness);
      },
    });
  }

  /** Newest first. */
  get entries(): readonly RunEntry[] {
    return this.#entries;
  }

  get running(): readonly RunEntry[] {
    return this.#entries.filter(({ state }) => state === 'running');
  }

  find(id: string): RunEntry | undefined {
    return this.#entries.find((entry) => entry.id === id);
  }

  /** Whether goals on a baseline are judged against this run. */
  isPinned(entry: RunEntry): boolean {
    return this.#pinned.has(entry.dir);
  }

  /** Reads all folders anew. A reading that has not begun yet serves all who ask by then. */
  refresh(): Promise<void> {
    this.#next ??= this.#last.then(() => {
      this.#next = undefined;
      return this.#read();
    });
    this.#last = this.#next.catch(() => undefined);
    return this.#next;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#watchers.dispose();
    this.#store.dispose();
  }

  async #read(): Promise<void> {
    const dirs = (await Promise.all(runFolders().map(listDirs))).flat();
    const entries: RunEntry[] = [];
    for (const dir of dirs) entries.push(this.#known.get(dir) ?? (await readEntry(dir)));
    entries.sort((a, b) => (a.id < b.id ? 1 : -1));
    this.#known.clear();
    // What is over does not change any more, and need not be read again.
    for (const entry of entries) if (entry.state === 'finished') this.#known.set(entry.dir, entry);
    const pinned = (await Promise.all(runFolders().map((folder) => this.#readPinned(folder)))).flat();
    const isSame =
      fingerprint(entries) === fingerprint(this.#entries) &&
      pinned.join('\n') === [...this.#pinned].join('\n');
    this.#entries = entries;
    this.#pinned = new Set(pinned);
    if (!isSame) this.#changed.fire();
  }

  /** The runs that are pinned, in order and each once. */
  async #readPinned(folder: string): Promise<string[]> {
    const file = baselinesFileBeside(folder);
    const reading = await readBaselines(file);
    if (!reading.ok) this.#log.warn(reading.message);
    const baselines = reading.ok ? reading.baselines.baselines : [];
    const dirs = baselines.flatMap(({ runs }) => runs.map((run) => runDirOf(file, run)));
    return [...new Set(dirs)].sort();
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.refresh().catch((cause: unknown) => {
        this.#log.warn(`the runs could not be listed: ${String(cause)}`);
      });
    }, settleMs);
  }

  #watch(): void {
    this.#watchers.clear();
    for (const folder of runFolders()) {
      const pattern = new vscode.RelativePattern(
        vscode.Uri.file(folder),
        `*/{${fileNames.runner},${fileNames.run}}`,
      );
      const watcher = this.#watchers.add(vscode.workspace.createFileSystemWatcher(pattern));
      const soon = (): void => {
        this.#soon();
      };
      watcher.onDidCreate(soon);
      watcher.onDidChange(soon);
      watcher.onDidDelete((uri) => {
        this.#known.delete(path.dirname(uri.fsPath));
        this.#soon();
      });
      const beside = vscode.Uri.file(path.dirname(folder));
      const baselines = this.#watchers.add(
        vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(beside, baselinesFileName)),
      );
      baselines.onDidCreate(soon);
      baselines.onDidChange(soon);
      baselines.onDidDelete(soon);
    }
  }
}

function baselinesFileBeside(runFolder: string): string {
  return path.join(path.dirname(runFolder), baselinesFileName);
}

async function listDirs(root: string): Promise<string[]> {
  try {
    const found = await readdir(root, { withFileTypes: true });
    return found.filter((entry) => entry.isDirectory()).map((entry) => path.join(root, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function fingerprint(entries: readonly RunEntry[]): string {
  return entries.map(({ dir, state, run }) => `${dir}|${state}|${run?.verdict ?? ''}`).join('\n');
}
