import * as vscode from 'vscode';

/** Whether a setting that is yes or no is yes. */
export function isOn({ id, fallback }: { readonly id: string; readonly fallback: boolean }): boolean {
  return vscode.workspace.getConfiguration().get<boolean>(id, fallback);
}

/** Turns such a setting round, where it was set: in the workspace, or else for the person. */
export async function turnRound(setting: { readonly id: string; readonly fallback: boolean }): Promise<void> {
  const configuration = vscode.workspace.getConfiguration();
  const isOfWorkspace = configuration.inspect(setting.id)?.workspaceValue !== undefined;
  const place = isOfWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await configuration.update(setting.id, !isOn(setting), place);
}
