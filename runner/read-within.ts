/**
 * Files beside or below a plan. The plan itself can name no others; a function that it calls is code with the rights
 * of k6, and can read any file that its user can, by `open()`.
 */
import { constants } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

type Content =
  { readonly ok: true; readonly content: Buffer } | { readonly ok: false; readonly reason: string };

/** Links are followed first, so that what is judged is what is opened. */
export async function readWithin(folder: string, file: string, maxBytes: number): Promise<Content> {
  try {
    const root = await realpath(folder);
    const real = await realpath(path.resolve(root, file));
    const below = path.relative(root, real);
    if (path.isAbsolute(below) || below === '..' || below.startsWith(`..${path.sep}`)) {
      return { ok: false, reason: 'is outside the folder of the plan' };
    }
    // Without waiting, since a named pipe would never answer.
    const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return await readBounded(handle, maxBytes);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { ok: false, reason: `cannot be read: ${(error as Error).message}` };
  }
}

async function readBounded(handle: FileHandle, maxBytes: number): Promise<Content> {
  const stat = await handle.stat();
  if (!stat.isFile()) return { ok: false, reason: 'is not a plain file' };
  if (stat.size > maxBytes) return { ok: false, reason: `is larger than ${maxBytes / 1024 / 1024} MiB` };
  return { ok: true, content: await handle.readFile() };
}
