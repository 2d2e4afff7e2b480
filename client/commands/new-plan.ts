import * as vscode from 'vscode';
import { languageId } from '../contributions';

const firstPlan = `version: 1
name: My service

targets:
  service:
    url: http://127.0.0.1:8000

scenarios:
  status:
    target: service
    steps:
      - get: /

phases:
  smoke: { scenarios: [status], users: 5, for: 30s, warmup: 5s }

goals:
  - p95(status) in smoke < 300ms
  - errors(status) in smoke < 1%
`;

/** Opens a small plan that runs as it stands, beside the files of the workspace where there are some. */
export async function createPlan(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (folder === undefined) {
    const document = await vscode.workspace.openTextDocument({ language: languageId, content: firstPlan });
    await vscode.window.showTextDocument(document);
    return;
  }
  const uri = await freeName(folder);
  // The file is made only when it is saved: looking at a plan leaves nothing behind.
  const document = await vscode.workspace.openTextDocument(uri.with({ scheme: 'untitled' }));
  const editor = await vscode.window.showTextDocument(document);
  if (document.getText() !== '') return;
  await editor.edit((edit) => {
    edit.insert(new vscode.Position(0, 0), firstPlan);
  });
}

async function freeName(folder: vscode.Uri): Promise<vscode.Uri> {
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? 'service.bench.yaml' : `service-${count}.bench.yaml`;
    const uri = vscode.Uri.joinPath(folder, name);
    const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, name), undefined, 1);
    if (found.length === 0) return uri;
  }
}
