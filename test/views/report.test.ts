/** The report as a browser shows it: a file that was passed on, opened where nothing can be fetched. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { writeReport } from '../../core/report/write-report';
import { sampleReport } from '../kit/sample-report';
import { hostileTexts } from './hostile-texts';
import { openBrowser, resultsFolder } from './view-page';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let browser: Browser;
let folder: string;
let pages: Page[] = [];
beforeAll(async () => {
  browser = await openBrowser();
  folder = await mkdtemp(path.join(os.tmpdir(), 'report-'));
});
afterEach(async () => {
  for (const page of pages) await page.context().close();
  pages = [];
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

interface Opened {
  readonly page: Page;
  /** Requests beside that for the file, errors, breaches of the policy and dialogs. */
  readonly mishaps: readonly string[];
}

async function open(html: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const file = path.join(folder, 'report.html');
  await writeFile(file, html);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  pages.push(page);
  const mishaps: string[] = [];
  const address = pathToFileURL(file).href;
  page.on('requestfailed', (request) => {
    mishaps.push(`request to ${request.url()}: ${request.failure()?.errorText ?? ''}`);
  });
  page.on('response', (response) => {
    if (response.url() !== address) mishaps.push(`answer from ${response.url()}`);
  });
  page.on('console', (message) => mishaps.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => mishaps.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    mishaps.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(address, { waitUntil: 'load' });
  return { page, mishaps };
}

function paper(page: Page): Promise<{ page: string; text: string }> {
  return page.evaluate(() => {
    const { backgroundColor, color } = getComputedStyle(document.body);
    return { page: backgroundColor, text: color };
  });
}

test('it opens from the disk, fetches nothing and breaks no rule of its own', async () => {
  const { page, mishaps } = await open(writeReport(sampleReport(), 'html'));
  expect(await page.title()).toBe('Shop: FAIL');
  expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
    'Summary',
    'Recommendations',
    'Against the baseline',
    'Phase load',
    'Phase stress',
    'Grafana',
    'Method',
  ]);
  expect(mishaps).toEqual([]);
  await page.screenshot({ path: path.join(resultsFolder, 'report-light.png'), fullPage: true });
});

test('no text in it runs, fetches or leads elsewhere', async () => {
  let used = 0;
  while (used < hostileTexts.length) {
    const names = new Map<string, string>();
    const report = sampleReport((name) => {
      const known = names.get(name) ?? `${name}${hostileTexts[used++ % hostileTexts.length] ?? ''}`;
      names.set(name, known);
      return known;
    });
    const { page, mishaps } = await open(writeReport(report, 'html'));
    expect(mishaps).toEqual([]);
    const led = await page.evaluate(() => ({
      ran: 'ran' in window,
      links: [...document.links].map(({ protocol, host }) => (protocol === 'https:' ? host : protocol)),
    }));
    expect(led.ran).toBe(false);
    // Beside the lines of code there is the dashboard of the run, and no other host.
    expect([...new Set(led.links)].sort()).toEqual(['file:', 'grafana.example.test', 'vscode:']);
  }
});

test('were a text to become markup after all, it would neither run nor fetch', async () => {
  const html = writeReport(sampleReport(), 'html').replace(
    '<main>',
    `<main><script>window.ran = 1</script><img src="http://attacker.test/x.png"/><link rel="stylesheet" href="http://attacker.test/x.css"/>`,
  );
  const { page, mishaps } = await open(html);
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  // The browser tells of each what it would have fetched, and that the policy of the page kept it from that.
  const asked = mishaps.filter((mishap) => !mishap.startsWith('console'));
  expect(asked.sort()).toEqual([
    'request to http://attacker.test/x.css: csp',
    'request to http://attacker.test/x.png: csp',
  ]);
});

test('it is light or dark as the system is, and light on paper', async () => {
  const html = writeReport(sampleReport(), 'html');
  const light = await paper((await open(html, { colorScheme: 'light' })).page);
  const { page } = await open(html, { colorScheme: 'dark' });
  const dark = await paper(page);
  expect(dark.page).not.toBe(light.page);
  await page.screenshot({ path: path.join(resultsFolder, 'report-dark.png'), fullPage: true });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  expect(await paper(page)).toEqual(light);
  expect(await page.getByRole('navigation').isVisible()).toBe(false);
  // What scrolls on a screen has to be whole on paper.
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll('.wide, pre')].filter(
      (one) => one.scrollWidth > one.clientWidth && getComputedStyle(one).overflowX !== 'visible',
    ),
  );
  expect(cut).toEqual([]);
  await page.pdf({ path: path.join(resultsFolder, 'report.pdf'), format: 'A4' });
});

test('a function leads to its lines, and a section to its place', async () => {
  const { page } = await open(writeReport(sampleReport(), 'html'));
  await page.getByRole('cell', { name: 'services/rank.py:2' }).getByRole('link').click();
  const lines = page.locator('figure.code:target');
  expect(await lines.innerText()).toContain('return sorted(rows)');
  expect(await lines.getByRole('link').getAttribute('href')).toBe('vscode://file/plans/services/rank.py:2');
  await page.getByRole('navigation').getByRole('link', { name: 'Method' }).click();
  expect(await page.locator('section:target').getByRole('heading').innerText()).toBe('Method');
});

test.each([1280, 400])('nothing sticks out to the side of a page %i pixels wide', async (width) => {
  const { page } = await open(writeReport(sampleReport(), 'html'), { viewport: { width, height: 800 } });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});

test.each(['light', 'dark'] as const)(
  'it has no known barrier for those who cannot see well, %s',
  async (colorScheme) => {
    const html = writeReport(sampleReport(), 'html');
    // The one rule that keeps scripts out keeps out the program that looks for barriers, too.
    const { page } = await open(html, { colorScheme, bypassCSP: true });
    await page.evaluate(await readFile(axeFile, 'utf8'));
    const found = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
    });
    expect(found).toEqual([]);
  },
);
