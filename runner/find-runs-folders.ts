/** The folders of runs of plans that are somewhere below a folder: each plan keeps its runs in its own workspace. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { runsFolderBelow } from './layout';
import { foldersOfPackages } from './source-paths';

/** A folder that holds more is no workspace, but somebody's home. */
const mostFolders = 4000;

/**
 * Looks through `folder` and all below it, the nearest first, but for hidden folders and those of packages.
 *
 * @returns paths of `.benchwright/runs` folders that exist, and whether some folders were not looked into.
 */
export async function findRunsFolders(
  folder: string,
): Promise<{ readonly found: readonly string[]; readonly isWhole: boolean }> {
  const found: string[] = [];
  let level = [path.resolve(folder)];
  for (let looked = 0; level.length > 0;) {
    const within = level.slice(0, mostFolders - looked);
    looked += within.length;
    const read = await Promise.all(within.map(foldersIn));
    const keeping = within.filter((_, at) => read[at]?.includes('.benchwright'));
    for (const one of keeping) {
      const runs = runsFolderBelow(one);
      if ((await foldersIn(path.dirname(runs))).includes(path.basename(runs))) found.push(runs);
    }
    if (within.length < level.length) return { found, isWhole: false };
    level = within.flatMap((one, at) =>
      (read[at] ?? []).filter(isLookedInto).map((name) => path.join(one, name)),
    );
  }
  return { found, isWhole: true };
}

function isLookedInto(name: string): boolean {
  return !name.startsWith('.') && !foldersOfPackages.has(name);
}

/** Their names; none of a folder that cannot be read. Links are not followed: they could lead in circles. */
async function foldersIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}
