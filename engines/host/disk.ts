/** The operations on the disk that keeping a run needs, so that a test can let any one of them fail. */
import { constants } from 'node:fs';
import { mkdir, open, readFile, rename, rm, statfs } from 'node:fs/promises';

export interface OpenFile {
  /** @returns bytes written, which may be fewer than were given. */
  write(bytes: Uint8Array, offset: number): Promise<number>;
  /** Settles once the bytes are on the disk, not only in its cache. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  /** @returns the length of the file, whoever wrote it. */
  size(): Promise<number>;
  close(): Promise<void>;
}

export interface Disk {
  /** @param how `new`: replaces what was there. `append`: goes on after it. */
  open(file: string, how: 'new' | 'append'): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  /** Makes names that were added to a folder, or changed in it, outlast a loss of power. */
  syncFolder(folder: string): Promise<void>;
  /** Fails with `EEXIST` where the folder is there already. The folders above it are made as needed. */
  makeFolder(folder: string): Promise<void>;
  remove(path: string): Promise<void>;
  read(file: string): Promise<Buffer>;
  /** Bytes that an ordinary user can still write below this folder. */
  freeBytes(folder: string): Promise<number>;
}

export const realDisk: Disk = {
  open: openFile,
  rename: renameWithPatience,
  syncFolder,
  makeFolder: makeNewFolder,
  remove: (path) => rm(path, { recursive: true, force: true }),
  read: (file) => readFile(file),
  freeBytes: async (folder) => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
};

async function openFile(file: string, how: 'new' | 'append'): Promise<OpenFile> {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = constants;
  const handle = await open(file, O_WRONLY | O_CREAT | (how === 'new' ? O_TRUNC : O_APPEND), 0o600);
  return {
    write: async (bytes, offset) => (await handle.write(bytes, offset)).bytesWritten,
    sync: () => handle.datasync(),
    truncate: (length) => handle.truncate(length),
    size: async () => (await handle.stat()).size,
    close: () => handle.close(),
  };
}

async function makeNewFolder(folder: string): Promise<void> {
  const above = folder.replace(/[\\/][^\\/]+[\\/]*$/, '');
  if (above !== '' && above !== folder) await mkdir(above, { recursive: true });
  await mkdir(folder);
}

/** Windows cannot open a folder to sync it; its file systems keep the order of names themselves. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** On Windows a virus scanner may hold the file for a moment. */
async function renameWithPatience(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (process.platform !== 'win32' || attempt === 10 || (code !== 'EPERM' && code !== 'EACCES'))
        throw error;
      await new Promise((resolve) => setTimeout(resolve, attempt * 10));
    }
  }
}
