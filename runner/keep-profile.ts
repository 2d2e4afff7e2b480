/** From what a profiler wrote to a file of the run: read once, so that nothing is kept that cannot be read. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { importProfile } from '../core/profile/import';
import type { Profile } from '../core/profile/profile';
import { importTools } from '../engines/host/profile-file';
import type { RunContext } from './run-context';

export type KeptProfile =
  /** Without a profile where nobody was at work. */
  | { readonly ok: true; readonly profile: Profile | undefined }
  | { readonly ok: false; readonly message: string };

/**
 * @param written absolute path of the profiler's own file.
 * @param file where it is kept, relative to the run folder. Text is kept without secrets.
 */
export async function keepProfile(
  { folder, redact }: RunContext,
  written: string,
  file: string,
): Promise<KeptProfile> {
  try {
    const bytes = await readFile(written);
    const clean = file.endsWith('.json') ? Buffer.from(redact(bytes.toString('utf8'))) : bytes;
    const read = importProfile(clean, path.posix.basename(file), importTools);
    if (!read.ok && read.problem.code !== 'no-samples') return { ok: false, message: read.problem.message };
    await folder.write(file, clean);
    return { ok: true, profile: read.ok ? read.profile : undefined };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { ok: false, message: `it could not be kept: ${message}` };
  }
}
