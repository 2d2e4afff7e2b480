import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepPicturesOfFailures, openEditor } from './harness/open-editor';
import type { OpenPage } from './harness/open-page';
import { openFile, runCommand } from './harness/workbench';
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

test('opening a plan gives it our language', async () => {
  const plan = await openFile(opened.page, workspace.plan);
  await expect.poll(() => plan.getAttribute('data-mode-id')).toBe('benchwright-plan');
  await opened.screenshot('plan');
});

test('opening a plan activates the extension without an error', async () => {
  await openFile(opened.page, workspace.plan);
  await runCommand(opened.page, 'Developer: Show Running Extensions');
  const dialog = opened.page.getByRole('dialog', { name: 'Running Extensions' });
  const row = dialog.getByRole('listitem').filter({ hasText: /benchwright/i });
  await expect.poll(() => row.innerText()).toMatch(/Activation: \d+ms/);
  await opened.screenshot('running-extensions');
  expect(await row.innerText()).not.toMatch(/unresponsive|uncaught/i);
  await opened.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});
