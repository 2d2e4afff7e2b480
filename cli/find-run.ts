import path from 'node:path';
import { findRunsFolders } from '../runner/find-runs-folders';
import { readEntry, type RunEntry } from '../runner/open-run';
import { runsFolderFor } from './commands/runs';
import { plain } from './terminal';

/** A run by its folder, or by its name within the runs that `benchwright runs` lists where the program was started. */
export async function findRun(wanted: string): Promise<RunEntry | undefined> {
  const name = path.basename(wanted);
  const near = await firstRun([path.resolve(wanted), path.join(runsFolderFor('.'), name)]);
  if (near !== undefined || name !== wanted) return near;
  const { found } = await findRunsFolders('.');
  return await firstRun(found.map((folder) => path.join(folder, name)));
}

async function firstRun(dirs: readonly string[]): Promise<RunEntry | undefined> {
  for (const dir of dirs) {
    const entry = await readEntry(dir);
    if (entry.runner !== undefined || entry.run !== undefined) return entry;
  }
  return undefined;
}

/** What to say of a name that is no run, and where names are found. */
export function noRun(name: string): string {
  return `there is no run ${plain(name)}: benchwright runs DIR lists those of a folder`;
}

/** The folders of runs, or what to say of the first name that is none. */
export async function findRuns(
  wanted: readonly string[],
): Promise<
  { readonly ok: true; readonly dirs: readonly string[] } | { readonly ok: false; readonly message: string }
> {
  const dirs: string[] = [];
  for (const name of wanted) {
    const entry = await findRun(name);
    if (entry === undefined) return { ok: false, message: noRun(name) };
    dirs.push(entry.dir);
  }
  return { ok: true, dirs };
}
