/** What is said where something is asked for that a page in a browser cannot do. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';

const why = (): string => t('This needs a machine');
const remedy = (): string =>
  t(
    'In a browser plans are written and checked. To run them and to look at runs and profiles, open the folder in VS Code on your machine, or in a window that is connected to one.',
  );

export function sayNeedsMachine(): void {
  void vscode.window.showInformationMessage(`${why()}. ${remedy()}`);
}

/** In place of the editor of profiles. */
export class NeedsMachine implements vscode.CustomReadonlyEditorProvider {
  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor(_document: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    panel.webview.html = `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<title>Benchwright</title>
</head>
<body><h1>${why()}</h1><p>${remedy()}</p></body>
</html>`;
  }
}
