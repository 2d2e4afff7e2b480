/** Finds the k6 that this build of Benchwright was made with, and makes sure that it is that very one. */
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, chmod, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

/** The text of dist/k6/manifest.json when the bundle was made, or `null`; so a swapped program is noticed. */
declare const __K6_MANIFEST__: string;

export interface K6Binary {
  /** Absolute path of the program. */
  readonly path: string;
  /** Version of k6 in it, such as `2.0.0`. */
  readonly version: string;
  readonly sha256: string;
}

export interface K6Problem {
  readonly code: 'k6-not-built' | 'k6-other-platform' | 'k6-missing' | 'k6-unprotected' | 'k6-altered';
  /** One sentence, without a final full stop. */
  readonly message: string;
  /** What to do about it, likewise. */
  readonly remedy: string;
}

export type LocatedK6 =
  { readonly ok: true; readonly k6: K6Binary } | { readonly ok: false; readonly problem: K6Problem };

const manifestSchema = z.object({
  k6: z.string(),
  goos: z.string(),
  goarch: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const goOs: Partial<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
const goArch: Partial<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

const buildAgain = 'build it with “node scripts/build-k6.mjs” and Benchwright after it with “npm start”';
const installAgain = `install Benchwright again, or in a checkout ${buildAgain}`;

/** Anyone may write it. Windows keeps this in access lists, which `mode` does not show. */
const writableByAll = 0o002;

/**
 * Checks the program's hash each time, which takes about a tenth of a second.
 *
 * @param folder holds the program; beside the bundle unless told otherwise.
 * @param manifestText what is expected of the program, as JSON.
 */
export async function locateK6(
  folder: string = join(__dirname, 'k6'),
  manifestText: string = __K6_MANIFEST__,
): Promise<LocatedK6> {
  const manifest = manifestSchema.safeParse(JSON.parse(manifestText));
  if (!manifest.success) return refuse('k6-not-built', 'this Benchwright was made without k6', buildAgain);
  const { goos, goarch, sha256, k6: version } = manifest.data;
  if (goos !== goOs[process.platform] || goarch !== goArch[process.arch]) {
    const here = `${process.platform} ${process.arch}`;
    return refuse(
      'k6-other-platform',
      `this Benchwright carries k6 for ${goos} ${goarch}, and runs on ${here}`,
      `install the package of Benchwright for ${here}`,
    );
  }
  const path = join(folder, goos === 'windows' ? 'k6.exe' : 'k6');
  const problem = (await judgePlace(folder, path)) ?? (await judgeContent(path, sha256));
  return problem ?? { ok: true, k6: { path, version, sha256 } };
}

async function judgePlace(folder: string, path: string): Promise<LocatedK6 | undefined> {
  try {
    const [place, program] = [await lstat(folder), await lstat(path)];
    if (!place.isDirectory() || !program.isFile()) {
      return refuse('k6-unprotected', `${path} is not a plain file in a plain folder`, installAgain);
    }
    if (process.platform === 'win32') return undefined;
    const open = [place.mode & writableByAll && folder, program.mode & writableByAll && path].find(Boolean);
    if (open) return refuse('k6-unprotected', `anyone may write to ${open}`, `run “chmod o-w '${open}'”`);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return refuse('k6-missing', `there is no k6 at ${path}`, installAgain);
  }
}

async function judgeContent(path: string, expected: string): Promise<LocatedK6 | undefined> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  if (hash.digest('hex') !== expected) {
    return refuse('k6-altered', `${path} is not the k6 that Benchwright was made with`, installAgain);
  }
  await makeExecutable(path);
  return undefined;
}

/** Some ways of unpacking lose the permission. */
async function makeExecutable(path: string): Promise<void> {
  try {
    await access(path, constants.X_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    await chmod(path, 0o755);
  }
}

function refuse(code: K6Problem['code'], message: string, remedy: string): LocatedK6 {
  return { ok: false, problem: { code, message, remedy } };
}
