/** Writing files so that a crash at any moment leaves either the old or the new, or a known good beginning. */
import path from 'node:path';
import type { Disk, OpenFile } from './disk';

/**
 * Puts a file in place as a whole: a reader sees all of it or nothing. The order is what makes it last: the bytes are
 * synced before the name appears, and the name is synced before the caller goes on.
 *
 * @throws the error of the disk; the file in place is then the one that was there before, or none.
 */
export async function writeWhole(disk: Disk, file: string, content: string | Uint8Array): Promise<void> {
  const beside = `${file}.part`;
  const handle = await disk.open(beside, 'new');
  try {
    await writeAll(handle, typeof content === 'string' ? Buffer.from(content) : content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await disk.rename(beside, file);
  await disk.syncFolder(path.dirname(file));
}

/** @throws the error of the disk, or `ENOSPC` where the disk takes nothing more without saying so. */
async function writeAll(handle: OpenFile, bytes: Uint8Array): Promise<void> {
  let offset = 0;
  while (offset < bytes.length) {
    const written = await handle.write(bytes, offset);
    if (written <= 0) throw Object.assign(new Error('the disk takes nothing more'), { code: 'ENOSPC' });
    offset += written;
  }
}

export interface AppendLog {
  /** Takes bytes at once and writes them in order. */
  append(bytes: Uint8Array): void;
  /** The first error of the disk. Nothing is written after it. */
  readonly failure: Error | undefined;
  /** Writes and syncs what is left, and closes. It never rejects: see `failure`. */
  close(): Promise<void>;
}

/** How much may wait for a slow disk before the log counts as failed. */
const maxPendingBytes = 32 * 1024 * 1024;
const syncEveryMs = 1000;

/**
 * Opens a log that grows by whole pieces. After a failed write the piece is cut off again, so that the file ends with
 * the last whole piece; a failed sync is never tried again, since the system may have dropped the bytes by then.
 *
 * @param now milliseconds of a clock that never goes back.
 * @throws the error of the disk on opening.
 */
export async function openAppendLog(disk: Disk, file: string, now: () => number): Promise<AppendLog> {
  const handle = await disk.open(file, 'append');
  let queue: Uint8Array[] = [];
  let pendingBytes = 0;
  let length = await handle.size();
  let syncedMs = now();
  let failure: Error | undefined;
  let writing: Promise<void> | undefined;

  const writeQueue = async (): Promise<void> => {
    while (queue.length > 0 && failure === undefined) {
      const bytes = Buffer.concat(queue);
      queue = [];
      pendingBytes = bytes.length;
      await writeAll(handle, bytes);
      length += bytes.length;
      pendingBytes = 0;
      if (now() - syncedMs >= syncEveryMs) {
        await handle.sync();
        syncedMs = now();
      }
    }
  };
  const fail = async (error: unknown): Promise<void> => {
    failure ??= error as Error;
    queue = [];
    try {
      await handle.truncate(length);
    } catch (cause) {
      // The piece stays cut in the middle; the reader's checksums tell.
      failure.cause ??= cause;
    }
  };
  const start = (): void => {
    writing ??= writeQueue()
      .catch(fail)
      .finally(() => {
        writing = undefined;
        if (queue.length > 0 && failure === undefined) start();
      });
  };
  return {
    append: (bytes) => {
      if (failure !== undefined) return;
      pendingBytes += bytes.length;
      if (pendingBytes > maxPendingBytes) {
        failure = new Error('the disk is too slow for the records of this run');
        return;
      }
      queue.push(bytes);
      start();
    },
    get failure() {
      return failure;
    },
    close: async () => {
      while (writing !== undefined) await writing;
      try {
        try {
          if (failure === undefined) await handle.sync();
          // Nobody else may write to it: what they add or cut would be taken for ours.
          if (failure === undefined && (await handle.size()) !== length)
            failure = new Error('another program changed the file meanwhile');
        } finally {
          await handle.close();
        }
      } catch (error) {
        failure ??= error as Error;
      }
    },
  };
}
