import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepPicturesOfFailures, openEditor } from './harness/open-editor';
import type { OpenPage } from './harness/open-page';
import { chooseTheme, closeSideBar, openFileInPanel, runCommand, visibleWebview } from './harness/workbench';
import { copyAgentsExample, type Workspace } from './harness/workspace';

/** Recorded in a container, whose folders are not those of the workspace. */
const place = { file: '/app/services/core_services/ranking.py', line: 30 };
const recording = {
  $schema: 'https://www.speedscope.app/file-format-schema.json',
  shared: {
    frames: [
      { name: 'serve', file: '/app/services/core_services/app.py', line: 12 },
      { name: 'rank', ...place },
      { name: 'poll', file: '<frozen selectors>', line: 3 },
      { name: 'elsewhere', file: '/app/not-here.py', line: 3 },
    ],
  },
  profiles: [
    {
      type: 'sampled',
      name: 'MainThread',
      unit: 'seconds',
      samples: [
        [0, 1],
        [0, 1],
        [0, 1],
        [0, 2],
        [0, 3],
      ],
      weights: [0.5, 0.5, 0.5, 0.2, 0.1],
    },
  ],
};

let workspace: Workspace;
let opened: OpenPage;

beforeAll(async () => {
  workspace = await copyAgentsExample(8000);
  await writeFile(path.join(workspace.folder, 'agents.speedscope.json'), JSON.stringify(recording));
  opened = await openEditor(workspace);
});

keepPicturesOfFailures(() => opened);

afterAll(async () => {
  await opened.close();
  await workspace.remove();
});

test('a profile opens with its heaviest function first, and leads to the line of it', async () => {
  const { page } = opened;
  await openProfile();
  const rows = visibleWebview(page).locator('table.functions tbody tr');
  expect(await rows.first().innerText()).toMatch(/rank[^]*ranking.py:30[^]*83.3 %/);
  await opened.screenshot('profile-in-the-editor');

  await rows
    .first()
    .getByRole('button', { name: /ranking.py/ })
    .click();
  await page.getByRole('tab', { name: /^ranking.py/ }).waitFor();
  await page.getByRole('button', { name: `Ln ${place.line}, Col 1` }).waitFor();
  await runCommand(page, 'View: Close Editor');
});

test('a function whose file is not here says so, and so does one that has none', async () => {
  const { page } = opened;
  await openProfile();
  const frame = visibleWebview(page);
  const told = frame.locator('[data-part="told"]');
  await frame.getByRole('button', { name: /not-here.py/ }).click();
  await expect.poll(() => told.innerText()).toMatch(/not-here.py is not in this workspace/);
  await frame.getByRole('button', { name: /selectors/ }).click();
  await expect.poll(() => told.innerText()).toMatch(/no source file/);
});

test('the panel can be read in a light theme', async () => {
  const { page } = opened;
  await chooseTheme(page, 'Light Modern');
  await closeSideBar(page);
  await openProfile();
  await opened.screenshot('profile-in-the-editor-light');
});

async function openProfile(): Promise<void> {
  const { page } = opened;
  const tab = page.getByRole('tab', { name: /^agents.speedscope.json/ });
  if ((await tab.count()) > 0) await tab.first().click();
  else await openFileInPanel(page, 'agents.speedscope.json');
  await visibleWebview(page).getByRole('heading', { name: 'agents.speedscope.json' }).waitFor();
}
