import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startDemo, type Demo } from '../../scripts/demo.mjs';
import { runSchema } from '../../core/run/run';
import { livePanel } from './harness/live-panel';
import { keepPicturesOfFailures, openEditor } from './harness/open-editor';
import type { OpenPage } from './harness/open-page';
import { descendants, stillAlive } from './harness/processes';
import {
  chooseTheme,
  closeSideBar,
  goToLine,
  openFile,
  reloadPage,
  reloadWindow,
  runCommand,
} from './harness/workbench';
import { copyAgentsExample, freePortBase, type Workspace } from './harness/workspace';

const cli = path.resolve(import.meta.dirname, '../../dist/cli.cjs');
const wholeRun = { timeout: 60_000 };

let demo: Demo;
let workspace: Workspace;
let opened: OpenPage;

beforeAll(async () => {
  const portBase = await freePortBase();
  demo = await startDemo({ portBase });
  workspace = await copyAgentsExample(portBase);
  opened = await openEditor(workspace);
});

keepPicturesOfFailures(() => opened);

beforeEach(async () => {
  await opened.page.setViewportSize({ width: 1400, height: 900 });
});

afterAll(async () => {
  await opened.close();
  await workspace.remove();
  await demo.stop();
});

test('a phase run from its lens goes on through a reload of the window and earns its verdict', async () => {
  const { page } = opened;
  const run = await startSmoke('quick');
  const panel = livePanel(page);
  await expect.poll(() => panel.points.count()).toBeGreaterThan(1);

  await reloadWindow(page);
  await expect.poll(() => panel.points.count()).toBeGreaterThan(1);
  expect(await panel.badge.innerText()).not.toMatch(/pass/i);
  expect(await workspace.runs()).toEqual([run]);
  await opened.screenshot('live-during');

  await expect.poll(() => panel.badge.innerText(), wholeRun).toMatch(/pass/i);
  const { verdict, phases } = await readRun(run);
  expect(verdict).toBe('pass');
  expect(phases.map(({ name }) => name)).toEqual(['smoke']);
  expect(phases[0]!.requests).toBeGreaterThan(100);
  expect(await panel.steps.count()).toBe(2);
});

test.each([
  ['dark', 'Dark Modern', 1200],
  ['light', 'Light Modern', 1200],
  ['high contrast', 'Dark High Contrast', 1200],
  ['400 pixels narrow', 'Dark Modern', 460],
] as const)('the live panel can be read: %s', async (name, theme, width) => {
  const { page } = opened;
  await chooseTheme(page, theme);
  await closeSideBar(page);
  await page.getByRole('tab', { name: /smoke/ }).click();
  await runCommand(page, 'View: Close Editors in Other Groups');
  await page.setViewportSize({ width, height: 1300 });
  const panel = livePanel(page);
  await panel.badge.waitFor();
  const isDark = !theme.includes('Light');
  await expect
    .poll(() => panel.badge.evaluate(() => document.body.classList.contains('vscode-light')))
    .toBe(!isDark);
  await opened.screenshot(`live ${name}`);
  // Nothing may stick out to the side, however narrow the panel is.
  const overflow = await panel.badge.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});

test.each([
  ['as soon as its panel is there', 0],
  ['in the middle of it', 1],
])('a run comes back after the browser has reloaded the page %s, and can be stopped', async (_, points) => {
  const { page } = opened;
  const run = await startSmoke();
  const panel = livePanel(page);
  await panel.badge.waitFor();
  await expect.poll(() => panel.points.count()).toBeGreaterThanOrEqual(points);

  await reloadPage(page);
  await expect.poll(() => panel.points.count()).toBeGreaterThan(1);
  expect(await panel.badge.innerText()).toMatch(/running/i);
  await panel.stop.click();
  await expect.poll(() => panel.badge.innerText(), wholeRun).toMatch(/stopped/i);
  expect((await readRun(run)).verdict).toBe('aborted');
  await runCommand(page, 'View: Close All Editors');
});

test('k6 does not outlive its runner, and the run shows as interrupted', async () => {
  const { page } = opened;
  const run = await startSmoke();
  const runner = JSON.parse(await readFile(workspace.runFile(run, 'runner.json'), 'utf8')) as { pid: number };
  await expect.poll(() => k6Below(runner.pid)).toHaveLength(1);
  const k6 = await k6Below(runner.pid);
  process.kill(runner.pid, 'SIGKILL');
  await expect.poll(() => stillAlive(k6), { timeout: 2_000 }).toEqual([]);

  await showRuns();
  await expect.poll(() => page.getByRole('treeitem', { name: /interrupted/i }).count()).toBe(1);
  await opened.screenshot('runs-tree');
});

test('a run started in a terminal shows in the list and in the live panel', async () => {
  const { page } = opened;
  await showRuns();
  const flags = ['--phase', 'smoke', '--env', 'quick', '--json'];
  const started = spawn('node', [cli, 'run', workspace.plan, ...flags], { cwd: workspace.folder });
  let output = '';
  started.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  started.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = new Promise((resolve) => started.once('exit', resolve));

  const item = page.getByRole('treeitem', { name: /running/i });
  await item.first().click();
  const panel = livePanel(page);
  await expect.poll(() => panel.badge.innerText()).toMatch(/running/i);
  await expect.poll(() => panel.points.count()).toBeGreaterThan(1);
  expect(await ended, output).toBe(0);
  await expect.poll(() => panel.badge.innerText()).toMatch(/pass/i);
});

/** Clicks Run above the phase `smoke`; answers the name of the run's folder. */
async function startSmoke(environment?: string): Promise<string> {
  const { page } = opened;
  const before = await workspace.runs();
  const lines = (await workspace.readPlan()).split('\n');
  await openFile(page, workspace.plan);
  await goToLine(page, lines.findIndex((line) => line.startsWith('phases:')) + 1);
  const lenses = page.locator('.codelens-decoration a').filter({ hasText: /^\s*Run$/ });
  await lenses.first().click();
  if (environment !== undefined) await page.getByRole('option', { name: environment }).first().click();
  const isComplete = async (name: string): Promise<boolean> =>
    readFile(workspace.runFile(name, 'runner.json')).then(
      () => true,
      () => false,
    );
  await expect.poll(newRun).toHaveLength(1);
  return (await newRun())[0]!;

  async function newRun(): Promise<readonly string[]> {
    const added = (await workspace.runs()).filter((name) => !before.includes(name));
    const complete = await Promise.all(added.map(isComplete));
    return added.filter((_, index) => complete[index]);
  }
}

async function showRuns(): Promise<void> {
  await runCommand(opened.page, 'Benchwright: Focus on Runs View');
}

async function k6Below(pid: number): Promise<readonly number[]> {
  return (await descendants(pid)).filter(({ name }) => name === 'k6').map((one) => one.pid);
}

async function readRun(run: string) {
  return runSchema.parse(JSON.parse(await readFile(workspace.runFile(run, 'run.json'), 'utf8')));
}
