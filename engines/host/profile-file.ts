/** Profiles from the disk, with what the pure importers need of Node. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { importProfile, type ImportResult, type ImportTools } from '../../core/profile/import';
import { profileLimits } from '../../core/profile/limits';

const decoder = new TextDecoder('utf-8');

export const importTools: ImportTools = {
  decode: (bytes) => decoder.decode(bytes),
  gunzip: (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }),
};

/** Reads and imports a profile. A file that is not there or too large is a problem as any other. */
export async function readProfile(file: string): Promise<ImportResult> {
  try {
    const { size } = await stat(file);
    // What is too large is refused before it is read.
    if (size > profileLimits.fileBytes)
      return {
        ok: false,
        problem: {
          code: 'too-large',
          message: `it is larger than ${profileLimits.fileBytes / 1024 / 1024} MiB`,
          remedy: 'record for a shorter time or at a lower rate',
        },
      };
    return importProfile(await readFile(file), path.basename(file), importTools);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    return {
      ok: false,
      problem: {
        code: 'not-readable',
        message: code === 'ENOENT' ? 'the file is not there' : `the file cannot be read: ${message}`,
        remedy: 'check the path and the rights of the file',
      },
    };
  }
}
