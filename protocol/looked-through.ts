/** What of a workspace is looked through for plans, by the server on a disk and by the client elsewhere. */

/** A workspace with more folders or plans than these is not looked through any further. */
export const maxFolders = 20_000;
export const maxPlans = 2000;

export const skippedFolders: ReadonlySet<string> = new Set([
  ...['node_modules', '.git', '.benchwright', '.venv', 'dist', 'out', 'target'],
]);

export function isPlanName(name: string): boolean {
  return /\.bench\.ya?ml$/.test(name);
}
