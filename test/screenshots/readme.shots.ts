/** The pictures of the README, in the order in which a person who follows it would see them. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDemo, type Demo } from '../../scripts/demo.mjs';
import { livePanel } from '../e2e/harness/live-panel';
import { openEditor } from '../e2e/harness/open-editor';
import type { OpenPage } from '../e2e/harness/open-page';
import { chooseTheme, closeSideBar, goToLine, openFile, runCommand } from '../e2e/harness/workbench';
import { copyAgentsExample, freePortBase, type Workspace } from '../e2e/harness/workspace';

const images = path.resolve(import.meta.dirname, '../../docs/images');
const wholeRun = { timeout: 90_000 };
const wide = { width: 1240, height: 1180 };

let demo: Demo;
let workspace: Workspace;
let opened: OpenPage;

beforeAll(async () => {
  await mkdir(images, { recursive: true });
  const portBase = await freePortBase();
  demo = await startDemo({ portBase });
  workspace = await copyAgentsExample(portBase);
  // Goals near what is measured, so that their lines are in the picture, yet with room for a busy machine.
  const plan = (await workspace.readPlan())
    .replace('p95(execute) in smoke < 20s', 'p95(execute) in smoke < 200ms')
    .replace('p99(status) in smoke < 20s', 'p99(status) in smoke < 150ms');
  await writeFile(path.join(workspace.folder, workspace.plan), plan);
  opened = await openEditor(workspace, {
    settings: {
      'workbench.colorTheme': 'Dark Modern',
      'editor.minimap.enabled': false,
      'editor.stickyScroll.enabled': false,
      'files.autoSave': 'off',
      // Completions would cover the quick fix.
      '[benchwright-plan]': { 'editor.quickSuggestions': { other: 'off', strings: 'off', comments: 'off' } },
    },
    viewport: { width: 1100, height: 760 },
  });
});

afterAll(async () => {
  await opened.close();
  await workspace.remove();
  await demo.stop();
});

test('the pictures of the README', async ({ onTestFailed }) => {
  const { page } = opened;
  onTestFailed(async () => {
    await opened.screenshot('failed-screenshots');
  });
  await openFile(page, workspace.plan);
  await showProblem(page);
  await runSmoke(page, 'quick');
  const panel = livePanel(page);
  await closeSideBar(page);
  await page.getByRole('tab', { name: /smoke/ }).click();
  await runCommand(page, 'View: Close Editors in Other Groups');
  await page.setViewportSize(wide);
  await expect.poll(() => panel.points.count()).toBeGreaterThan(14);
  await savePanel(page, 'live-dark');

  await expect.poll(() => panel.badge.innerText(), wholeRun).toMatch(/pass|fail/i);
  await chooseTheme(page, 'Light Modern');
  await expect
    .poll(() => panel.badge.evaluate(() => document.body.classList.contains('vscode-light')))
    .toBe(true);
  await savePanel(page, 'live-light');
  await chooseTheme(page, 'Dark Modern');
  await page.setViewportSize({ width: 470, height: 1240 });
  await savePanel(page, 'live-narrow');

  await page.setViewportSize({ width: 1100, height: 760 });
  await runCommand(page, 'View: Close All Editors');
  await openFile(page, workspace.plan);
  await runSmoke(page);
  await expect.poll(() => panel.points.count()).toBeGreaterThan(1);
  await panel.stop.click();
  await expect.poll(() => panel.badge.innerText(), wholeRun).toMatch(/stopped/i);
  await showTree(page);
});

async function showProblem(page: Page): Promise<void> {
  const line = await lineOf('  smoke:');
  const { length } = (await workspace.readPlan()).split('warmup')[0]!.split('\n').at(-1)!;
  await goToLine(page, line, length + 5);
  await page.locator('.codelens-decoration:visible').first().waitFor();
  for (const key of ['Delete', 'Delete', 'p', 'u']) await page.keyboard.press(key);
  await expect.poll(() => page.locator('.squiggly-error').count()).toBe(1);
  await page.keyboard.press('Control+.');
  await page
    .getByText(/warmup/)
    .last()
    .waitFor();
  const problem = await boxOf(page, '.current-line');
  const group = await boxOf(page, '.editor-group-container');
  await settle(page);
  await page.screenshot({
    path: path.join(images, 'editor-problem.png'),
    clip: { x: group.x, y: problem.y - 120, width: group.width, height: 260 },
  });
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('.squiggly-error').count()).toBe(0);
  await runCommand(page, 'File: Save');
}

async function runSmoke(page: Page, environment?: string): Promise<void> {
  await goToLine(page, await lineOf('phases:'));
  await page
    .locator('.codelens-decoration a')
    .filter({ hasText: /^\s*Run$/ })
    .first()
    .click();
  if (environment !== undefined) await page.getByRole('option', { name: environment }).first().click();
  await livePanel(page).badge.waitFor();
}

async function showTree(page: Page): Promise<void> {
  await runCommand(page, 'Benchwright: Focus on Runs View');
  const run = page.getByRole('treeitem', { name: /smoke: (Passed|Failed)/ }).first();
  await run.click();
  await page.keyboard.press('ArrowRight');
  const sideBar = await boxOf(page, '[id="workbench.parts.sidebar"]');
  const edge = sideBar.x + sideBar.width;
  await page.mouse.move(edge + 1, 400);
  await page.mouse.down();
  await page.mouse.move(edge + 180, 400, { steps: 5 });
  await page.mouse.up();
  await settle(page);
  const { x, y, width } = await boxOf(page, '[id="workbench.parts.sidebar"]');
  await page.screenshot({
    path: path.join(images, 'runs-tree.png'),
    clip: { x: 0, y, width: x + width, height: 130 },
  });
}

/** The panel without the window around it. */
async function savePanel(page: Page, name: string): Promise<void> {
  await settle(page);
  const clip = await boxOf(page, '.editor-group-container');
  await page.screenshot({ path: path.join(images, `${name}.png`), clip });
}

/** Until the window stands still: two pictures of it in a row are the same. */
async function settle(page: Page): Promise<void> {
  await page.mouse.move(600, 5);
  const isStill = async (): Promise<boolean> => {
    const before = await page.screenshot();
    return before.equals(await page.screenshot());
  };
  await expect.poll(isStill).toBe(true);
}

async function lineOf(start: string): Promise<number> {
  return (await workspace.readPlan()).split('\n').findIndex((line) => line.startsWith(start)) + 1;
}

async function boxOf(page: Page, selector: string) {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`${selector} is not to be seen`);
  return box;
}
