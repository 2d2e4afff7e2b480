/** The page of a panel: nothing in it but our own script and style. */
import * as vscode from 'vscode';

/** What the page may load; nothing else of the disk is reachable from it. */
export function viewResourceRoots(extension: vscode.Uri): vscode.Uri[] {
  return [vscode.Uri.joinPath(extension, 'dist', 'webviews')];
}

/** @param view the folder of the view in webviews/. */
export function viewPage(
  webview: vscode.Webview,
  extension: vscode.Uri,
  view: 'live' | 'profile' | 'preview',
): string {
  const nonce = crypto.randomUUID();
  const file = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extension, 'dist', 'webviews', name)).toString();
  const policy = ["default-src 'none'", `style-src ${webview.cspSource}`, `script-src 'nonce-${nonce}'`];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">
<link rel="stylesheet" href="${file(`${view}.css`)}">
<title>Benchwright</title>
</head>
<body data-testid="benchwright-${view}">
<div id="root"></div>
<script nonce="${nonce}" src="${file(`${view}.js`)}"></script>
</body>
</html>`;
}
