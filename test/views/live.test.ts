import { readFile as readFileBytes } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { hostileTexts } from './hostile-texts';
import {
  sampleDelta,
  sampleFinished,
  sampleHeader,
  samplePoints,
  sampleSearch,
  sampleSnapshot,
} from './sample-run';
import type { ViewOptions, ViewPage } from './view-page';
import { viewsOf } from './view-tests';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const openLive = viewsOf('live');

async function showing(message: unknown, options?: ViewOptions): Promise<ViewPage> {
  const view = await openLive(options);
  await view.post(message);
  await view.page.getByRole('heading', { level: 1 }).waitFor();
  return view;
}

test('a page that is set up asks for the run and says that it is being opened', async () => {
  const view = await openLive();
  expect(await view.posted()).toEqual([{ kind: 'ready', version: 1 }]);
  await view.page.getByText('Opening the run…').waitFor();
});

test('a run under way shows its name, its phase, its progress and a button that stops it', async () => {
  const view = await showing(sampleSnapshot());
  const { page } = view;
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Unified agent system');
  await page.getByText(/environment staging · phase load · 2:32 of 3:04/).waitFor();
  await page.getByText('Running', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  expect(await view.posted()).toContainEqual({ kind: 'stop', version: 1 });
  expect(view.mishaps).toEqual([]);
  await view.screenshot('live-dark');
});

test('the run is remembered for a reload of the window', async () => {
  const view = await showing(sampleSnapshot());
  expect(await view.kept()).toEqual({ runId: sampleHeader.runId });
});

test('goals say in words how they stand while the run is under way', async () => {
  const { page } = await showing(sampleSnapshot());
  const goals = page.getByRole('region', { name: 'Goals' }).getByRole('listitem');
  expect(await goals.nth(2).innerText()).toMatch(
    /p95\(execute\) in load < 300ms[^]*holding so far[^]*182 ms/,
  );
  expect(await goals.nth(3).innerText()).toMatch(/broken so far/);
  expect(await goals.nth(4).innerText()).toMatch(/too few samples[^]*31 samples[^]*p95 needs 59 samples/);
});

test('each step has a row with its figures, and choosing it asks for its charts', async () => {
  const view = await showing(sampleSnapshot());
  const row = view.page.getByRole('row', { name: /^execute/ });
  expect((await row.getByRole('cell').allInnerTexts()).slice(0, 6)).toEqual([
    '88 ms',
    '182 ms',
    '287 ms',
    '0.42 %',
    '70.2/s',
    '8,421',
  ]);
  await row.getByRole('button').click();
  expect(await view.posted()).toContainEqual({ kind: 'select-step', step: 'execute\nexecute', version: 1 });
  const waited = await view.page
    .getByRole('row', { name: /^await/ })
    .getByRole('cell')
    .allInnerTexts();
  expect(waited.slice(3, 8)).toEqual(['–', '–', '–', '31', '100 %']);
});

test('a finished run shows its verdict, the reason and what makes it doubtful', async () => {
  const view = await showing(sampleFinished());
  const verdict = view.page.getByRole('region', { name: 'Verdict' });
  await verdict.getByText(/1 of 5 goals is broken/).waitFor();
  await verdict.getByText('The measurement is suspect:').waitFor();
  await verdict.getByText(/The generator used 81 %/).waitFor();
  expect(await view.page.getByRole('button', { name: 'Stop' }).count()).toBe(0);
  const row = view.page.getByRole('row', { name: /^execute/ });
  const [p50, p95, p99] = await row.getByRole('cell').allInnerTexts();
  expect([p50, p95, p99].map((text) => text?.replaceAll(/\s+/g, ' '))).toEqual([
    '88 ms 86.4 ms – 89.9 ms',
    '182 ms 171 ms – 198 ms',
    '≥ 287 ms from 251 ms',
  ]);
  await view.screenshot('live-finished');
});

test('a finished run leads on: to its report, to its profile where it has one, and to a run that it is compared with', async () => {
  const finished = sampleFinished();
  const view = await showing({ ...finished, header: { ...finished.header, hasProfile: true } });
  for (const name of ['Report', 'Profile', 'Re-run and Compare'])
    await view.page.getByRole('button', { name, exact: true }).click();
  const wishes = ['open-report', 'open-profile', 'rerun'].map((kind) => ({ kind, version: 1 }));
  expect((await view.posted()).slice(-3)).toEqual(wishes);
  await view.screenshot('live-finished-profiled');
  const other = await showing(sampleFinished());
  expect(await other.page.getByRole('button', { name: 'Profile', exact: true }).count()).toBe(0);
  const running = await showing(sampleSnapshot());
  expect(await running.page.getByRole('button', { name: /Report|Profile|Re-run/ }).count()).toBe(0);
});

test('figures of the load before the one under way are set apart, and say of which they are', async () => {
  const span = 'last 10 s of stress, trial 1 at 4/s; now stress, trial 2 at 8/s';
  const colourOf = async (isOver: boolean): Promise<string> => {
    const snapshot = sampleSnapshot();
    const view = await showing({ ...snapshot, summary: { ...snapshot.summary, span, isOver } });
    const summary = view.page.getByRole('region', { name: 'Summary' });
    await summary.getByText(span).waitFor();
    if (isOver) await view.screenshot('live-between');
    return await summary
      .locator('dd')
      .first()
      .evaluate((figure) => getComputedStyle(figure).color);
  };
  expect(await colourOf(true)).not.toBe(await colourOf(false));
});

test('an interrupted run says so', async () => {
  const view = await showing(
    sampleSnapshot(120, {
      header: {
        ...sampleHeader,
        state: 'interrupted',
        reason: 'The runner ended without a result; this is what it had recorded.',
      },
    }),
  );
  await view.page.getByText('Interrupted', { exact: true }).waitFor();
  await view.page.getByText(/ended without a result/).waitFor();
});

test('of a run that was stopped, phases that had not begun are not run', async () => {
  const plain = sampleFinished();
  const phases = plain.phases.map((phase) =>
    phase.name === 'load' ? { ...phase, verdict: 'aborted' as const, startMs: null } : phase,
  );
  const { page } = await showing({ ...plain, phases });
  const shown = page.getByRole('list', { name: 'Phases' }).getByRole('listitem');
  expect(await shown.allInnerTexts()).toEqual([
    expect.stringMatching(/smoke\s+Passed/),
    expect.stringMatching(/load\s+not run/),
  ]);
  expect(
    await shown
      .nth(1)
      .locator('[data-part="fill"]')
      .evaluate((fill) => fill.style.width),
  ).toBe('0%');
});

test('before the first requests the page says what it waits for', async () => {
  const view = await showing(
    sampleSnapshot(0, {
      header: { ...sampleHeader, state: 'waiting', elapsedMs: 0 },
      goals: [],
      steps: [],
      summary: {
        span: '',
        p50: null,
        p95: null,
        rps: null,
        requests: null,
        failedShare: null,
        users: null,
        taskSuccess: null,
        ttcP95: null,
        ttftP95: null,
        betweenP95: null,
      },
    }),
  );
  await view.page.getByText('Waiting for the first requests…').waitFor();
  await view.screenshot('live-waiting');
});

test('a change adds to the charts, and a missed one makes the page ask again', async () => {
  const view = await showing(sampleSnapshot(150));
  await view.post(sampleDelta(1, 148, 152));
  await view.page.getByText(/2:32 of 3:04/).waitFor();
  expect((await view.posted()).filter(({ kind }) => kind === 'ready')).toHaveLength(1);
  await view.post(sampleDelta(3, 153, 154));
  expect((await view.posted()).filter(({ kind }) => kind === 'ready')).toHaveLength(2);
});

test('a run that cannot be opened is explained', async () => {
  const view = await openLive();
  await view.post({
    kind: 'unavailable',
    version: 1,
    runId: 'gone',
    message: 'The folder of this run is gone.',
  });
  await view.page.getByText('The folder of this run is gone.').waitFor();
});

test('messages that are not for this page change nothing', async () => {
  const view = await showing(sampleSnapshot());
  for (const message of [
    null,
    'snapshot',
    { kind: 'snapshot' },
    { ...sampleSnapshot(), version: 2 },
    { kind: 'other', version: 1 },
  ]) {
    await view.post(message);
  }
  expect(await view.page.getByRole('heading', { level: 1 }).innerText()).toBe('Unified agent system');
  expect(view.mishaps).toEqual([]);
});

test('arrow keys move one cursor through all charts, and each point is said', async () => {
  const { page, screenshot } = await showing(sampleSnapshot());
  const latency = page.getByRole('img', { name: /^Latency/ });
  await latency.focus();
  await latency.press('Home');
  await expect.poll(() => page.getByRole('status').last().innerText()).toMatch(/^0:00: p50 \d/);
  await latency.press('ArrowRight');
  await expect.poll(() => page.getByRole('status').last().innerText()).toMatch(/^0:01: p50 \d/);
  expect(await page.getByRole('img', { name: /^Requests/ }).getAttribute('aria-label')).toContain('0:01:');
  await latency.press('End');
  for (let press = 0; press < 5; press += 1) await latency.press('PageUp');
  await screenshot('live-cursor');
});

test('the pointer moves the cursor as well', async () => {
  const { page } = await showing(sampleSnapshot());
  const requests = page.getByRole('img', { name: /^Requests/ });
  const { width = 0, height = 0 } = (await requests.boundingBox()) ?? {};
  await requests.hover({ position: { x: width / 2, y: height / 2 } });
  await expect
    .poll(() => page.getByRole('img', { name: /^Users/ }).getAttribute('aria-label'))
    .toMatch(/1:\d\d: users/);
});

test('each chart has its data as a table for screen readers', async () => {
  const { page } = await showing(sampleSnapshot());
  const table = page.getByRole('table', { name: /^Latency over time/ });
  expect(await table.getByRole('row').count()).toBe(61);
  expect(await table.getByRole('columnheader').allInnerTexts()).toEqual(['Time', 'p50', 'p95', 'p99']);
});

test('a finished run says what saturated first, and why that is not known of another phase', async () => {
  const { page } = await showing(sampleFinished());
  const findings = page.getByRole('region', { name: 'Saturation' });
  expect(await findings.innerText()).toMatch(
    /smoke\s+Undetermined: nothing reached its limit[^]*load\s+agents, with one core of one process at 99 %[^]*gateway was not read for 14 s/,
  );
  const groups = page.getByRole('region', { name: 'Resources' }).getByRole('group');
  expect(await groups.first().innerText()).toMatch(/^agents\s+saturated first/);
});

test('each component has its CPU beside another resource, which can be chosen', async () => {
  const { page, mishaps } = await showing(sampleSnapshot());
  const agents = page.getByRole('group', { name: 'agents' });
  expect(await agents.getByRole('img').count()).toBe(2);
  expect(await agents.getByRole('img').nth(1).getAttribute('aria-label')).toMatch(/^Memory, resident/);
  await agents.getByLabel('Beside it').selectOption({ label: 'queue_depth' });
  await expect.poll(() => agents.getByRole('img').nth(1).getAttribute('aria-label')).toMatch(/^queue_depth/);
  expect(
    await agents
      .getByRole('table', { name: /^CPU over time, cores/ })
      .getByRole('row')
      .count(),
  ).toBe(61);
  expect(mishaps).toEqual([]);
});

test('the cursor of the latency reads the resources too, and a gap tells its reason', async () => {
  const { page, screenshot } = await showing(sampleSnapshot(120));
  const latency = page.getByRole('img', { name: /^Latency/ });
  await latency.focus();
  await latency.press('End');
  await latency.press('PageUp');
  for (let press = 0; press < 11; press += 1) await latency.press('ArrowLeft');
  const gateway = page.getByRole('group', { name: 'gateway' });
  await expect
    .poll(() => gateway.getByRole('img').first().getAttribute('aria-label'))
    .toMatch(/CPU –.* Not read: nothing listens on port 8000/);
  await gateway.getByText('Not read: nothing listens on port 8000').first().waitFor();
  expect(
    await page.getByRole('group', { name: 'agents' }).getByRole('img').first().getAttribute('aria-label'),
  ).toMatch(/1:\d\d: CPU 0\.\d+/);
  await screenshot('live-resources-gap');
});

test('a component of which nothing could be read says why', async () => {
  const plain = sampleSnapshot();
  const resources = plain.resources.filter(({ component }) => component !== 'gateway');
  const { page } = await showing({ ...plain, resources });
  await page
    .getByRole('group', { name: 'gateway' })
    .getByText('Nothing could be read: nothing listens')
    .waitFor();
});

test('a resource that comes later gets its chart, and the others keep theirs', async () => {
  const plain = sampleSnapshot();
  const { page, post } = await showing({
    ...plain,
    resources: plain.resources.slice(0, 1),
    resourceGaps: [],
  });
  expect(await page.getByRole('group', { name: 'gateway' }).getByRole('img').count()).toBe(1);
  await post(plain);
  await expect.poll(() => page.getByRole('group', { name: 'gateway' }).getByRole('img').count()).toBe(2);
  expect(await page.getByRole('region', { name: 'Resources' }).getByRole('group').count()).toBe(3);
});

test('a search shows its trials over its resources', async () => {
  for (const [theme, width] of [
    ['dark', 1280],
    ['light', 1280],
    ['dark', 400],
  ] as const) {
    const view = await showing(sampleSearch(), { theme, width });
    await view.page.getByText(/from 16\/s on; the search broke/).waitFor();
    const verdict = view.page.getByRole('region', { name: 'Verdict' });
    expect(await verdict.innerText()).toMatch(/stress: contention: 9.1 % of the work waits for its turn/);
    await view.screenshot(`live-search-${theme}-${width}`);
  }
});

test('times that only some plans measure have a tile and a column where they are measured', async () => {
  const plain = sampleSnapshot();
  const [first, ...others] = plain.steps;
  const { page } = await showing({ ...plain, steps: [{ ...first, ttftP95: 298 }, ...others] });
  const summary = page.getByRole('region', { name: 'Summary' });
  expect(await summary.innerText()).toMatch(/p95 to first event\s+312 ms\s+p95 between events\s+41.5 ms/);
  expect(await summary.innerText()).not.toContain('completion');
  const heads = await page.locator('table.steps').getByRole('columnheader').allInnerTexts();
  expect(heads).toContain('p95 to first event');
  expect(heads).not.toContain('p95 between events');
});

for (const theme of ['dark', 'light', 'high-contrast', 'high-contrast-light'] as const) {
  test(`the page has no serious fault of accessibility in the ${theme} theme`, async () => {
    const view = await showing(sampleFinished(), { theme });
    await view.page.evaluate(await readFile(axeFile));
    const found = await view.page.evaluate(async () => {
      const { axe } = window as unknown as { axe: { run: () => Promise<{ violations: Violation[] }> } };
      return (await axe.run()).violations.map(({ id, impact, nodes }) => ({
        id,
        impact,
        at: nodes[0]?.html,
      }));
    });
    expect(found.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    await view.screenshot(`live-${theme}-finished`);
  });
}

test('a change of theme is followed while the page is open', async () => {
  const view = await showing(sampleSnapshot());
  await view.setTheme('light');
  await view.screenshot('live-light');
  const pixel = await view.page.getByRole('img', { name: /^Latency/ }).evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const data = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
    let dark = 0;
    for (let index = 0; index < data.length; index += 4) {
      const isOpaque = (data[index + 3] ?? 0) > 200;
      // The text of the axis in the light theme: #3b3b3b.
      if (isOpaque && [0, 1, 2].every((channel) => Math.abs((data[index + channel] ?? 0) - 0x3b) < 12))
        dark += 1;
    }
    return dark;
  });
  expect(pixel).toBeGreaterThan(20);
});

