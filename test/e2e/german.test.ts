import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepPicturesOfFailures, openEditor } from './harness/open-editor';
import type { OpenPage } from './harness/open-page';
import { goToLine, openFile, readProblems, runCommand } from './harness/workbench';
import { copyAgentsExample, type Workspace } from './harness/workspace';

let workspace: Workspace;
let opened: OpenPage;

beforeAll(async () => {
  workspace = await copyAgentsExample(8000);
  opened = await openEditor(workspace, { language: 'de' });
});

keepPicturesOfFailures(() => opened);

afterAll(async () => {
  await opened.close();
  await workspace.remove();
});

test('in a German editor commands, problems, lenses and questions are German', async () => {
  const { page } = opened;
  const text = await workspace.readPlan();
  const line = text.split('\n').findIndex((one) => /^ {4}steps:/.test(one)) + 1;
  await openFile(page, workspace.plan);
  await page.locator('.codelens-decoration a', { hasText: 'Eine Iteration debuggen' }).first().waitFor();

  await runCommand(page, 'Problems: Focus on Problems View');
  await openFile(page, workspace.plan);
  await goToLine(page, line, 'steps'.length + 4);
  await page.keyboard.press('Delete');
  await expect.poll(() => readProblems(page)).toContainEqual(expect.stringContaining('meinten Sie `steps`?'));
  await page.keyboard.press('Control+Z');
  await opened.screenshot('german');

  await runCommand(page, 'Benchwright: Phase ausführen…', { staysOpen: true });
  await page.getByPlaceholder('Phase, die ausgeführt wird').waitFor();
  await page.keyboard.press('Escape');
});
