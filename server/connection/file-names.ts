/** The files that a plan could name, for completion. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A list that is longer helps nobody. */
const most = 300;

const endings: Readonly<Record<string, RegExp>> = {
  data: /\.(?:csv|json|ndjson|jsonl)$/i,
  include: /\.bench\.ya?ml$/,
  file: /^[^.]/,
  'function of a file': /\.(?:js|mjs|ts)$/,
  'OpenAPI document': /\.(?:json|ya?ml)$/i,
};

/**
 * @param typed what stands there so far: the folders in it are looked into.
 * @param kind a key of `endings`; of any other value there are no files.
 * @returns paths relative to the plan, with a slash behind folders.
 */
export function listFiles(planUri: string, typed: string, kind: string): readonly string[] {
  const wanted = Object.hasOwn(endings, kind) ? endings[kind] : undefined;
  if (wanted === undefined || !planUri.startsWith('file:') || /^\/|\\|^[a-z]+:/.test(typed)) return [];
  const beside = typed.slice(0, typed.lastIndexOf('/') + 1);
  const own = path.dirname(fileURLToPath(planUri));
  const folder = path.resolve(own, beside);
  // What a plan is run with lies beside or below it.
  if (folder !== own && !folder.startsWith(own + path.sep)) return [];
  return entriesIn(folder)
    .filter((entry) => !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .flatMap((entry) => {
      if (entry.isDirectory()) return [`${beside}${entry.name}/`];
      return entry.isFile() && wanted.test(entry.name) ? [beside + entry.name] : [];
    })
    .slice(0, most);
}

function entriesIn(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // A folder that is not there, or that nobody may read, has no files for anybody.
    return [];
  }
}