test('a change of theme leaves the scales of the charts as they were', async () => {
  const view = await showing(sampleFinished());
  const before = await drawnCharts(view);
  await view.setTheme('light');
  await view.setTheme('dark');
  await expectDrawn(view, before);
});

/** As the runner words the loss of one of three. */
const lostOne =
  '1 of 3 generators was lost after 2.4 s, so 20 % of the load was not offered: generator 2: k6 was killed (OOMKilled)';

for (const [theme, width] of [
  ['dark', 1000],
  ['light', 1000],
  ['dark', 380],
] as const)
  test(`a lost generator stands beside its phase and in the verdict, ${theme}, ${width} px wide`, async () => {
    const note = '2 of 3 generators';
    const under = sampleSnapshot();
    const phases = under.phases.map((phase) => (phase.name === 'load' ? { ...phase, note } : phase));
    const view = await showing({ ...under, phases }, { theme, width });
    const { page } = view;
    await page.getByText(`under way · ${note}`).waitFor();
    // Its name is not squeezed out by what is told of it.
    const name = page.getByRole('list', { name: 'Phases' }).getByText('load', { exact: true });
    expect((await name.boundingBox())?.width).toBeGreaterThan(20);
    await view.screenshot(`live-generators-${theme}-${width}`);
    const over = sampleFinished();
    await view.post({
      ...over,
      header: { ...over.header, verdict: 'incomplete', reason: `load: ${lostOne}` },
      phases: over.phases.map((phase) =>
        phase.name === 'load' ? { ...phase, note, verdict: 'incomplete', reason: lostOne } : phase,
      ),
      validity: {
        state: 'invalid',
        evidence: [
          {
            code: 'lost-generator',
            weight: 'invalid',
            message: lostOne
              .replace(', so', ', 2 lived to the end:')
              .replace('was not offered', 'is missing'),
          },
        ],
      },
    });
    await page.getByText(lostOne).first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)).toBe(false);
    await view.screenshot(`live-generators-lost-${theme}-${width}`);
  });

