/** Opens files as profiles: any file, or one that a run has kept. */
import { t } from '@vscode/l10n';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { RunEntry } from '../../runner/open-run';
import { profileEditorType } from '../contributions';
import { nameOf } from '../profile/opened-files';
import { filesOf, recordingsOf } from '../../runner/recordings';

/** Whatever the name of the file. */
export async function openProfile(uri: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand('vscode.openWith', uri, profileEditorType);
}

/** Asks for one of what runs have recorded, or for a file. */
export async function chooseProfile(entries: readonly RunEntry[]): Promise<void> {
  const items = entries.flatMap(itemsOf);
  if (items.length === 0) {
    await chooseFile();
    return;
  }
  const file = { label: t('Choose a File…'), description: t('a profile of any tool'), file: undefined };
  const chosen = await vscode.window.showQuickPick([...items, file], { placeHolder: t('Profile to open') });
  if (chosen === file) await chooseFile();
  else if (chosen?.file !== undefined) await openProfile(vscode.Uri.file(chosen.file));
}

async function chooseFile(): Promise<void> {
  const defaultUri = vscode.workspace.workspaceFolders?.[0]?.uri;
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: t('Profile to open'),
      openLabel: t('Open Profile'),
      ...(defaultUri !== undefined && { defaultUri }),
    })) ?? [];
  if (chosen !== undefined) await openProfile(chosen);
}

function itemsOf(
  entry: RunEntry,
): readonly { readonly label: string; readonly description: string; readonly file: string }[] {
  return recordingsOf(entry).map((recording) => ({
    label: nameOf(recording),
    description: recording.profile.tool,
    file: filesOf(recording)[0] ?? '',
  }));
}

export async function openProfileOfRun(entry: RunEntry): Promise<void> {
  const recorded = itemsOf(entry);
  // An interrupted run has no result, but may have profiles.
  const items = recorded.length > 0 ? recorded : await profilesBelow(entry.dir);
  if (items.length === 0) {
    void vscode.window.showInformationMessage(
      t('This run has no profile: only phases with `profile` take one.'),
    );
    return;
  }
  const chosen =
    items.length === 1
      ? items[0]
      : await vscode.window.showQuickPick(items, { placeHolder: t('Profile to open') });
  if (chosen !== undefined) await openProfile(vscode.Uri.file(chosen.file));
}

async function profilesBelow(
  dir: string,
): Promise<readonly { readonly label: string; readonly description: string; readonly file: string }[]> {
  const all = await readdir(dir, { recursive: true });
  return all
    .filter((file) => /[\\/]profiles[\\/][^\\/]+\.[^\\/]+$/.test(file))
    .sort()
    .map((file) => ({
      label: path.basename(file),
      description: path.dirname(file),
      file: path.join(dir, file),
    }));
}
