import path from 'node:path';
import { readEntry, type RunEntry } from '../runner/open-run';
import { runsFolderFor } from './commands/runs';

/** A run by its folder, or by its name within the runs of the folder that the program was started in. */
export async function findRun(wanted: string): Promise<RunEntry | undefined> {
  for (const dir of [path.resolve(wanted), path.join(runsFolderFor('.'), path.basename(wanted))]) {
    const entry = await readEntry(dir);
    if (entry.runner !== undefined || entry.run !== undefined) return entry;
  }
  return undefined;
}

/** The folders of runs, or the first name that is none. */
export async function findRuns(
  wanted: readonly string[],
): Promise<
  { readonly ok: true; readonly dirs: readonly string[] } | { readonly ok: false; readonly name: string }
> {
  const dirs: string[] = [];
  for (const name of wanted) {
    const entry = await findRun(name);
    if (entry === undefined) return { ok: false, name };
    dirs.push(entry.dir);
  }
  return { ok: true, dirs };
}
