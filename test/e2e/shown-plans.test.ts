import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startService, type SmallService } from '../integration/small-service';
import { keepPicturesOfFailures, openEditor } from './harness/open-editor';
import type { OpenPage } from './harness/open-page';
import {
  closeSideBar,
  goToLine,
  openFile,
  readProblems,
  runCommand,
  visibleWebview,
} from './harness/workbench';
import { copyAgentsExample, type Workspace } from './harness/workspace';

const name = 'shop.bench.yaml';

let service: SmallService;
let workspace: Workspace;
let opened: OpenPage;

const shop = `version: 1
name: Shop
include: [shared/targets.bench.yaml]
scenarios:
  buy:
    steps:
      - post: /tasks
        json: { kind: research }
        capture: { id: $.task_id }
        success: $.state == "done"
phases:
  smoke: { scenarios: [buy], users: 3, for: 90s, warmup: 30s }
`;
const lineOf = (text: string): number => shop.split('\n').findIndex((line) => line.includes(text)) + 1;

beforeAll(async () => {
  service = await startService((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end('{"task_id":"t-17","state":"queued"}');
  });
  workspace = await copyAgentsExample(8000);
  await mkdir(path.join(workspace.folder, 'shared'));
  await writeFile(
    path.join(workspace.folder, 'shared/targets.bench.yaml'),
    `targets:\n  shop: { url: "${service.url}" }\n`,
  );
  await writeFile(path.join(workspace.folder, name), shop);
  opened = await openEditor(workspace);
  await closeSideBar(opened.page);
});

keepPicturesOfFailures(() => opened);

beforeEach(async () => {
  await runCommand(opened.page, 'View: Close All Editors');
});

afterAll(async () => {
  await opened.close();
  await workspace.remove();
  await service.close();
});

/** What an editor shows, with the spaces of a text in place of those of the page. */
async function textOf(shown: Locator): Promise<string> {
  const text = await shown.locator('.view-lines').innerText();
  return text.replaceAll('\u00a0', ' ');
}

test('the expanded plan follows the source, and leads back to it', async () => {
  const { page } = opened;
  await openFile(page, name);
  await runCommand(page, 'Benchwright: Show Expanded Plan');
  const expanded = page.locator('.editor-instance[aria-label^="shop.bench.expanded"]');
  await expect.poll(() => textOf(expanded)).toContain('targets: # shared/targets.bench.yaml');
  expect(await textOf(expanded)).toContain('drain: 5s # default');
  expect(await textOf(expanded)).toContain('users: 3');

  await goToLine(page, lineOf('smoke'), shop.split('\n')[lineOf('smoke') - 1]!.indexOf('3,') + 2);
  await page.keyboard.type('7');
  await expect.poll(() => textOf(expanded)).toContain('users: 37');
  await page.keyboard.press('Control+S');
  await opened.screenshot('expanded-plan');

  await expanded.locator('.view-line', { hasText: 'url' }).locator('span', { hasText: 'url' }).last().click();
  await page.keyboard.press('F12');
  await page.getByRole('tab', { name: /^targets\.bench\.yaml/ }).waitFor();
});

test('the preview of the load follows the source and the cursor', async () => {
  const { page } = opened;
  await openFile(page, name);
  await runCommand(page, 'Benchwright: Preview Load');
  const view = visibleWebview(page);
  await expect.poll(() => view.getByRole('row').last().innerText()).toMatch(/smoke\s+37 users\s+0:00\s+1:30/);
  await openFile(page, name);
  await goToLine(page, lineOf('smoke'), 4);
  await expect
    .poll(() => view.getByRole('button', { name: 'smoke' }).first().getAttribute('aria-pressed'))
    .toBe('true');
  await opened.screenshot('load-preview');
});

test('hovering a phase shows the picture of its load', async () => {
  const { page } = opened;
  await openFile(page, name);
  await goToLine(page, lineOf('smoke'), 4);
  await page.keyboard.press('Control+K');
  await page.keyboard.press('Control+I');
  const picture = page.locator('.monaco-hover img[alt*="up to 37 users"]').first();
  await picture.waitFor();
  await expect
    .poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth))
    .toBeGreaterThan(100);
  await opened.screenshot('load-hover');
  await page.keyboard.press('Escape');
});

test('one iteration stands beside its lines, and what did not hold is a problem until it is edited', async () => {
  const { page } = opened;
  await openFile(page, name);
  await runCommand(page, 'Benchwright: Debug One Iteration');
  const besideLines = (): Promise<string> =>
    page.evaluate(() =>
      [...document.querySelectorAll('.view-line span')]
        .map((span) => getComputedStyle(span, '::after').content)
        .filter((content) => content !== 'none' && content !== 'normal')
        .join('\n'),
    );
  await expect.poll(besideLines).toMatch(/200 in [\d.]+ ms/);
  await expect.poll(besideLines).toContain('t-17');
  await expect.poll(besideLines).toContain('queued');
  expect(service.requests()).toBe(1);
  await runCommand(page, 'Problems: Focus on Problems View');
  await expect
    .poll(async () => (await readProblems(page)).join('\n'))
    .toMatch(/does not hold: \$\.state = "queued"/);
  await opened.screenshot('debug-iteration');

  await openFile(page, name);
  await goToLine(page, lineOf('name: Shop'), 11);
  await page.keyboard.type('s');
  await expect.poll(async () => (await readProblems(page)).join('\n')).not.toContain('does not hold');
  expect(await besideLines()).not.toContain('200 in');
});
