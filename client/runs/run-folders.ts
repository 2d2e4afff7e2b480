import * as vscode from 'vscode';
import { runsFolderBelow } from '../../runner/layout';

/** The folders that hold the runs of this window: one per workspace folder on disk. */
export function runFolders(): readonly string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => runsFolderBelow(uri.fsPath));
}

/** Where runs of a plan are kept; `undefined` leaves it to the runner, for a plan outside the workspace. */
export function runFolderOf(plan: vscode.Uri): string | undefined {
  const folder = vscode.workspace.getWorkspaceFolder(plan);
  return folder?.uri.scheme === 'file' ? runsFolderBelow(folder.uri.fsPath) : undefined;
}
