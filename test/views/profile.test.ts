import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ProfileSession } from '../../client/profile/profile-session';
import { readProfile } from '../../engines/host/profile-file';
import { fromProfileView, toProfileView, type FromProfileView } from '../../protocol/profile';
import { importSample } from '../kit/profile-samples';
import { hostileTexts } from './hostile-texts';
import type { ViewOptions, ViewPage } from './view-page';
import { viewsOf } from './view-tests';

const samples = path.resolve(import.meta.dirname, '../fixtures/profiles');
const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const speedscope = 'py-spy/0.4.3-python-3.11/shop.speedscope.json';

const openPage = viewsOf('profile');

interface ProfileView extends ViewPage {
  /** Answers what the page has asked, and what it asks upon that, as the host does. */
  readonly settle: () => Promise<void>;
  readonly asked: () => Promise<readonly FromProfileView[]>;
}

async function sessionOf(file: string): Promise<{ session: ProfileSession; format: string }> {
  const read = await readProfile(path.join(samples, file));
  if (!read.ok) throw new Error(read.problem.message);
  const { profile, format } = read;
  const fileName = path.basename(file);
  return { session: new ProfileSession({ profile, fileName, cpuNsPerRequest: 12e6, isOfRun: true }), format };
}

async function nextFrame({ page }: ViewPage): Promise<void> {
  await page.evaluate(() => new Promise(requestAnimationFrame));
}

async function showing(file: string, options?: ViewOptions & { before?: string }): Promise<ProfileView> {
  const view = await openPage(options);
  const { session, format } = await sessionOf(file);
  if (options?.before !== undefined)
    session.compareWith({
      profile: importSample(options.before),
      fileName: 'before.json',
      cpuNsPerRequest: 15e6,
      isOfRun: true,
    });
  await view.post(toProfileView.parse(session.opened(format)));
  let answered = 0;
  const asked = async (): Promise<readonly FromProfileView[]> =>
    (await view.posted()).map((message) => fromProfileView.parse(message));
  const settle = async (): Promise<void> => {
    for (let all = await asked(); answered < all.length; all = await asked()) {
      for (const message of all.slice(answered))
        if ('request' in message) await view.post(toProfileView.parse(session.answer(message)));
      answered = all.length;
      // The table is asked for once the picture is drawn.
      await nextFrame(view);
    }
  };
  await view.page.getByRole('heading', { level: 1 }).waitFor();
  await settle();
  return { ...view, settle, asked };
}

test('a page that is set up asks for its profile and says that it is being read', async () => {
  const view = await openPage();
  expect(await view.posted()).toEqual([{ kind: 'ready', version: 1 }]);
  await view.page.getByText('Reading the profile…').waitFor();
});

test('the table is asked for once the picture is drawn', async () => {
  const view = await openPage();
  const { session, format } = await sessionOf(speedscope);
  const asked = async (): Promise<FromProfileView[]> =>
    (await view.posted()).map((message) => fromProfileView.parse(message));
  await view.post(toProfileView.parse(session.opened(format)));
  await nextFrame(view);
  const [, layout, ...more] = await asked();
  expect(more).toEqual([]);
  if (layout?.kind !== 'layout') throw new Error('no picture was asked for');
  await view.post(toProfileView.parse(session.answer(layout)));
  await nextFrame(view);
  expect((await asked()).map(({ kind }) => kind)).toContain('functions');
});

test('the functions are listed with their shares, and the heaviest is the first', async () => {
  const view = await showing(speedscope);
  const rows = view.page.getByRole('region', { name: 'Top functions' }).getByRole('row');
  expect(await rows.nth(1).innerText()).toMatch(/discount[^]*shop.py:\d+[^]*\d+\.\d %/);
  expect(view.mishaps).toEqual([]);
  await view.screenshot('profile-dark');
});

test('a click on a rectangle zooms to it and names its callers, and Escape zooms out', async () => {
  const view = await showing(speedscope);
  const canvas = view.page.locator('[data-part="flame"]');
  await canvas.click({ position: { x: 60, y: 50 } });
  await view.settle();
  const layouts = async (): Promise<unknown[]> =>
    (await view.asked()).filter(({ kind }) => kind === 'layout').map((ask) => 'window' in ask && ask.window);
  expect((await layouts()).at(-1)).toMatchObject({ from: 0, to: 1.26e9 });
  await view.page.getByRole('heading', { name: 'Called by' }).waitFor();
  await canvas.press('Escape');
  await view.settle();
  expect((await layouts()).at(-1)).toBeNull();
});

test('the keyboard alone reaches a function, zooms to it and opens its source', async () => {
  const view = await showing(speedscope);
  const canvas = view.page.locator('[data-part="flame"]');
  await canvas.focus();
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown']) await canvas.press(key);
  await view.settle();
  await view.page.locator('p[aria-live="polite"].only-heard', { hasText: 'Thread.run' }).waitFor();
  await canvas.press('o');
  expect((await view.asked()).at(-1)).toMatchObject({ kind: 'open-source' });
  await canvas.press('Enter');
  await view.settle();
  expect(await view.page.getByRole('button', { name: 'Reset zoom' }).isEnabled()).toBe(true);
});

test('a search names how much of the time has what was searched for', async () => {
  const view = await showing(speedscope);
  await view.page.getByRole('searchbox').fill('depth');
  await view.settle();
  const names = view.page.locator('table.functions [data-part="name"]');
  await expect
    .poll(() => names.allInnerTexts())
    .toEqual(expect.arrayContaining([expect.stringContaining('depth')]));
  expect((await names.allInnerTexts()).every((name) => name.includes('depth'))).toBe(true);
  await view.screenshot('profile-search');
});

