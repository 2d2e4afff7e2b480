/** The door to the files of the workspace in a browser: what the client has told of them. */
import { t } from '@vscode/l10n';
import {
  changedFilesSchema,
  toldFileSchema,
  workspaceFilesSchema,
  type ToldFile,
} from '../../protocol/language';
import { isPlanName, type FolderEntry } from '../../protocol/looked-through';
import { plainUri } from '../connection/plain-uri';
import type { TextReading, WorkspaceFiles } from '../connection/workspace-files';

interface KnownFile {
  /** Counts what was learnt of it. */
  readonly version: number;
  /** Absent while it is being asked for. */
  readonly told?: ToldFile;
}

/** Addresses may be spelt in several ways: all are kept by their plain one. */
export class ToldFiles implements WorkspaceFiles {
  readonly #folders = new Map<string, Map<string, FolderEntry>>();
  readonly #plans = new Map<string, { readonly uri: string; readonly text: string }>();
  readonly #files = new Map<string, KnownFile>();
  readonly #ask: (uri: string) => Promise<unknown>;
  #count = 0;
  #changed: (uris: readonly string[]) => void = () => undefined;

  /** @param ask asks the client for a file. */
  constructor(ask: (uri: string) => Promise<unknown>) {
    this.#ask = ask;
  }

  /** @param options `initializationOptions`. What is not understood of them is not known. */
  begin(options: unknown): void {
    const told = (options as { readonly workspaceFiles?: unknown } | null | undefined)?.workspaceFiles;
    const { data } = workspaceFilesSchema.safeParse(told);
    for (const { uri, files, folders } of data?.folders ?? []) {
      const entries = this.#entries(uri);
      for (const name of files) entries.set(name, { name, kind: 'file' });
      for (const name of folders) entries.set(name, { name, kind: 'folder' });
    }
    for (const plan of data?.plans ?? []) this.#plans.set(plainUri(plan.uri), plan);
  }

  onChange(changed: (uris: readonly string[]) => void): void {
    this.#changed = changed;
  }

  /** @param params from the wire. @returns what is wrong with it. */
  take(params: unknown): string | undefined {
    const { success, data, error } = changedFilesSchema.safeParse(params);
    if (!success) return error.message;
    for (const { uri, isThere, text } of data.files) {
      const [folder, name] = partsOf(uri);
      if (isThere) this.#entries(folder).set(name, { name, kind: 'file' });
      else this.#entries(folder).delete(name);
      if (isThere && text !== undefined) this.#plans.set(plainUri(uri), { uri, text });
      else this.#plans.delete(plainUri(uri));
      this.changed(uri);
    }
    this.#changed(data.files.map(({ uri }) => uri));
    return undefined;
  }

  reaches(uri: string): boolean {
    return /^[a-z][\w+.-]*:\/\//i.test(uri);
  }

  real(uri: string): string {
    return uri;
  }

  resolve(from: string, relative: string): { readonly folder: string; readonly file: string } {
    const folder = joined(from, '.').replace(/\/$/, '');
    const file = joined(from, relative);
    return { folder, file: this.#plans.get(plainUri(file))?.uri ?? file };
  }

  isBelow(root: string, uri: string): boolean {
    const [above, below] = [folderKey(root), plainUri(uri)];
    return below === above || below.startsWith(`${above}/`);
  }

  beside(file: string, relative: string): string | undefined {
    const { folder, file: uri } = this.resolve(file, relative === '' ? '.' : relative);
    return this.isBelow(folder, uri) ? uri : undefined;
  }

  plansBelow(folder: string): readonly string[] {
    return [...this.#plans.values()].map(({ uri }) => uri).filter((uri) => this.isBelow(folder, uri));
  }

  text(uri: string): string | undefined {
    return this.#plans.get(plainUri(uri))?.text;
  }

  start(uri: string, most: (size: number) => number | undefined): TextReading | undefined {
    const key = plainUri(uri);
    const known = this.#files.get(key);
    if (known === undefined) this.#wait(uri);
    if (known?.told === undefined) return undefined;
    if (!known.told.ok) return { ok: false, reason: wordsOf(known.told.why) };
    const { text } = known.told;
    const wanted = most(text.length);
    if (wanted === undefined) return { ok: false, reason: wordsOf('large') };
    return { ok: true, text: text.slice(0, wanted), isWhole: wanted >= text.length };
  }

  stamp(uri: string): string {
    const { version = 0, told } = this.#files.get(plainUri(uri)) ?? {};
    return `${version} ${told === undefined ? 'asked' : 'told'}`;
  }

  entriesIn(folder: string): readonly FolderEntry[] {
    return [...(this.#folders.get(folderKey(folder))?.values() ?? [])];
  }

  /** It is asked for anew when somebody needs it. */
  changed(uri: string): void {
    const key = plainUri(uri);
    if (!isPlanName(uri) && this.#files.has(key)) this.#files.delete(key);
  }

  #wait(uri: string): void {
    const key = plainUri(uri);
    this.#count += 1;
    const version = this.#count;
    this.#files.set(key, { version });
    const take = (answer: unknown): void => {
      // It has changed, and was asked for again, while this answer was on its way.
      if (this.#files.get(key)?.version !== version) return;
      const { data } = toldFileSchema.safeParse(answer);
      this.#files.set(key, { version, told: data ?? unreadable });
      this.#changed([uri]);
    };
    this.#ask(uri).then(take, () => {
      take(unreadable);
    });
  }

  #entries(folder: string): Map<string, FolderEntry> {
    const key = folderKey(folder);
    const entries = this.#folders.get(key) ?? new Map<string, FolderEntry>();
    this.#folders.set(key, entries);
    return entries;
  }
}

const unreadable: ToldFile = { ok: false, why: 'unreadable' };

/** A folder is the same with a stroke at its end and without. */
function folderKey(uri: string): string {
  return plainUri(uri).replace(/\/$/, '');
}

/** What ends a sentence about the file. */
function wordsOf(why: Extract<ToldFile, { ok: false }>['why']): string {
  switch (why) {
    case 'missing':
      return t('is not there');
    case 'large':
      return t('is too large to be read');
    case 'outside':
      return t('lies outside of the workspace');
    case 'unreadable':
      return t('cannot be read');
  }
}

/** Where a relative path leads from a file. Characters of names that have a meaning in addresses are none of it. */
function joined(from: string, relative: string): string {
  const path = relative.split('/').map(encodeURIComponent).join('/');
  return new URL(path, from).href;
}

function partsOf(uri: string): readonly [folder: string, name: string] {
  const plain = plainUri(uri);
  const end = plain.lastIndexOf('/');
  return [plain.slice(0, end), plain.slice(end + 1)];
}
