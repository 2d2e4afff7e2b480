/** Where a file that a profiler named is on this machine. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { placeBySource, type Recording } from '../../runner/recordings';
import { isOnlyNameAlike, likeliest } from './source-paths';

export interface Located {
  /** Several where nothing tells them apart. */
  readonly files: readonly string[];
  /** Of the content that was recorded, where the run has kept it. */
  readonly sha256?: string | undefined;
  /** Whether the name of the file is all that it has in common with the one that was recorded. */
  readonly isGuess: boolean;
}

/** Files of the same name beyond this are not looked at: such a name says nothing. */
const mostCandidates = 200;

/**
 * What the run has kept of the file comes first, then the path itself, then the `source` of the target, and at last
 * the file of the workspace whose path ends most alike.
 *
 * @param recording absent for a profile that belongs to no run.
 * @returns no files where it is not here.
 */
export async function locateSource(told: string, recording: Recording | undefined): Promise<Located> {
  const planFolder = recording === undefined ? undefined : path.dirname(recording.run.plan.file);
  const kept = recording?.profile.sources?.find((source) => source.told === told || source.file === told);
  if (kept !== undefined && planFolder !== undefined) {
    const file = path.resolve(planFolder, kept.file);
    if (await isFile(file)) return { files: [file], sha256: kept.sha256, isGuess: false };
  }
  for (const file of await namedFiles(told, planFolder, recording))
    if (await isFile(file)) return { files: [file], sha256: kept?.sha256, isGuess: false };
  const files = await alikeInWorkspace(told);
  const [first] = files;
  return { files, sha256: kept?.sha256, isGuess: first !== undefined && isOnlyNameAlike(told, first) };
}

async function namedFiles(
  told: string,
  planFolder: string | undefined,
  recording: Recording | undefined,
): Promise<readonly string[]> {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const below = planFolder === undefined ? folders : [planFolder, ...folders];
  const direct = path.isAbsolute(told) ? [told] : below.map((folder) => path.join(folder, told));
  if (recording === undefined || planFolder === undefined) return direct;
  const place = await placeBySource(recording);
  return [...direct, path.resolve(planFolder, place(told))];
}

async function alikeInWorkspace(told: string): Promise<readonly string[]> {
  const base = told.split(/[\\/]/).at(-1) ?? told;
  // A name of a file is no pattern.
  const literal = base.replace(/[[\]{}*?]/g, '?');
  const same = await vscode.workspace.findFiles(`**/${literal}`, '**/{node_modules,.git}/**', mostCandidates);
  return likeliest(
    told,
    same.map(({ fsPath }) => fsPath),
  );
}

async function isFile(file: string): Promise<boolean> {
  return await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** @param recordedMs when the recording was written: without a hash, what changed later may have moved. */
export async function hasChanged(
  file: string,
  sha256: string | undefined,
  recordedMs: number,
): Promise<boolean> {
  const isEdited = vscode.workspace.textDocuments.some(({ uri, isDirty }) => isDirty && uri.fsPath === file);
  if (isEdited) return true;
  const { isAsRecorded } = await import('../../runner/hash-sources');
  if (sha256 !== undefined) return !(await isAsRecorded(file, sha256));
  const { mtimeMs } = await stat(file);
  return mtimeMs > recordedMs;
}
