import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { findBrowser } from '../../../scripts/browser.mjs';

const results = path.resolve(import.meta.dirname, '../../../test-results');

export interface OpenPage {
  readonly page: Page;
  /** Saves what is seen to test-results/<name>.png and answers the path. */
  screenshot(name: string): Promise<string>;
  close(): Promise<void>;
}

/** Opens `url` in a headless browser of its own and waits for the workbench. */
export async function openPage(url: string, viewport = { width: 1400, height: 900 }): Promise<OpenPage> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('no Chrome or Chromium: set CHROME to one');
  const browser: Browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
  try {
    const context = await browser.newContext({ viewport, locale: 'en-US' });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(url);
    await page.getByRole('tree', { name: /Explorer|Files/ }).waitFor();
    return {
      page,
      screenshot: async (name) => {
        await mkdir(results, { recursive: true });
        const file = path.join(results, `${name.replace(/[^a-z0-9]+/gi, '-').slice(0, 80)}.png`);
        await page.screenshot({ path: file });
        return file;
      },
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