for (const width of [1280, 400]) {
  test(`charts that were filled while the page was hidden are drawn as if it had been shown, ${width} px wide`, async () => {
    const shown = await drawnCharts(await showing(sampleFinished(), { width }));
    const view = await openLive({ width });
    await view.page.evaluate(() => {
      document.documentElement.style.display = 'none';
    });
    await view.post(sampleFinished());
    await view.page.evaluate(() => {
      document.documentElement.style.display = '';
    });
    await expectDrawn(view, shown);
  });
}

test('charts follow the width of the page, from nothing to narrow to wide', async () => {
  const wide = await drawnCharts(await showing(sampleFinished()));
  const narrow = await drawnCharts(await showing(sampleFinished(), { width: 400 }));
  const view = await openLive({ width: 1, height: 1 });
  await view.post(sampleFinished());
  await view.page.setViewportSize({ width: 400, height: 900 });
  await expectDrawn(view, narrow);
  await view.page.setViewportSize({ width: 1280, height: 900 });
  await expectDrawn(view, wide);
});

test('at a width of 400 px nothing has to be scrolled sideways', async () => {
  const view = await showing(sampleSnapshot(), { width: 400 });
  const { scroll, client } = await view.page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    client: document.documentElement.clientWidth,
  }));
  expect(scroll).toBe(client);
  await view.screenshot('live-narrow');
});

