/** What of a workspace is looked through for plans, by the server on a disk and by the client elsewhere. */

/** A workspace with more folders or plans than these is not looked through any further. */
export const maxFolders = 20_000;
export const maxPlans = 2000;

const skippedFolders: ReadonlySet<string> = new Set([
  ...['node_modules', '.git', '.benchwright', '.venv', 'dist', 'out', 'target'],
]);

/** The same for an editor that looks by itself. */
export const planGlob = '**/*.bench.{yaml,yml}';
export const skippedGlob = `**/{${[...skippedFolders].join(',')}}/**`;

/** A name in a folder. What is neither a file nor a folder is left out. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

export function isPlanName(name: string): boolean {
  return /\.bench\.ya?ml$/.test(name);
}

/** Whether a file or a folder, by its path within the workspace, lies where nobody looks for plans. */
export function isSkipped(path: string): boolean {
  return path.split('/').some((part) => skippedFolders.has(part));
}

/** Of the names in a folder: the plans, and the folders that are looked through in turn. */
export function lookThrough(entries: readonly FolderEntry[]): {
  readonly plans: readonly string[];
  readonly folders: readonly string[];
} {
  const named = (kind: FolderEntry['kind'], isWanted: (name: string) => boolean): string[] =>
    entries.filter((entry) => entry.kind === kind && isWanted(entry.name)).map(({ name }) => name);
  return {
    plans: named('file', isPlanName),
    folders: named('folder', (name) => !skippedFolders.has(name)),
  };
}
