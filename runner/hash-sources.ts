/** The program's own files in a recording, as they were then: what has changed since can be told by it. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { isLibraryFile } from '../core/profile/origin';
import { frameFile, type Profile } from '../core/profile/profile';
import type { RecordedSource } from '../core/run/run';
import type { PlaceFile } from './source-paths';

/** More files than this are hardly one service. */
const maxFiles = 2000;

/** Source that people wrote is smaller; a larger file is generated. */
const maxBytes = 4 * 1024 * 1024;

/** A file that is not here, or cannot be read, is left out. */
export async function hashSources(
  profiles: readonly Profile[],
  planFile: string,
  place: PlaceFile,
): Promise<RecordedSource[]> {
  const told = new Set(profiles.flatMap((profile) => [...filesOf(profile)]));
  const sources: RecordedSource[] = [];
  for (const each of [...told].sort().slice(0, maxFiles)) {
    const file = place(each);
    const sha256 = await hashOfFile(path.resolve(path.dirname(planFile), file));
    if (sha256 !== undefined) sources.push({ told: each, file, sha256 });
  }
  return sources;
}

function filesOf(profile: Profile): Set<string> {
  const files = new Set<string>();
  for (const frame of profile.frames.file.keys()) files.add(frameFile(profile, frame));
  return new Set([...files].filter((file) => !isLibraryFile(file)));
}

/** Whether a file has the content that was recorded; not where it is not known which that was. */
export async function isAsRecorded(file: string, sha256: string | undefined): Promise<boolean> {
  return sha256 !== undefined && (await hashOfFile(file)) === sha256;
}

/** @returns `undefined` where there is no such file, or one that nobody wrote by hand. */
async function hashOfFile(file: string): Promise<string | undefined> {
  try {
    const found = await stat(file);
    if (!found.isFile() || found.size > maxBytes) return undefined;
    return createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return undefined;
  }
}
