/** What the language server in a browser is told of the files of the workspace, which it cannot read itself. */
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { maxToldBytes, type ChangedFiles, type ToldFile, type ToldWorkspace } from '../../protocol/language';
import {
  isPlanName,
  isSkipped,
  lookThrough,
  maxPlans,
  type FolderEntry,
} from '../../protocol/looked-through';

/** Each folder may be a question to a host far away. */
const maxFolders = 1000;
const maxMs = 5000;

type Told = { -readonly [K in keyof ToldWorkspace]: ToldWorkspace[K] };

/** Looks through the folders of the workspace, the upper ones first, as far as that goes in some seconds. */
export async function tellWorkspace(): Promise<ToldWorkspace> {
  const told: Told = { folders: [], plans: [] };
  const until = Date.now() + maxMs;
  let level = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
  while (level.length > 0 && Date.now() < until && told.folders.length < maxFolders) {
    const below = await Promise.all(level.slice(0, maxFolders).map((folder) => tellFolder(folder, told)));
    level = below.flat();
  }
  return told;
}

/** @returns the folders in it. */
async function tellFolder(folder: vscode.Uri, told: Told): Promise<vscode.Uri[]> {
  const entries = await entriesIn(folder);
  const named = (wanted: FolderEntry['kind']): string[] =>
    entries.filter(({ kind }) => kind === wanted).map(({ name }) => name);
  told.folders.push({ uri: folder.toString(), files: named('file'), folders: named('folder') });
  const { plans, folders } = lookThrough(entries);
  await Promise.all(
    plans.map(async (name) => {
      const uri = vscode.Uri.joinPath(folder, name);
      const file = await readToldFile({ uri: uri.toString() });
      if (file.ok && told.plans.length < maxPlans) told.plans.push({ uri: uri.toString(), text: file.text });
    }),
  );
  return folders.map((name) => vscode.Uri.joinPath(folder, name));
}

async function entriesIn(folder: vscode.Uri): Promise<readonly FolderEntry[]> {
  try {
    return (await vscode.workspace.fs.readDirectory(folder)).flatMap(entryOf);
  } catch {
    // A folder that nobody may read has no files for anybody.
    return [];
  }
}

/** As on a disk, links are left out: they may lead in circles. */
function entryOf([name, type]: readonly [string, vscode.FileType]): FolderEntry[] {
  if (type === vscode.FileType.Directory) return [{ name, kind: 'folder' }];
  return type === vscode.FileType.File ? [{ name, kind: 'file' }] : [];
}

const question = z.object({ uri: z.string() });

/** Answers the server. Only what belongs to the workspace is told. */
export async function readToldFile(params: unknown): Promise<ToldFile> {
  const asked = question.safeParse(params);
  const uri = asked.success ? vscode.Uri.parse(asked.data.uri) : undefined;
  if (uri === undefined || vscode.workspace.getWorkspaceFolder(uri) === undefined)
    return { ok: false, why: 'outside' };
  try {
    const { size, type } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.File) === 0) return { ok: false, why: 'unreadable' };
    if (size > maxToldBytes) return { ok: false, why: 'large' };
    return { ok: true, text: new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)) };
  } catch (cause) {
    const isMissing = cause instanceof vscode.FileSystemError && cause.code === 'FileNotFound';
    return { ok: false, why: isMissing ? 'missing' : 'unreadable' };
  }
}

/** Tells of files that come and go, and of plans that are written. */
export function watchWorkspace(tell: (changed: ChangedFiles) => Promise<void>): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher('**/*');
  const said = async (uri: vscode.Uri, isThere: boolean): Promise<void> => {
    if (isSkipped(vscode.workspace.asRelativePath(uri, false))) return;
    const file = isThere && isPlanName(uri.path) ? await readToldFile({ uri: uri.toString() }) : undefined;
    const text = file?.ok === true ? { text: file.text } : {};
    await tell({ files: [{ uri: uri.toString(), isThere, ...text }] });
  };
  watcher.onDidCreate((uri) => void said(uri, true));
  watcher.onDidDelete((uri) => void said(uri, false));
  watcher.onDidChange((uri) => void said(uri, true));
  return watcher;
}
