/** What all tests of a view do around each of them. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { openBrowser, openView, type ViewOptions, type ViewPage } from './view-page';

/** @returns what opens the view in a browser for the tests of this file; after each test it is closed. */
export function viewsOf(name: string): (options?: ViewOptions) => Promise<ViewPage> {
  let browser: Browser;
  let open: ViewPage[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
  });

  afterEach(async () => {
    for (const { page } of open) await page.context().close();
    open = [];
  });

  afterAll(async () => {
    await browser.close();
  });

  return async (options) => {
    const view = await openView(browser, name, options);
    open.push(view);
    return view;
  };
}
