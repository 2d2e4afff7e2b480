import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { reportPage } from '../../core/report/write-report';
import { sampleReport } from '../kit/sample-report';
import { hostileTexts } from './hostile-texts';
import { viewHost, type ViewOptions, type ViewPage } from './view-page';
import { viewsOf } from './view-tests';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const shown = { kind: 'shown', version: 1, runId: 'a', baselineId: 'b', hasProfile: true };

const openPage = viewsOf('report');

async function showing(options: ViewOptions = {}, report = sampleReport()): Promise<ViewPage> {
  const html = reportPage(report, viewHost('report'));
  const view = await openPage({ html, ...options });
  await view.post(shown);
  return view;
}

test('a place leads to its line, by pointer and by key', async () => {
  const view = await showing();
  const place = view.page.getByRole('link', { name: 'services/rank.py:2' }).first();
  await place.click();
  await place.press('Enter');
  const wish = { kind: 'open-source', version: 1, file: 'services/rank.py', line: 2 };
  expect(await view.posted()).toEqual([{ kind: 'ready', version: 1 }, wish, wish]);
  expect(view.mishaps).toEqual([]);
});

test('what it is of is kept over a reload, and what became of a wish is told', async () => {
  const view = await showing();
  expect(await view.kept()).toEqual({ runId: 'a', baselineId: 'b' });
  await view.post({ kind: 'told', version: 1, message: 'rank.py has changed since the recording' });
  expect(await view.page.getByRole('status').innerText()).toBe('rank.py has changed since the recording');
});

test('every run can be run again to see what changed, and one with a profile has it to open', async () => {
  const view = await showing();
  const rerun = view.page.getByRole('button', { name: 'Re-run and Compare' });
  const profile = view.page.getByRole('button', { name: 'Open Profile' });
  await rerun.click();
  await profile.click();
  await view.page.getByRole('button', { name: 'Export…' }).click();
  expect((await view.posted()).slice(1).map(({ kind }) => kind)).toEqual(['rerun', 'open-profile', 'export']);
  await view.post({ ...shown, hasProfile: false });
  expect(await profile.isVisible()).toBe(false);
  expect(await rerun.isVisible()).toBe(true);
});

test('names from the run are text, whatever they hold', async () => {
  let used = 0;
  const view = await showing(
    {},
    sampleReport((name) => `${name}${hostileTexts[used++ % hostileTexts.length] ?? ''}`),
  );
  await view.page.getByRole('button', { name: 'Export…' }).waitFor();
  expect(view.mishaps).toEqual([]);
});

test.each(['dark', 'light', 'high-contrast', 'high-contrast-light'] as const)(
  'it can be read in the theme %s',
  async (theme) => {
    const view = await showing({ theme });
    await view.screenshot(`report-${theme}`);
    expect(view.mishaps).toEqual([]);
  },
);

test('nothing sticks out to the side of a narrow panel', async () => {
  const view = await showing({ width: 400 });
  await view.screenshot('report-narrow');
  expect(
    await view.page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
  ).toBeLessThanOrEqual(0);
});

test('the page has no known barrier for those who cannot see or point', async () => {
  const view = await showing();
  await view.page.evaluate(await readFile(axeFile, 'utf8'));
  const found = await view.page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
  });
  expect(found).toEqual([]);
});
