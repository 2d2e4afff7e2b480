/** The extension in the host of extensions that is a worker of the browser, as an editor without a machine has it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { keepPicturesOfFailures, openEditor } from './harness/open-editor';
import type { OpenPage } from './harness/open-page';
import {
  acceptSuggestion,
  goToLine,
  openFile,
  readProblems,
  renameHere,
  runCommand,
} from './harness/workbench';

const part = `targets:
  web: { url: http://127.0.0.1:9 }
scenarios:
  browse: { target: web, steps: [{ get: /items }] }
`;
const whole = `version: 1
name: Whole
include: [part.bench.yaml]
data:
  rows: { file: rows.csv }
phases:
  load: { scenarios: [browse], users: 1, for: 5m, warmpu: 10s }
goals:
  - p95(browse) in load < 300ms
`;

let folder: string;
let opened: OpenPage;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'benchwright-browser-'));
  await writeFile(path.join(folder, 'part.bench.yaml'), part);
  await writeFile(path.join(folder, 'whole.bench.yaml'), whole);
  await writeFile(path.join(folder, 'rows.csv'), 'sku\n1\n');
  opened = await openEditor({ folder }, { vsix: inject('webVsix') });
});

keepPicturesOfFailures(() => opened);

afterAll(async () => {
  await opened.close();
  await rm(folder, { recursive: true, force: true });
});

test('a plan of several files is checked, and its names are renamed in all of them', async () => {
  const { page } = opened;
  await openFile(page, 'whole.bench.yaml');
  await runCommand(page, 'Problems: Focus on Problems View');
  await expect
    .poll(() => readProblems(page))
    .toEqual([
      expect.stringContaining('1 problems in file whole.bench.yaml'),
      expect.stringContaining('has no key `warmpu`'),
    ]);
  await goToLine(page, 7, '  load: { scenarios: [br'.length);
  await renameHere(page, 'look');
  await runCommand(page, 'File: Save All');
  await expect.poll(() => read('part.bench.yaml')).toBe(part.replace('browse', 'look'));
  await expect.poll(() => read('whole.bench.yaml')).toBe(whole.replaceAll('browse', 'look'));
});

test('a key is completed', async () => {
  const { page } = opened;
  await openFile(page, 'part.bench.yaml');
  await goToLine(page, 5);
  await page.keyboard.type('phases:\n  more:\n    dra');
  await acceptSuggestion(page, /drain/);
  await runCommand(page, 'File: Save All');
  await expect.poll(() => read('part.bench.yaml')).toContain('drain: ');
});

test('the expanded plan is shown, and nothing offers to run it', async () => {
  const { page } = opened;
  await openFile(page, 'whole.bench.yaml');
  await runCommand(page, 'Benchwright: Show Expanded Plan');
  await page.getByRole('tab', { name: /whole\.bench\.expanded/ }).waitFor();
  await opened.screenshot('browser');
  await openFile(page, 'whole.bench.yaml');
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget:visible input[type="text"]');
  await input.fill('>Benchwright: ');
  await page.getByRole('option', { name: /Benchwright: New Plan/ }).waitFor();
  expect(await page.getByRole('option', { name: /Benchwright: Run/ }).count()).toBe(0);
  await page.keyboard.press('Escape');
});

function read(name: string): Promise<string> {
  return readFile(path.join(folder, name), 'utf8');
}