test('at a width of 400 px the percentiles of a step are in sight, and its name stays there when scrolled', async () => {
  const { page } = await showing(sampleSnapshot(), { width: 400 });
  const row = page.locator('table.steps tbody tr').nth(1);
  for (const name of ['p50', 'p95', 'p99']) await isInSight(name);
  await page.getByRole('region', { name: 'Figures by step' }).evaluate((box) => {
    box.scrollLeft = box.scrollWidth;
  });
  await isInSight('requests');
  await isInSight('step');

  async function isInSight(name: string): Promise<void> {
    const box = await row.locator(`[data-part="${name}"]`).boundingBox();
    expect(box!.x, name).toBeGreaterThanOrEqual(16);
    expect(box!.x + box!.width, name).toBeLessThanOrEqual(384);
  }
});

test('hostile texts are shown as they are, and never run', async () => {
  const plain = sampleFinished();
  expect(hostileTexts.length).toBeGreaterThanOrEqual(150);
  const view = await showing({
    ...plain,
    header: { ...plain.header, plan: hostileTexts[0], environment: hostileTexts[1], reason: hostileTexts[2] },
    steps: hostileTexts.map((text, index) => ({
      ...plain.steps[0],
      key: String(index),
      step: text,
      scenario: text,
    })),
    goals: hostileTexts.map((text) => ({ ...plain.goals[0], text, reason: text })),
    phases: plain.phases.map((phase, index) => ({
      ...phase,
      name: hostileTexts[index],
      reason: hostileTexts[3],
    })),
    validity: {
      state: 'invalid',
      evidence: hostileTexts.slice(0, 50).map((message) => ({ code: 'x', message })),
    },
  });
  const shown = await view.page
    .locator('.goals code')
    .evaluateAll((codes) => codes.map((code) => code.textContent));
  expect(shown).toEqual(hostileTexts);
  const strays =
    'script:not([nonce]), iframe, img, svg, object, embed, a[href], form, style, link:not([rel=stylesheet])';
  expect(await view.page.locator(strays).count()).toBe(0);
  const ran = await view.page.evaluate(() => 'ran' in window);
  expect(ran).toBe(false);
  expect(view.mishaps).toEqual([]);
});

