/** The heat of a run in the editor: what a run folder says of the sources beside it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lensesIn, wordsBehindLines } from './harness/heat';
import { keepPicturesOfFailures, openEditor } from './harness/open-editor';
import type { OpenPage } from './harness/open-page';
import { pinRun, writeProfiledRun } from './harness/profiled-run';
import { chooseTheme, closeSideBar, goToLine, openFile, runCommand } from './harness/workbench';
import { copyAgentsExample, type Workspace } from './harness/workspace';

const ranking = 'services/core_services/ranking.py';
const app = 'services/core_services/app.py';

let workspace: Workspace;
let opened: OpenPage;
/** Lines of the two files from 1, by what stands in them. */
let lineOf: (text: string) => number;
let executeLine: number;

beforeAll(async () => {
  workspace = await copyAgentsExample(8000);
  const linesOf = async (file: string): Promise<readonly string[]> =>
    (await readFile(path.join(workspace.folder, file), 'utf8')).split('\n');
  const lines = await linesOf(ranking);
  lineOf = (text) => lines.findIndex((line) => line.includes(text)) + 1;
  executeLine = (await linesOf(app)).findIndex((line) => line.includes('async def execute')) + 2;
  const frames = [
    { name: 'execute', file: app, line: executeLine },
    { name: 'TextRanking.rank_related_tasks', file: ranking, line: lineOf('return best_topics(') },
    { name: 'extract_terms', file: ranking, line: lineOf('for word in WORD.findall') },
    { name: 'stem', file: ranking, line: lineOf('if word.endswith(suffix)') },
  ];
  const at = { frames, startedMs: Date.UTC(2026, 4, 4, 10) };
  await writeProfiledRun(workspace, {
    ...at,
    id: '2026-05-04T10-00-00Z-before',
    stacks: [
      [[0], 8.8],
      [[0, 1, 2], 1.2],
    ],
  });
  await writeProfiledRun(workspace, {
    ...at,
    id: '2026-05-05T10-00-00Z-after',
    startedMs: at.startedMs + 86_400_000,
    stacks: [
      [[0], 4],
      [[0, 1], 0.3],
      [[0, 1, 2], 1.5],
      [[0, 1, 2, 3], 4.2],
    ],
  });
  await pinRun(workspace, '2026-05-04T10-00-00Z-before');
  opened = await openEditor(workspace, { settings: { 'workbench.colorTheme': 'Dark Modern' } });
  await closeSideBar(opened.page);
});

keepPicturesOfFailures(() => opened);

afterAll(async () => {
  await opened.close();
  await workspace.remove();
});

test('hot lines say their shares, and hot functions what they were at baseline', async () => {
  const { page } = opened;
  await openFile(page, 'ranking.py');
  await goToLine(page, lineOf('def stem'));
  await expect
    .poll(() => wordsBehindLines(page))
    .toEqual(expect.arrayContaining(['42 % self · 42 % total', '15 % self · 57 % total']));
  await expect
    .poll(() => lensesIn(page))
    .toEqual(
      expect.arrayContaining([
        '42 % of samples at the knee',
        '57 % of samples at the knee, was 12 % at baseline',
      ]),
    );
  await opened.screenshot('heat-dark');
});

test('the next hotspot is the next expensive function, in whichever file it is', async () => {
  const { page } = opened;
  await goToLine(page, 1);
  for (const [command, line] of [
    ['Next', executeLine],
    ['Next', lineOf('return best_topics(')],
    ['Next', lineOf('for word in WORD.findall')],
    ['Previous', lineOf('return best_topics(')],
  ] as const) {
    await runCommand(page, `Benchwright: Go to ${command} Hotspot`);
    await page.getByRole('button', { name: `Ln ${line}, Col 1` }).waitFor();
  }
  await page.getByText(/Hotspot 2 of 4: TextRanking.rank_related_tasks, 3 % self · 60 % total/).waitFor();
});

test('an edit makes the heat stale and moves it with its line, and undoing it makes it fresh again', async () => {
  const { page } = opened;
  await showRanking();
  await goToLine(page, lineOf('def stem'));
  await page.keyboard.press('Enter');
  await expect
    .poll(() => wordsBehindLines(page))
    .toEqual(expect.arrayContaining(['42 % self · 42 % total · before the change']));
  await expect
    .poll(() => lensesIn(page))
    .toEqual(expect.arrayContaining(['42 % of samples at the knee · the file has changed since']));
  await opened.screenshot('heat-stale');
  await page.keyboard.press('Control+Z');
  await expect.poll(() => wordsBehindLines(page)).toEqual(expect.arrayContaining(['42 % self · 42 % total']));
});

test('the heat can be read in a light theme, and be switched off and on', async () => {
  const { page } = opened;
  await chooseTheme(page, 'Light Modern');
  await showRanking();
  await goToLine(page, lineOf('def stem'));
  await expect.poll(() => lensesIn(page)).not.toEqual([]);
  await opened.screenshot('heat-light');
  await runCommand(page, 'Benchwright: Switch Heat On or Off');
  await expect.poll(() => wordsBehindLines(page)).toEqual([]);
  await expect.poll(() => lensesIn(page)).toEqual([]);
  await runCommand(page, 'Benchwright: Switch Heat On or Off');
  await expect.poll(() => wordsBehindLines(page)).not.toEqual([]);
});

test('the heat of an earlier run is shown where somebody chooses it', async () => {
  const { page } = opened;
  await runCommand(page, 'Benchwright: Show Heat of This Run', { staysOpen: true });
  await page.getByRole('option', { name: /2026-05-04T10-00-00Z-before/ }).click();
  // Its hottest line is shown first.
  await expect.poll(() => wordsBehindLines(page)).toContain('88 % self · 100 % total');
  await showRanking();
  await goToLine(page, lineOf('def extract_terms'));
  await expect.poll(() => lensesIn(page)).toContain('12 % of samples at the knee');
});

async function showRanking(): Promise<void> {
  const { page } = opened;
  await page.getByRole('tab', { name: /^ranking.py/ }).click();
}
