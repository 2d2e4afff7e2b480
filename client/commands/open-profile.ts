/** Opens files as profiles: any file, or one that a run has kept. */
import { t } from '@vscode/l10n';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { RunEntry } from '../../runner/open-run';
import { profileEditorType } from '../contributions';
import { nameOf } from '../profile/opened-files';
import { filesOf, recordingsOf } from '../../runner/recordings';

/** Whatever the name of the file; without one, it is chosen. */
export async function openProfile(uri: vscode.Uri | undefined): Promise<void> {
  const defaultUri = vscode.workspace.workspaceFolders?.[0]?.uri;
  const [chosen] =
    uri === undefined
      ? ((await vscode.window.showOpenDialog({
          title: t('Profile to open'),
          openLabel: t('Open Profile'),
          ...(defaultUri !== undefined && { defaultUri }),
        })) ?? [])
      : [uri];
  if (chosen !== undefined)
    await vscode.commands.executeCommand('vscode.openWith', chosen, profileEditorType);
}

export async function openProfileOfRun(entry: RunEntry): Promise<void> {
  const recorded = recordingsOf(entry).map((recording) => ({
    label: nameOf(recording),
    description: recording.profile.tool,
    file: filesOf(recording)[0] ?? '',
  }));
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