test('a run of the greatest length is drawn, and kept within its bound', async () => {
  const long = sampleSnapshot(600);
  const points = samplePoints(0, 1);
  const t = Array.from({ length: 1800 }, (_, index) => index);
  const full = Object.fromEntries(
    Object.entries(points).map(([name, [value]]) => [name, t.map(() => value)]),
  );
  const view = await showing({ ...long, points: { ...full, t } });
  const changes = Array.from({ length: 40 }, (_, index) =>
    sampleDelta(index + 1, 1800 + index, 1801 + index),
  );
  for (const change of changes) await view.post(change);
  await view.page.getByRole('img', { name: /^Latency/ }).focus();
  await view.page.keyboard.press('Home');
  await expect.poll(() => view.page.getByRole('status').last().innerText()).toMatch(/^0:40:/);
});

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

function readFile(file: string): Promise<string> {
  return readFileBytes(file, 'utf8');
}

/** The pictures of all charts, as they stand on their canvases. */
function drawnCharts({ page }: ViewPage): Promise<readonly string[]> {
  return page
    .locator('canvas')
    .evaluateAll((canvases) => canvases.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));
}

async function expectDrawn(view: ViewPage, expected: readonly string[]): Promise<void> {
  await expect
    .poll(async () => (await drawnCharts(view)).map((picture, index) => picture === expected[index]))
    .toEqual(expected.map(() => true));
}
