/** Opens files as profiles: any file, or one that a run has kept. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { RunEntry } from '../../runner/open-run';
import { profileEditorType } from '../contributions';

/** Whatever the name of the file; without one, it is chosen. */
export async function openProfile(uri: vscode.Uri | undefined): Promise<void> {
  const defaultUri = vscode.workspace.workspaceFolders?.[0]?.uri;
  const [chosen] =
    uri === undefined
      ? ((await vscode.window.showOpenDialog({
          title: 'Profile to open',
          openLabel: 'Open Profile',
          ...(defaultUri !== undefined && { defaultUri }),
        })) ?? [])
      : [uri];
  if (chosen !== undefined)
    await vscode.commands.executeCommand('vscode.openWith', chosen, profileEditorType);
}

export async function openProfileOfRun({ dir }: RunEntry): Promise<void> {
  const files = await profilesBelow(dir);
  if (files.length === 0) {
    void vscode.window.showInformationMessage(
      'This run has no profile: only phases with `profile` take one.',
    );
    return;
  }
  const items = files.map((file) => ({ label: path.basename(file), description: path.dirname(file), file }));
  const chosen =
    items.length === 1
      ? items[0]
      : await vscode.window.showQuickPick(items, { placeHolder: 'Profile to open' });
  if (chosen !== undefined) await openProfile(vscode.Uri.file(path.join(dir, chosen.file)));
}

/** Relative to the folder of the run. */
async function profilesBelow(dir: string): Promise<readonly string[]> {
  const all = await readdir(dir, { recursive: true });
  return all.filter((file) => /[\\/]profiles[\\/][^\\/]+\.[^\\/]+$/.test(file)).sort();
}
