/** The door to the files of the workspace where they are on a disk. */
import { t } from '@vscode/l10n';
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
  type Dirent,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TextReading, WorkspaceFiles } from '../connection/workspace-files';
import { lookThrough, maxFolders, type FolderEntry } from '../../protocol/looked-through';

export const disk: WorkspaceFiles = {
  reaches: (uri) => uri.startsWith('file:'),
  real: (uri) => uriOf(real(fileURLToPath(uri))),
  resolve: (from, relative) => {
    const folder = path.dirname(real(fileURLToPath(from)));
    return { folder: uriOf(folder), file: uriOf(real(path.resolve(folder, relative))) };
  },
  isBelow: (root, uri) => {
    const relative = path.relative(fileURLToPath(root), fileURLToPath(uri));
    return !relative.startsWith('..') && !path.isAbsolute(relative);
  },
  beside: (file, relative) => {
    const folder = path.dirname(fileURLToPath(file));
    const whole = path.resolve(folder, relative);
    return whole === folder || whole.startsWith(folder + path.sep) ? uriOf(whole) : undefined;
  },
  plansBelow: (folder) => plansBelow(fileURLToPath(folder)).map(uriOf),
  text: readText,
  start: readStart,
  stamp: (uri) => {
    const stat = statSync(fileURLToPath(uri), { throwIfNoEntry: false });
    return stat === undefined ? 'none' : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
  },
  entriesIn: (folder) => entriesIn(fileURLToPath(folder)),
};

function uriOf(file: string): string {
  return pathToFileURL(file).href;
}

function real(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

function readText(uri: string): string | undefined {
  try {
    return readFileSync(fileURLToPath(uri), 'utf8');
  } catch {
    // Whoever asks is told that it cannot be read.
    return undefined;
  }
}

function readStart(uri: string, most: (size: number) => number | undefined): TextReading {
  let handle: number | undefined;
  try {
    const file = fileURLToPath(uri);
    const stat = statSync(file);
    // A pipe would never answer.
    if (!stat.isFile()) return { ok: false, reason: t('is not a plain file') };
    const { size } = stat;
    const wanted = most(size);
    if (wanted === undefined) return { ok: false, reason: t('is too large to be read') };
    handle = openSync(file, 'r');
    const bytes = Buffer.alloc(wanted);
    const read = readSync(handle, bytes, 0, wanted, 0);
    return { ok: true, text: bytes.subarray(0, read).toString('utf8'), isWhole: wanted >= size };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { ok: false, reason: isMissing ? t('is not there') : t('cannot be read') };
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function plansBelow(root: string): string[] {
  const found: string[] = [];
  const looked = [root];
  for (const folder of looked) {
    const { plans, folders } = lookThrough(entriesIn(folder));
    found.push(...plans.map((name) => path.join(folder, name)));
    const room = maxFolders - looked.length;
    looked.push(...folders.slice(0, room).map((name) => path.join(folder, name)));
  }
  return found;
}

function entryOf(entry: Dirent): FolderEntry[] {
  if (entry.isDirectory()) return [{ name: entry.name, kind: 'folder' }];
  return entry.isFile() ? [{ name: entry.name, kind: 'file' }] : [];
}

function entriesIn(folder: string): FolderEntry[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap(entryOf);
  } catch {
    // A folder that nobody may read has no plans for anybody.
    return [];
  }
}