test('own code, libraries and modules are told apart', async () => {
  const view = await showing(speedscope);
  await view.page.getByLabel('Code').selectOption('library');
  await view.settle();
  const tags = view.page.locator('table.functions [data-part="tag"]');
  await expect.poll(async () => new Set(await tags.allInnerTexts())).toEqual(new Set(['library']));
  await view.page.getByLabel('Code').selectOption('all');
  await view.page.getByLabel('Rows').selectOption('module');
  await view.settle();
  const names = view.page.locator('table.functions [data-part="name"]');
  await expect.poll(() => names.allInnerTexts()).toContain('threading');
});

test('the graph can be in the order of time', async () => {
  const view = await showing(speedscope);
  await view.page.getByLabel('Order of the graph').selectOption('time');
  await view.settle();
  expect((await view.asked()).at(-1)).toMatchObject({ kind: 'layout', order: 'time' });
  await view.screenshot('profile-time');
  expect(view.mishaps).toEqual([]);
});

test('a file without stacks has its table of calls, and says why there is no graph', async () => {
  const view = await showing('cprofile/python-3.12/shop.pstats');
  expect(await view.page.locator('[data-part="flame"]').isVisible()).toBe(false);
  await view.page.getByText(/keeps no stacks to draw/).waitFor();
  expect(await view.page.getByRole('columnheader', { name: 'Calls' }).isVisible()).toBe(true);
  await view.screenshot('profile-pstats');
});

test('a comparison says of each function whether it changed, and how sure that is', async () => {
  const view = await showing(speedscope, { before: 'py-spy/0.4.3-python-3.13/shop.speedscope.json' });
  const changes = view.page.getByRole('region', { name: 'What changed' });
  await changes
    .getByText(/no evidence of change|grew|shrank/)
    .first()
    .waitFor();
  await view.screenshot('profile-changes');
  expect(view.mishaps).toEqual([]);
});

test('the widths of a comparison can be those of before, where what is gone is still to be seen', async () => {
  const view = await showing(speedscope, { before: 'py-spy/0.4.3-python-3.8/shop.speedscope.json' });
  await view.page.getByLabel('Widths of the graph').selectOption('before');
  await view.settle();
  expect((await view.asked()).at(-1)).toMatchObject({ kind: 'layout', side: 'before', window: null });
  const canvas = view.page.locator('[data-part="flame"]');
  await canvas.focus();
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown']) await canvas.press(key);
  await view.settle();
  await view.page.locator('[data-part="detail"]', { hasText: /before \d+\.\d %/ }).waitFor();
  await view.screenshot('profile-widths-before');
  expect(view.mishaps).toEqual([]);
});

test('what a request costs stands beside the change of its share', async () => {
  const view = await showing(speedscope, { before: 'py-spy/0.4.3-python-3.13/shop.speedscope.json' });
  const cells = view.page.locator('table.changes tbody [data-part="per-request"]');
  await expect.poll(() => cells.allInnerTexts()).toContainEqual(expect.stringMatching(/ms → .*ms · /));
  await view.page.getByRole('button', { name: 'Re-run and Compare' }).click();
  expect((await view.asked()).at(-1)).toMatchObject({ kind: 'rerun' });
});

test('a file that cannot be read says why and what helps', async () => {
  const view = await openPage();
  await view.post({ kind: 'problem', version: 1, message: 'it has no samples', remedy: 'record longer' });
  expect(await view.page.getByRole('alert').innerText()).toBe('Because it has no samples.');
});

test('names from the file are text, whatever they hold', async () => {
  const view = await showing(speedscope);
  const named = hostileTexts.map((name, id) => ({ id, name, file: name, isOwn: true }));
  const rows = named.map((fn) => ({ ...fn, line: 1, module: fn.name, self: 1, total: 1, calls: null }));
  await view.page.getByLabel('Code').selectOption('own');
  const asked = (await view.asked()).findLast(({ kind }) => kind === 'functions');
  if (asked === undefined || !('request' in asked)) throw new Error('no functions were asked for');
  await view.post({
    kind: 'functions',
    version: 1,
    request: asked.request,
    rows,
    count: rows.length,
    matched: 1,
  });
  await expect
    .poll(() => view.page.locator('table.functions [data-part="name"]').allTextContents())
    .toEqual(hostileTexts);
  expect(view.mishaps).toEqual([]);
});

test.each(['light', 'high-contrast', 'high-contrast-light'] as const)(
  'it can be read in the theme %s',
  async (theme) => {
    const view = await showing(speedscope, { theme });
    await view.screenshot(`profile-${theme}`);
    expect(view.mishaps).toEqual([]);
  },
);

test('nothing sticks out to the side of a narrow panel', async () => {
  const view = await showing(speedscope, { width: 400 });
  await view.screenshot('profile-narrow');
  expect(
    await view.page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
  ).toBeLessThanOrEqual(0);
});

test('the page has no known barrier for those who cannot see or point', async () => {
  const view = await showing(speedscope, { before: 'py-spy/0.4.3-python-3.13/shop.speedscope.json' });
  await view.page.evaluate(await readFile(axeFile, 'utf8'));
  const found = await view.page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
  });
  expect(found).toEqual([]);
});
