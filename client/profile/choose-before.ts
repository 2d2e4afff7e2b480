/** Asks which profile another is compared with: one that an earlier run recorded of the same, or any file. */
import { t } from '@vscode/l10n';
import path from 'node:path';
import * as vscode from 'vscode';
import type { RunEntry } from '../../runner/open-run';
import { openedFilesOf, openedRecording } from './opened-files';
import type { OpenedFiles } from './profile-worker';
import { isSameSubject, recordingOf, recordingsOf } from '../../runner/recordings';
import { lookOfRun } from '../views/run-words';

/** @param entries newest first. */
export async function chooseBefore(
  file: string,
  entries: readonly RunEntry[],
): Promise<OpenedFiles | undefined> {
  const own = await recordingOf(file);
  const alike = entries.flatMap((entry) =>
    recordingsOf(entry)
      .filter((other) => own !== undefined && other.dir !== own.dir && isSameSubject(own, other))
      .map((recording) => ({ entry, recording })),
  );
  if (alike.length === 0) return await chooseFile(file);
  const items = alike.map(({ entry, recording }) => ({
    label: openedRecording(recording).name,
    description: lookOfRun(entry).words,
    recording,
  }));
  const other = { label: t('Another file…'), description: '', recording: undefined };
  const placeHolder = t('Profile from before the change');
  const chosen = await vscode.window.showQuickPick([...items, other], { placeHolder });
  if (chosen === undefined) return undefined;
  return chosen.recording === undefined ? await chooseFile(file) : openedRecording(chosen.recording);
}

async function chooseFile(file: string): Promise<OpenedFiles | undefined> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: t('Profile from before the change'),
      openLabel: t('Compare'),
      defaultUri: vscode.Uri.file(path.dirname(file)),
    })) ?? [];
  return chosen === undefined ? undefined : await openedFilesOf(chosen.fsPath);
}
