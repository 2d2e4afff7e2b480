/** The pictures of a report and of what it leads to, from a run of all phases of the example. */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser } from '../../scripts/browser.mjs';
import { startDemo, type Demo } from '../../scripts/demo.mjs';
import { ensurePython, toolRequirements } from '../../scripts/python-env.mjs';
import { lensesIn, wordsBehindLines } from '../e2e/harness/heat';
import { openEditor } from '../e2e/harness/open-editor';
import { closeSideBar, openFile, runCommand, webviewOf } from '../e2e/harness/workbench';
import { copyAgentsExample, freePortBase, type Workspace } from '../e2e/harness/workspace';

const root = path.resolve(import.meta.dirname, '../..');
const images = path.join(root, 'docs/images');

let demo: Demo;
let workspace: Workspace;
let report: string;

beforeAll(async () => {
  await mkdir(images, { recursive: true });
  const portBase = await freePortBase();
  demo = await startDemo({ portBase });
  workspace = await copyAgentsExample(portBase);
  report = path.join(workspace.folder, 'report.html');
  const pySpy = path.join(path.dirname(await ensurePython([toolRequirements])), 'py-spy');
  const plan = path.join(workspace.folder, workspace.plan);
  const options = ['--env=quick', `--py-spy=${pySpy}`, `--report=${report}`];
  await promisify(execFile)(process.execPath, [path.join(root, 'dist/cli.cjs'), 'run', plan, ...options]);
}, 600_000);

afterAll(async () => {
  await workspace.remove();
  await demo.stop();
});

test('the report, as a browser shows the file', async () => {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('no Chrome or Chromium: set CHROME to one');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    for (const [colorScheme, name] of [
      ['light', 'report.png'],
      ['dark', 'report-dark.png'],
    ] as const) {
      const page = await browser.newPage({ viewport: { width: 1100, height: 1000 }, colorScheme });
      await page.goto(pathToFileURL(report).href);
      await page.screenshot({ path: path.join(images, name) });
    }
  } finally {
    await browser.close();
  }
});

test('the line that costs most, with its heat', async ({ onTestFailed }) => {
  const opened = await openEditor(workspace, {
    settings: {
      'workbench.colorTheme': 'Dark Modern',
      'editor.minimap.enabled': false,
      'editor.stickyScroll.enabled': false,
    },
    viewport: { width: 1400, height: 860 },
  });
  onTestFailed(async () => {
    await opened.screenshot('failed-report-screenshots');
  });
  try {
    const { page } = opened;
    await openFile(page, workspace.plan);
    await closeSideBar(page);
    await runCommand(page, 'Benchwright: Open Report');
    const view = await webviewOf(page, 'report');
    await view.locator('td [data-file]').first().click();
    await page.getByRole('tab', { name: /^ranking.py/ }).waitFor();
    await expect.poll(() => lensesIn(page)).not.toEqual([]);
    await expect.poll(() => wordsBehindLines(page)).not.toEqual([]);
    // The report stays beside the source that it led to.
    await page.screenshot({ path: path.join(images, 'heat.png') });
  } finally {
    await opened.close();
  }
});
