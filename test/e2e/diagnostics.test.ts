import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepPicturesOfFailures, openEditor } from './harness/open-editor';
import type { OpenPage } from './harness/open-page';
import { applyFix, goToLine, openFile, readProblems, runCommand } from './harness/workbench';
import { copyAgentsExample, type Workspace } from './harness/workspace';

let workspace: Workspace;
let opened: OpenPage;

beforeAll(async () => {
  workspace = await copyAgentsExample(8000);
  opened = await openEditor(workspace);
});

keepPicturesOfFailures(() => opened);

afterAll(async () => {
  await opened.close();
  await workspace.remove();
});

test('a misspelt key is underlined, and its quick fix puts it right', async () => {
  const { page } = opened;
  const before = await workspace.readPlan();
  const line = before.split('\n').findIndex((text) => /^ {4}steps:/.test(text)) + 1;
  await openFile(page, workspace.plan);
  await runCommand(page, 'Problems: Focus on Problems View');
  await openFile(page, workspace.plan);

  await goToLine(page, line, 'steps'.length + 4);
  await page.keyboard.press('Delete');
  await expect.poll(() => problemsAt(line)).toHaveLength(1);
  await opened.screenshot('misspelt-key');

  await applyFix(page, /steps/);
  await expect.poll(() => problemsAt(line)).toEqual([]);
  await page.keyboard.press('Control+S');
  await expect.poll(() => readFile(path.join(workspace.folder, workspace.plan), 'utf8')).toBe(before);
});

async function problemsAt(line: number): Promise<readonly string[]> {
  const labels = await readProblems(opened.page);
  return labels.filter((label) => label.includes(`at line ${line} `));
}
