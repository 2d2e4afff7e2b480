/** The editor's hold on a run that it started: while it looks, the load goes on. */
import { utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileNames } from './layout';

/** The run stops when nobody has renewed the lease for so long. */
export const leaseLimitMs = 60_000;

/** To be called at least every twenty seconds by whoever wants the load to go on. */
export async function renewLease(dir: string): Promise<void> {
  const file = path.join(dir, fileNames.lease);
  const now = new Date();
  try {
    await utimes(file, now, now);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await writeFile(file, '');
  }
}

/** Tells the runner of a run to stop the load and write its result. It does so within a second. */
export async function requestStop(dir: string): Promise<void> {
  await writeFile(path.join(dir, fileNames.stop), '');
}
