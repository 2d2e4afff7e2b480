import { t } from '@vscode/l10n';
import * as vscode from 'vscode';

export interface Logs {
  readonly dispose: () => void;
  readonly extension: vscode.LogOutputChannel;
  readonly server: vscode.LogOutputChannel;
}

export function createLogs(): Logs {
  const extension = vscode.window.createOutputChannel('Benchwright', { log: true });
  const server = vscode.window.createOutputChannel('Benchwright Language Server', { log: true });
  return {
    extension,
    server,
    dispose: () => {
      extension.dispose();
      server.dispose();
    },
  };
}

/** Writes an unexpected error down and shows it once, with a way to the whole of it. */
export async function reportFailure(
  log: vscode.LogOutputChannel,
  doing: string,
  cause: unknown,
): Promise<void> {
  log.error(`${doing}: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`);
  const show = t('Show Output');
  const message = cause instanceof Error ? cause.message : String(cause);
  const chosen = await vscode.window.showErrorMessage(`Benchwright: ${doing} failed. ${message}`, show);
  if (chosen === show) log.show();
}
