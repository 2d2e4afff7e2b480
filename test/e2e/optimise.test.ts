/** From the hotspot to its line, and from the mended line to the proof: on the demo system, with its planted hotspot. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PhaseResult, ProfileResult } from '../../core/run/run';
import type { Comparison } from '../../runner/compare-folders';
import type { ProfileChange } from '../../core/profile/profile-change';
import { openRun } from '../../runner/open-run';
import { startDemo, type Demo } from '../../scripts/demo.mjs';
import { ensurePython, toolRequirements } from '../../scripts/python-env.mjs';
import { aliveWith } from '../integration/processes';
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
let slowDir: string;
let fastDir: string;

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
    '  hotspots: { rerun: load, at: 100%, profile: [{ target: agents, with: py-spy, for: 9s }] }',
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
  slowDir = await finishedRun(1);
  const [first] = onlyProfile(await hotspotsOf(slowDir)).top;
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
  fastDir = await finishedRun(2);

  await page.getByRole('tab', { name: /^Comparison · Hot: load, hotspots · .+ with / }).waitFor(wholeRun);
  const report = await webviewOf(page, 'report');
  const rowsWith = (text: string): Locator => report.getByRole('row').filter({ hasText: text });
  await expect
    .poll(() => rowsWith('p50 ttc').first().innerText())
    .toMatch(/faster[^]*within these two runs: -\d.*, between -\d.* and -\d/);
  await expect
    .poll(() => rowsWith(planted).first().innerText())
    .toMatch(/\d+\.\d %\s+0 %\s+-\d+\.\d points \(-\d+\.\d to -\d+\.\d\)\s+gone/);

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

test('the profile of the first has its files, its sources and what it cost', async () => {
  const phase = await hotspotsOf(slowDir);
  expect(`${phase.verdict}: ${phase.reason}`).toMatch(
    /^pass: TextRanking\.rank_related_tasks costs [\d.]+ % of agents at 40 users \(the plan\)$/,
  );
  const found = onlyProfile(phase);
  expect(found).toMatchObject({ target: 'agents', tool: 'py-spy', version: '0.4.3', rateHz: 100 });
  expect(found.samples).toBeGreaterThan(200);
  expect(found.top[0]?.total).toBeGreaterThan(0.5);
  // What the services share lies outside of the source of this target, and keeps its whole path.
  expect(found.top.filter(({ file }) => !/(?:^|\/)services\//.test(file))).toEqual([]);
  expect(found.libraries.some(({ file }) => file.startsWith('services/'))).toBe(false);
  const source = found.sources?.find(({ file }) => file === 'services/core_services/ranking.py');
  const ranking = await readFile(path.join(workspace.folder, 'services/core_services/ranking.py'));
  expect(source?.sha256).toBe(createHash('sha256').update(ranking).digest('hex'));
  expect(found.overhead?.rps).toBeGreaterThan(0);
  expect(found.files).toEqual(['phases/hotspots/profiles/agents-py-spy-1.speedscope.json']);
  for (const file of found.files) expect(existsSync(path.join(slowDir, file)), file).toBe(true);
  // No figure is from the time in which the profiler recorded.
  expect(phase.window.toMs - phase.window.fromMs).toBe(9000);
  expect(phase.level).toEqual({ value: 40, unit: 'users', from: 'the plan' });
});

test('the command line says the same of the two runs', async () => {
  const fast = onlyProfile(await hotspotsOf(fastDir));
  expect(fast.top.map(({ name }) => name)).not.toContain(planted);
  const { phases, profiles } = JSON.parse(
    await cli('compare', slowDir, '--with', fastDir, '--json'),
  ) as Compared;
  const figures = phases.find(({ phase }) => phase === 'load')?.figures ?? [];
  const time = figures.find(({ metric }) => metric === 'p50 ttc');
  expect(time?.verdict).toBe('faster');
  expect(time?.interval?.high).toBeLessThan(1);
  const gone = profiles[0]?.functions.find(({ name }) => name === planted);
  expect(gone?.total).toMatchObject({ after: 0, verdict: 'shrank' });
  expect(gone?.total.interval?.high).toBeLessThan(-0.3);
  expect(gone?.totalPerRequest).toMatchObject({ after: 0, verdict: 'shrank' });
  const words = await cli('compare', slowDir, '--with', fastDir);
  expect(words).toMatch(/await \/tasks\/\$\{id\} +p50 ttc .* faster$/m);
  expect(words).toMatch(/TextRanking\.rank_related_tasks +[\d.]+ % → 0 % .* gone$/m);
  const report = path.join(workspace.folder, 'compared.md');
  await cli('report', fastDir, '--baseline', slowDir, '--out', report);
  expect(await readFile(report, 'utf8')).toMatch(
    /^\| TextRanking\.rank\\_related\\_tasks \| [\d.]+ % \| 0 % \| \\-[\d.]+ points \(-[\d.]+ to -[\d.]+\) \| gone \|/m,
  );
});

type Compared = Extract<Comparison, { readonly kind: 'compared' }> & {
  readonly profiles: readonly ProfileChange[];
};

/** @returns what the command line prints. */
async function cli(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [path.resolve('dist/cli.cjs'), ...args]);
  return stdout;
}

async function hotspotsOf(dir: string): Promise<PhaseResult> {
  const { run, problems } = await openRun(dir);
  expect(problems).toEqual([]);
  const phase = run?.phases[1];
  if (phase === undefined) throw new Error('the run has no second phase');
  return phase;
}

function onlyProfile({ profiles = [] }: PhaseResult): ProfileResult {
  const [profile] = profiles;
  if (profile === undefined || profiles.length > 1) throw new Error(`${profiles.length} profiles`);
  return profile;
}

/** Waits until so many runs have a result, and the latest has passed and left nothing running. @returns its folder. */
async function finishedRun(count: number): Promise<string> {
  const finished = async (): Promise<readonly string[]> =>
    (await workspace.runs()).filter((run) => existsSync(workspace.runFile(run, 'run.json')));
  await expect.poll(async () => (await finished()).length, wholeRun).toBe(count);
  const dir = path.dirname(workspace.runFile((await finished()).at(-1) ?? '', 'run.json'));
  const { run } = await openRun(dir);
  expect(`${run?.verdict}: ${run?.reason}`).toMatch(/^pass/);
  await expect.poll(() => aliveWith(dir)).toEqual([]);
  return dir;
}
