/** Where the code of a target lies, by the paths that a profiler told: those of a container are not those here. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** To the path relative to the folder of the plan, with `/`, where there is such a file; else as it was told. */
export type PlaceFile = (file: string) => string;

/** A folder with more files than this is hardly the source of one service. */
const maxFiles = 20_000;

/** What is no code of a target, nor a place for plans, however deep below a folder. */
export const foldersOfPackages: ReadonlySet<string> = new Set([
  'node_modules',
  '.git',
  '.venv',
  'venv',
  '__pycache__',
  'site-packages',
]);

/** @param source of the target, relative to the plan. */
export async function sourcePaths(planFile: string, source: string | undefined): Promise<PlaceFile> {
  const planFolder = path.dirname(path.resolve(planFile));
  const files = source === undefined ? [] : await filesBelow(path.resolve(planFolder, source));
  const byName = new Map<string, string[]>();
  for (const file of files) {
    const name = path.basename(file);
    byName.set(name, [...(byName.get(name) ?? []), file]);
  }
  return (file) => {
    const below = relativeTo(planFolder, file);
    if (below !== undefined) return below;
    const twin = longestTwin(file, byName.get(path.basename(file)) ?? []);
    return (twin === undefined ? undefined : relativeTo(planFolder, twin)) ?? file;
  };
}

function relativeTo(folder: string, file: string): string | undefined {
  if (!path.isAbsolute(file)) return undefined;
  const relative = path.relative(folder, file);
  if (relative.startsWith('..') || path.isAbsolute(relative)) return undefined;
  return relative.split(path.sep).join('/');
}

/** The file here whose path ends most like the one told; none where two do so alike. */
function longestTwin(file: string, candidates: readonly string[]): string | undefined {
  const told = file.split(/[\\/]/).reverse();
  const shared = (candidate: string): number => {
    const own = candidate.split(path.sep).reverse();
    const differs = told.findIndex((part, index) => part !== own[index]);
    return differs < 0 ? told.length : differs;
  };
  const ranked = candidates.map((candidate) => ({ candidate, length: shared(candidate) }));
  ranked.sort((a, b) => b.length - a.length);
  const [best, second] = ranked;
  return best === undefined || best.length === second?.length ? undefined : best.candidate;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  const pending = [folder];
  for (let next = pending.pop(); next !== undefined && found.length < maxFiles; next = pending.pop()) {
    // A source that is not there names no file: the paths stay as they were told.
    const entries = await readdir(next, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const file = path.join(next, entry.name);
      if (entry.isDirectory() && !foldersOfPackages.has(entry.name)) pending.push(file);
      else if (entry.isFile()) found.push(file);
    }
  }
  return found;
}
