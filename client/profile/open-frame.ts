/** From a function of a profile to its line in the workspace, with a word where there is none. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { SourcePlace } from './profile-session';
import { isNoFile, likeliest } from './source-paths';

export interface RecordedPlace extends SourcePlace {
  /** When the profile was written, in milliseconds since the epoch: what changed later may have moved. */
  readonly recordedMs: number;
}

/** Files of the same name beyond this are not looked at: such a name says nothing. */
const mostCandidates = 200;

/** @returns what to tell the person; nothing where the line is shown and to be trusted. */
export async function openFrame({
  name,
  file,
  line,
  recordedMs,
}: RecordedPlace): Promise<string | undefined> {
  if (isNoFile(file))
    return `${name} has no source file: it is part of the interpreter or of a compiled library.`;
  const found = await findSource(file);
  if (found === undefined)
    return `${file} is not in this workspace. Open the folder that holds it, then choose the function again.`;
  const document = await vscode.workspace.openTextDocument(found);
  const at = document.validatePosition(new vscode.Position(Math.max(0, line - 1), 0));
  const column = vscode.window.tabGroups.all.length > 1 ? vscode.ViewColumn.One : vscode.ViewColumn.Beside;
  await vscode.window.showTextDocument(document, { viewColumn: column, selection: new vscode.Range(at, at) });
  return await doubtOf(document, line, recordedMs);
}

async function doubtOf(
  document: vscode.TextDocument,
  line: number,
  recordedMs: number,
): Promise<string | undefined> {
  const { mtimeMs } = await stat(document.uri.fsPath);
  const name = path.basename(document.uri.fsPath);
  if (line > document.lineCount)
    return `${name} has changed since the recording: it no longer has a line ${line}.`;
  if (document.isDirty || mtimeMs > recordedMs)
    return `${name} has changed since the recording: the line may have moved.`;
  return undefined;
}

/** The path itself where it is there, else the file of the workspace whose path ends most like it. */
async function findSource(file: string): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const direct = path.isAbsolute(file) ? [file] : folders.map(({ uri }) => path.join(uri.fsPath, file));
  for (const candidate of direct) if (await isFile(candidate)) return vscode.Uri.file(candidate);
  const base = file.split(/[\\/]/).at(-1) ?? file;
  // A name of a file is no pattern.
  const literal = base.replace(/[[\]{}*?]/g, '?');
  const same = await vscode.workspace.findFiles(`**/${literal}`, '**/{node_modules,.git}/**', mostCandidates);
  const likely = likeliest(
    file,
    same.map(({ fsPath }) => fsPath),
  );
  if (likely.length < 2) return likely[0] === undefined ? undefined : vscode.Uri.file(likely[0]);
  const items = likely.map((fsPath) => ({ label: vscode.workspace.asRelativePath(fsPath), fsPath }));
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: `Which file is ${file}?` });
  return chosen === undefined ? undefined : vscode.Uri.file(chosen.fsPath);
}

async function isFile(file: string): Promise<boolean> {
  return await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}
