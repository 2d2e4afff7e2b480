/** Looks, while a run goes on, whether it should: the stop file, the lease, the disk. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Disk } from '../engines/host/disk';
import type { RunFolder } from './run-folder';
import { fileNames } from './layout';
import type { StopSwitch } from './stop';

const pollMs = 250;
const diskEveryPolls = 4;

/** What the verdict and the logs still need. */
export const minFreeBytes = 4 * 1024 * 1024;

export interface WatchOptions {
  readonly disk: Disk;
  readonly folder: RunFolder;
  readonly stop: StopSwitch;
  /** The lease is only watched where this is given. */
  readonly leaseLimitMs?: number | undefined;
}

/** @returns a function that ends the watching. */
export function watchRun(options: WatchOptions): () => void {
  let polls = 0;
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    polls += 1;
    void look(options, polls % diskEveryPolls === 0)
      .catch((error: unknown) => {
        // Who cannot see whether the run should end must not let it go on.
        options.stop.stop({
          code: 'stream-unwritable',
          message: `the run folder could not be watched: ${(error as Error).message}`,
        });
      })
      .finally(() => {
        isLooking = false;
      });
  }, pollMs);
  return () => {
    clearInterval(timer);
  };
}

async function look({ disk, folder, stop, leaseLimitMs }: WatchOptions, isDiskDue: boolean): Promise<void> {
  if ((await modifiedMs(path.join(folder.dir, fileNames.stop))) !== undefined) {
    stop.stop({ code: 'stop-requested', message: 'the run was told to stop' });
  }
  if (folder.stream.failure !== undefined) {
    stop.stop({
      code: isDiskFull(folder.stream.failure) ? 'disk-full' : 'stream-unwritable',
      message: `the records could not be written: ${folder.stream.failure.message}`,
    });
  }
  if (leaseLimitMs !== undefined) {
    const renewedMs = (await modifiedMs(path.join(folder.dir, fileNames.lease))) ?? 0;
    if (Date.now() - renewedMs > leaseLimitMs) {
      stop.stop({
        code: 'lease-expired',
        message: `nobody has held the lease of this run for ${Math.round(leaseLimitMs / 1000)} s`,
      });
    }
  }
  if (isDiskDue) await lookAtDisk(disk, folder, stop);
}

async function lookAtDisk(disk: Disk, folder: RunFolder, stop: StopSwitch): Promise<void> {
  try {
    const free = await disk.freeBytes(folder.dir);
    if (free < minFreeBytes) {
      stop.stop({ code: 'disk-full', message: `the disk has only ${Math.round(free / 1024)} KiB left` });
    }
  } catch (error) {
    stop.stop({
      code: 'stream-unwritable',
      message: `the run folder is gone: ${(error as Error).message}`,
    });
  }
}

function isDiskFull(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** When a file was last changed, or `undefined` where it is not there. */
async function modifiedMs(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
