/** From a function of a profile to its line in the workspace, with a word where there is none. */
import { t } from '@vscode/l10n';
import path from 'node:path';
import * as vscode from 'vscode';
import { hasChanged, locateSource } from './locate-source';
import type { SourcePlace } from './profile-session';
import type { Recording } from '../../runner/recordings';
import { isNoFile } from './source-paths';

export interface RecordedPlace extends SourcePlace {
  /** When the profile was written, in milliseconds since the epoch. */
  readonly recordedMs: number;
  /** Of the run that the profile belongs to, where there is one. */
  readonly recording: Recording | undefined;
}

/** @returns what to tell the person; nothing where the line is shown and to be trusted. */
export async function openFrame(place: RecordedPlace): Promise<string | undefined> {
  const { name, file, line, recordedMs, recording } = place;
  if (isNoFile(file))
    return t`${name} has no source file: it is part of the interpreter or of a compiled library.`;
  const located = await locateSource(file, recording);
  const found = await chosenOf(file, located.files);
  if (found === undefined)
    return t`${file} is not in this workspace. Open the folder that holds it, or name it as the source of the target, then choose the function again.`;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(found));
  const at = document.validatePosition(new vscode.Position(Math.max(0, line - 1), 0));
  const column = vscode.window.tabGroups.all.length > 1 ? vscode.ViewColumn.One : vscode.ViewColumn.Beside;
  await vscode.window.showTextDocument(document, { viewColumn: column, selection: new vscode.Range(at, at) });
  const base = path.basename(found);
  if (line > document.lineCount)
    return t`${base} has changed since the recording: it no longer has a line ${line}.`;
  if (await hasChanged(found, located.sha256, recordedMs))
    return t`${base} has changed since the recording: the line may have moved.`;
  const relative = vscode.workspace.asRelativePath(found);
  return located.isGuess ? t`${file} was taken for ${relative}: only the name is the same.` : undefined;
}

async function chosenOf(told: string, files: readonly string[]): Promise<string | undefined> {
  if (files.length < 2) return files[0];
  const items = files.map((fsPath) => ({ label: vscode.workspace.asRelativePath(fsPath), fsPath }));
  return (await vscode.window.showQuickPick(items, { placeHolder: t`Which file is ${told}?` }))?.fsPath;
}
