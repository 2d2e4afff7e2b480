/** The files and sockets that a process of this user has open. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { parseFilesLimit } from './proc-files';

export interface Descriptors {
  readonly files: number;
  /** Absent where there are too many to look at each. */
  readonly sockets?: number;
  readonly limit?: number;
}

/** More links than this take longer to read than they are worth. */
const maxLinks = 3000;

/** @returns `undefined` where there is no such process, or the platform does not tell. */
export async function readDescriptors(pid: number, proc = '/proc'): Promise<Descriptors | undefined> {
  const folder = path.join(proc, String(pid), 'fd');
  try {
    const names = await readdir(folder);
    const limit = parseFilesLimit(await readFile(path.join(proc, String(pid), 'limits'), 'utf8'));
    const known = { files: names.length, ...(limit !== undefined && { limit }) };
    if (names.length > maxLinks) return known;
    // One that was closed in between is no socket any more.
    const links = await Promise.all(names.map((name) => readlink(path.join(folder, name)).catch(() => '')));
    return { ...known, sockets: links.filter((link) => link.startsWith('socket:')).length };
  } catch {
    return undefined;
  }
}
