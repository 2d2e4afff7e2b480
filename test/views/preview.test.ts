import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { loadShape } from '../../core/plan/load-shape';
import { phaseSchema } from '../../core/plan/schema';
import { previewVersion as version, toPreview } from '../../protocol/preview';
import { hostileTexts } from './hostile-texts';
import type { ViewOptions, ViewPage } from './view-page';
import { viewsOf } from './view-tests';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const openPage = viewsOf('preview');

const phases = Object.fromEntries(
  Object.entries({
    smoke: { scenarios: ['status'], users: 10, for: '5m', warmup: '30s' },
    load: { scenarios: ['execute'], users: '1 -> 100', for: '15m', after: 'smoke', warmup: '2m' },
    spikes: {
      scenarios: ['execute'],
      warmup: '1m',
      stages: [
        { rate: '5/s', for: '3m' },
        { rate: '40/s', for: '1m' },
        { rate: '5/s', for: '3m' },
      ],
    },
    stress: { scenarios: ['research'], find: { start: '5/s', trial: '60s', max: '40/s' } },
    hotspots: { rerun: 'stress', at: 'knee', profile: [{ target: 'a', with: 'py-spy', for: '60s' }] },
  }).map(([name, value]) => [name, phaseSchema.parse(value)]),
);

const shape = (selected: string | null = null) => ({
  kind: 'shape',
  version,
  plan: 'file:///work/agents.bench.yaml',
  name: 'Unified agent system',
  environment: 'ci',
  phases: loadShape(phases).map((phase, index) => ({
    ...phase,
    requests: index === 0 ? 12_345 : null,
    isAtMost: index === 0,
  })),
  selected,
});

async function showing(message: unknown, options?: ViewOptions): Promise<ViewPage> {
  const view = await openPage(options);
  await view.post(message);
  await view.page.getByRole('table').waitFor();
  return view;
}

test('shows the loads of the plan as charts, and the same as a table', async () => {
  expect(toPreview.safeParse(shape()).success).toBe(true);
  const { page, mishaps, kept, posted } = await showing(shape());
  expect(await posted()).toEqual([{ kind: 'ready', version }]);
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Unified agent system');
  await page.getByText(/environment ci · 5 phases, about/).waitFor();
  expect(await page.getByRole('img').count()).toBe(2);
  const rows = page.getByRole('row');
  const texts = await rows.allInnerTexts();
  expect(texts[1]?.split(/\t\n?|\n/)).toEqual([
    ...['smoke', '10 users', '0:00', '5:00', '0:30', '4:30', 'at most 12,345', '–'],
  ]);
  expect(texts[2]).toMatch(/load\s+1 → 100 users\s+5:00\s+15:00\s+2:00\s+13:00\s+–\s+smoke/);
  expect(texts[3]).toMatch(/spikes\s+3 stages, up to 40\/s/);
  expect(texts[4]).toMatch(/stress\s+5\/s → 40\/s in \d trials, then as it finds/);
  expect(texts[5]).toMatch(/hotspots\s+what the run finds/);
  expect(await kept()).toEqual({ plan: 'file:///work/agents.bench.yaml' });
  expect(mishaps).toEqual([]);
});

test('follows the cursor of the editor, and leads back to the phase that is chosen', async () => {
  const view = await showing(shape('load'));
  const { page } = view;
  const choice = (name: string) => page.getByRole('button', { name, exact: true }).first();
  expect(await choice('load').getAttribute('aria-pressed')).toBe('true');
  expect(await page.getByRole('img').count()).toBe(1);
  await view.post({ kind: 'select', version, phase: null });
  await expect.poll(() => choice('Whole plan').getAttribute('aria-pressed')).toBe('true');
  expect(await page.getByRole('img').count()).toBe(2);
  await choice('spikes').click();
  expect(await view.posted()).toContainEqual({ kind: 'reveal', version, phase: 'spikes' });
  expect(await page.getByRole('img').getAttribute('aria-label')).toContain(
    'Arrivals per second over time: spikes',
  );
});

test('reads the load aloud with the arrow keys', async () => {
  const { page } = await showing(shape('load'));
  await page.getByRole('img').focus();
  await page.keyboard.press('Home');
  await page.getByRole('status').getByText('0:00: users 1', { exact: true }).waitFor();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('status').getByText('15:00: users 100', { exact: true }).waitFor();
});

test('keeps what it shows while the plan cannot be read, and says so', async () => {
  const view = await showing(shape());
  await view.post({ kind: 'unavailable', version, plan: 'file:///x', message: 'The plan cannot be read.' });
  await view.page.getByText('The plan cannot be read.').waitFor();
  expect(await view.page.getByRole('row').count()).toBe(6);
});

test('texts of a plan are texts', async () => {
  const [name = ''] = hostileTexts;
  const message = { ...shape(), name, phases: shape().phases.map((phase) => ({ ...phase, name })) };
  const { page, mishaps } = await showing(message);
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(name);
  expect(mishaps).toEqual([]);
});

for (const theme of ['dark', 'light', 'high-contrast'] as const) {
  test(`can be used by everybody in the theme ${theme}`, async () => {
    const view = await showing(shape(), { theme, width: 900, height: 1100 });
    await view.page.evaluate(await readFile(axeFile, 'utf8'));
    const found = await view.page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run: () => Promise<{ violations: { id: string; impact: string }[] }> };
      };
      return (await axe.run()).violations.map(({ id, impact }) => ({ id, impact }));
    });
    expect(found.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    await view.screenshot(`preview-${theme}`);
  });
}

test('fits into a narrow panel', async () => {
  const view = await showing(shape('load'), { width: 360, height: 800 });
  const overflow = await view.page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect(overflow).toBe(false);
  await view.screenshot('preview-narrow');
});
