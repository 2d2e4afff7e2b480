/** The files that a plan could name, for completion. */
import type { WorkspaceFiles } from './workspace-files';

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
export function listFiles(
  files: WorkspaceFiles,
  planUri: string,
  typed: string,
  kind: string,
): readonly string[] {
  const wanted = Object.hasOwn(endings, kind) ? endings[kind] : undefined;
  if (wanted === undefined || !files.reaches(planUri) || /^\/|\\|^[a-z]+:/.test(typed)) return [];
  const above = typed.slice(0, typed.lastIndexOf('/') + 1);
  // What a plan is run with lies beside or below it.
  const folder = files.beside(planUri, above);
  if (folder === undefined) return [];
  return files
    .entriesIn(folder)
    .filter((entry) => !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .flatMap((entry) => {
      if (entry.kind === 'folder') return [`${above}${entry.name}/`];
      return wanted.test(entry.name) ? [above + entry.name] : [];
    })
    .slice(0, most);
}
