/** The writing side of a run folder. Only the runner writes, and `run.json` comes last. */
import path from 'node:path';
import type { Disk } from '../engines/host/disk';
import { openAppendLog, writeWhole, type AppendLog } from '../engines/host/file-host';
import type { Run } from '../core/run/run';
import type { RunnerFile } from '../core/run/runner-file';
import { fileNames } from './layout';

/** Kept aside at the start, so that a disk that the load fills still takes the verdict. */
const reserveBytes = 2 * 1024 * 1024;

export interface RunFolder {
  readonly dir: string;
  readonly id: string;
  readonly stream: AppendLog;
  /** Puts a whole file below the folder in place. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  makeFolder(name: string): Promise<string>;
  /** Writes the result, the last file of the run. The stream must be closed by then. */
  finish(run: Run): Promise<void>;
}

export interface RunFolderOptions {
  readonly disk: Disk;
  /** The folder that holds all runs. */
  readonly root: string;
  readonly id: string;
  /** What `runner.json` says, apart from the id, which is made unique here. */
  readonly runner: Omit<RunnerFile, 'id'>;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** @throws the error of the disk. The folder is then gone again, where the disk allows it. */
export async function createRunFolder(options: RunFolderOptions): Promise<RunFolder> {
  const { disk, root } = options;
  const id = await makeUnique(disk, root, options.id);
  const dir = path.join(root, id);
  try {
    return await fillFolder(options, dir, id);
  } catch (error) {
    // Nothing was run, so nothing is worth keeping; a disk that fails at this too leaves an interrupted run.
    await disk.remove(dir).catch((cause: unknown) => ((error as Error).cause ??= cause));
    throw error;
  }
}

async function fillFolder(
  { disk, root, now, runner }: RunFolderOptions,
  dir: string,
  id: string,
): Promise<RunFolder> {
  await disk.syncFolder(root);
  const write = (name: string, content: string | Uint8Array): Promise<void> =>
    writeWhole(disk, path.join(dir, name), content);
  await write(fileNames.runner, formatJson({ ...runner, id }));
  await write(fileNames.reserve, '0'.repeat(reserveBytes));
  const stream = await openAppendLog(disk, path.join(dir, fileNames.stream), now);
  return {
    dir,
    id,
    stream,
    write,
    makeFolder: async (name) => {
      const folder = path.join(dir, name);
      await disk.makeFolder(folder);
      return folder;
    },
    finish: async (run) => {
      await disk.remove(path.join(dir, fileNames.reserve));
      await write(fileNames.run, formatJson(run));
    },
  };
}

/** Two runs may start within one second. */
async function makeUnique(disk: Disk, root: string, wanted: string): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const id = attempt === 1 ? wanted : `${wanted}-${attempt}`;
    try {
      await disk.makeFolder(path.join(root, id));
      return id;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === 100) throw error;
    }
  }
}

export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
