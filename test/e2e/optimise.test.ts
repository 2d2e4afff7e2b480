/** From the hotspot to its line, and from the mended line to the proof: on the demo system, with its planted hotspot. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSchema, type Run } from '../../core/run/run';
import { startDemo, type Demo } from '../../scripts/demo.mjs';
import { ensurePython, toolRequirements } from '../../scripts/python-env.mjs';
import { lensesIn, wordsBehindLines } from './harness/heat';
import { keepPicturesOfFailures, openEditor } from './harness/open-editor';
import type { OpenPage } from './harness/open-page';
import { chooseTheme, closeSideBar, openFile, runCommand, webviewOf } from './harness/workbench';
import { copyAgentsExample, freePortBase, type Workspace } from './harness/workspace';

const planted = 'TextRanking.rank_related_tasks';
const plan = 'hot.bench.yaml';
const wholeRun = { timeout: 120_000 };

let portBase: number;
let demo: Demo;
let workspace: Workspace;
let opened: OpenPage;

/** As long as two single runs must be measured to be told apart, under so many users that the hotspot delays them. */
function planText(): string {
  return [
    'version: 1',
    'name: Hot',
    'targets:',
    `  gateway: { url: 'http://127.0.0.1:${portBase}', source: services/unified_agents }`,
    `  agents: { url: 'http://127.0.0.1:${portBase + 1}', process: { port: ${portBase + 1} }, source: services/core_services }`,
    'scenarios:',
    '  research:',
    '    target: gateway',
    '    steps:',
    "      - { post: /tasks, json: { kind: research, topic: 'night trains' }, capture: { id: $.task_id } }",
    '      - { await: "/tasks/${id}", every: 500ms, timeout: 1m, until: \'$.state in ["done", "failed"]\' }',
    'phases:',
    '  load: { scenarios: [research], users: 40, for: 30s, drain: 30s }',
    '  hotspots: { rerun: load, at: 100%, profile: [{ target: agents, with: py-spy, for: 5s }] }',
    '',
  ].join('\n');
}

beforeAll(async () => {
  portBase = await freePortBase();
  demo = await startDemo({ portBase });
  workspace = await copyAgentsExample(portBase);
  await writeFile(path.join(workspace.folder, plan), planText());
  const pySpy = path.join(path.dirname(await ensurePython([toolRequirements])), 'py-spy');
  opened = await openEditor(workspace, {
    settings: {
      'workbench.colorTheme': 'Dark Modern',
      'benchwright.run.openLivePanel': false,
      'benchwright.profiling.pySpyPath': pySpy,
    },
    viewport: { width: 1400, height: 1000 },
  });
});

keepPicturesOfFailures(() => opened);

afterAll(async () => {
  await opened.close();
  await workspace.remove();
  await demo.stop();
});

test('the planted hotspot is the first of the report, and its place leads to its line, which is hot', async () => {
  const { page } = opened;
  await openFile(page, plan);
  await runCommand(page, 'Benchwright: Run Plan');
  const run = await finishedRun(1);
  const [first] = run.phases[1]?.profiles?.[0]?.top ?? [];
  expect(first).toMatchObject({ name: planted, file: 'services/core_services/ranking.py' });

  await closeSideBar(page);
  await runCommand(page, 'Benchwright: Open Report');
  const report = await webviewOf(page, 'report');
  const place = report.locator('td [data-file]').first();
  await place.waitFor();
  const cells = place.locator('xpath=ancestor::tr').locator('td');
  expect((await cells.allInnerTexts())[0]).toBe(planted);
  await opened.screenshot('report-in-the-editor');
  await place.click();
  await page.getByRole('tab', { name: /^ranking.py/ }).waitFor();
  await page.getByRole('button', { name: `Ln ${first?.line ?? 0}, Col 1` }).waitFor();
  await expect
    .poll(() => lensesIn(page))
    .toContainEqual(expect.stringMatching(/^\d\d % of samples at 40 users$/));
  await expect.poll(() => wordsBehindLines(page)).toContainEqual(expect.stringMatching(/\d+ % total$/));
  await opened.screenshot('heat-of-the-hotspot');
});

test('once it is mended, running again says faster with an interval, and the profiles that it is gone', async () => {
  const { page } = opened;
  await demo.stop();
  demo = await startDemo({ portBase, env: { AGENTS_FAST_RANKING: '1' } });
  await page.getByRole('tab', { name: /^Report/ }).click();
  const before = await webviewOf(page, 'report');
  await before.getByRole('button', { name: 'Re-run and Compare' }).click();
  await finishedRun(2);

  await page.getByRole('tab', { name: /^Comparison · Hot: load, hotspots · .+ with / }).waitFor(wholeRun);
  const report = await webviewOf(page, 'report');
  const rowsWith = (text: string): Locator => report.getByRole('row').filter({ hasText: text });
  await expect
    .poll(() => rowsWith('p50 ttc').first().innerText())
    .toMatch(/faster[^]*within these two runs: -\d.*, between -\d.* and -\d/);
  await expect.poll(() => rowsWith(planted).first().innerText()).toMatch(/\d+\.\d %[^]*not listed/);

  const profile = await webviewOf(page, 'profile');
  const change = profile
    .getByRole('region', { name: 'What changed' })
    .getByRole('row')
    .filter({ hasText: `${planted}…/` });
  await expect
    .poll(() => change.innerText())
    .toMatch(/−\d+\.\d pts \(−\d+\.\d pts to −\d+\.\d pts\) · ▼ shrank/);
  await profile.getByLabel('Widths of the graph').selectOption('before');
  await opened.screenshot('comparison-in-the-editor');
  await chooseTheme(page, 'Light Modern');
  await opened.screenshot('comparison-in-the-editor-light');
});

/** Waits until so many runs have a result. @returns the latest. */
async function finishedRun(count: number): Promise<Run> {
  const results = async (): Promise<readonly string[]> => {
    const texts = (await workspace.runs()).map((run) =>
      readFile(workspace.runFile(run, 'run.json'), 'utf8').catch(() => ''),
    );
    return (await Promise.all(texts)).filter((text) => text !== '');
  };
  await expect.poll(async () => (await results()).length, wholeRun).toBe(count);
  const run = runSchema.parse(JSON.parse((await results()).at(-1) ?? ''));
  expect(`${run.verdict}: ${run.reason}`).toMatch(/^pass/);
  return run;
}
