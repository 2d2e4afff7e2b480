/** Opens a bundled view in Chromium on a plain page that stands in for the editor's webview. */
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { HtmlHost } from '../../core/report/html';
import { themes, type ThemeName } from './themes';

const root = path.resolve(import.meta.dirname, '../..');
export const resultsFolder = path.join(root, 'test-results/views');

export async function openBrowser(): Promise<Browser> {
  const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const executablePath = process.env['CHROME'] ?? candidates.find((file) => existsSync(file));
  if (executablePath === undefined)
    throw new Error('these tests need Chrome or Chromium; name one by CHROME=/path/to/chrome');
  return await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
}

export interface ViewPage {
  readonly page: Page;
  /** Sends what the host would post to the view. */
  readonly post: (message: unknown) => Promise<void>;
  /** What the view has posted so far. */
  readonly posted: () => Promise<readonly Record<string, unknown>[]>;
  /** What the view keeps over a reload. */
  readonly kept: () => Promise<unknown>;
  /** Errors, dialogs, requests to elsewhere and breaches of the policy; empty when all is well. */
  readonly mishaps: readonly string[];
  readonly setTheme: (theme: ThemeName) => Promise<void>;
  readonly screenshot: (name: string) => Promise<void>;
}

export interface ViewOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** The whole page, of a view that the host writes itself; made for `viewHost`. */
  readonly html?: string;
}

const nonce = 'plainpage';
const origin = 'http://view.test';

/** What the editor would add to a page that the host writes. */
export function viewHost(name: string): HtmlHost {
  return { styleSource: origin, styles: `${origin}/${name}.css`, script: `${origin}/${name}.js`, nonce };
}

const fakeEditor = `
  window.posted = [];
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => { window.posted.push(message); },
    getState: () => window.keptState,
    setState: (state) => { window.keptState = state; },
  });
`;

/** The page of a view under the policy that the editor's page has, and with the editor's API faked. */
function pageHtml(name: string, theme: ThemeName): string {
  const { bodyClass } = themes[theme];
  const policy = [
    "default-src 'none'",
    `style-src ${origin} 'unsafe-inline'`,
    `script-src 'nonce-${nonce}'`,
    `font-src ${origin}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en" style="${variablesOf(theme)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>View</title>
<link rel="stylesheet" href="${origin}/${name}.css">
<script nonce="${nonce}">${fakeEditor}</script>
</head>
<body class="${bodyClass}"><div id="root"></div><script nonce="${nonce}" src="${origin}/${name}.js"></script></body>
</html>`;
}

function variablesOf(theme: ThemeName): string {
  return Object.entries(themes[theme].variables)
    .map(([name, value]) => `${name}: ${value.replaceAll('"', "'")}`)
    .join('; ');
}

async function bundleFile(file: string): Promise<string> {
  const result = await build({
    entryPoints: [path.join(root, 'webviews', file)],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    write: false,
  });
  return result.outputFiles[0]?.text ?? '';
}

const bundles = new Map<string, Promise<string>>();

function bundleOnce(file: string): Promise<string> {
  const known = bundles.get(file) ?? bundleFile(file);
  bundles.set(file, known);
  return known;
}

export async function openView(browser: Browser, name: string, options: ViewOptions = {}): Promise<ViewPage> {
  const { theme = 'dark', width = 1280, height = 900 } = options;
  const [script, styles] = await Promise.all([
    bundleOnce(`${name}/main.ts`),
    bundleOnce(`${name}/${name}.css`),
  ]);
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const mishaps = watchMishaps(page);
  await page.route('**/*', async (route) => {
    const { pathname, origin: from } = new URL(route.request().url());
    if (from !== origin) {
      mishaps.push(`request to ${route.request().url()}`);
      await route.abort();
    } else if (pathname === `/${name}.js`) {
      await route.fulfill({ contentType: 'text/javascript', body: script });
    } else if (pathname === `/${name}.css`) {
      await route.fulfill({ contentType: 'text/css', body: styles });
    } else if (pathname === '/') {
      await route.fulfill({ contentType: 'text/html', body: options.html ?? pageHtml(name, theme) });
    } else {
      await route.fulfill({ status: 404, body: '' });
    }
  });
  if (options.html !== undefined) await page.addInitScript(fakeEditor);
  await page.goto(`${origin}/`);
  const view = viewPage(page, mishaps);
  if (options.html !== undefined) await view.setTheme(theme);
  return view;
}

function watchMishaps(page: Page): string[] {
  const mishaps: string[] = [];
  page.on('pageerror', (error) => mishaps.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // The browser asks for an icon by itself.
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico')) {
      mishaps.push(`console: ${message.text()}`);
    }
  });
  page.on('dialog', (dialog) => {
    mishaps.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return mishaps;
}

interface PageGlobals {
  posted: Record<string, unknown>[];
  keptState: unknown;
}

function viewPage(page: Page, mishaps: readonly string[]): ViewPage {
  return {
    page,
    mishaps,
    post: (message) =>
      page.evaluate((data) => {
        window.dispatchEvent(new MessageEvent('message', { data }));
      }, message),
    posted: () => page.evaluate(() => (window as unknown as PageGlobals).posted),
    kept: () => page.evaluate(() => (window as unknown as PageGlobals).keptState),
    setTheme: (theme) =>
      page.evaluate(
        ({ bodyClass, style }) => {
          document.documentElement.setAttribute('style', style);
          document.body.className = bodyClass;
        },
        { bodyClass: themes[theme].bodyClass, style: variablesOf(theme) },
      ),
    screenshot: async (name) => {
      mkdirSync(resultsFolder, { recursive: true });
      await page.screenshot({ path: path.join(resultsFolder, `${name}.png`), fullPage: true });
    },
  };
}
