import type { Frame, FrameLocator, Locator, Page } from 'playwright-core';
import { vi } from 'vitest';

/** Runs a command of the palette by its whole title, such as "View: Toggle Panel"; it may ask for more there. */
export async function runCommand(page: Page, title: string, { staysOpen = false } = {}): Promise<void> {
  const input = await pickInQuickInput(page, 'F1', `>${title}`, title);
  if (!staysOpen) await input.waitFor({ state: 'hidden' });
}

/** Reloads the window as a person does, which lets the editor keep its state, unlike a reload of the page. */
export async function reloadWindow(page: Page): Promise<void> {
  const loaded = page.waitForEvent('load');
  await runCommand(page, 'Developer: Reload Window');
  await loaded;
  await page.getByRole('tablist').first().waitFor();
}

/** Reloads the page as the browser does: at once, whatever the editor has not saved yet. */
export async function reloadPage(page: Page): Promise<void> {
  await page.reload();
  await page.getByRole('tablist').first().waitFor();
}

/** Chooses a colour theme by the name that the editor lists. */
export async function chooseTheme(page: Page, theme: string): Promise<void> {
  await runCommand(page, 'Preferences: Color Theme', { staysOpen: true });
  const input = page.locator('.quick-input-widget:visible input[type="text"]');
  await input.fill(theme);
  await page
    .getByRole('option', { name: new RegExp(`^${escapeForRegExp(theme)}`) })
    .first()
    .click();
  await input.waitFor({ state: 'hidden' });
}

/** Leaves the whole window to the editors. */
export async function closeSideBar(page: Page): Promise<void> {
  const isOpen = await page.locator('[id="workbench.parts.sidebar"]').isVisible();
  if (isOpen) await runCommand(page, 'View: Close Primary Side Bar');
}

/** Opens a file of the workspace by name and answers its editor. */
export async function openFile(page: Page, name: string): Promise<Locator> {
  await openFileInPanel(page, name);
  const editor = editorOf(page, name);
  await editor.waitFor();
  return editor;
}

/** Opens a file of the workspace that has a panel in place of a text editor. */
export async function openFileInPanel(page: Page, name: string): Promise<void> {
  const tab = page.getByRole('tab', { name: new RegExp(`^${escapeForRegExp(name)}`), selected: true });
  // A click that comes while the list is being filled closes it, and opens nothing, or another file.
  for (let attempt = 1; ; attempt++) {
    const input = await pickInQuickInput(page, 'Control+P', name, name);
    await input.waitFor({ state: 'hidden' });
    try {
      await tab.first().waitFor({ timeout: 8_000 });
      return;
    } catch (error) {
      if (attempt === quickInputAttempts) throw error;
    }
  }
}

/** The text editor that shows a file; its attribute data-mode-id is the language. */
function editorOf(page: Page, name: string): Locator {
  return page.locator(`.editor-instance[aria-label^="${name}"]`);
}

const quickInputAttempts = 4;

/**
 * Types into the quick input that a key opens, and clicks an option. The key is lost, or the input closed again,
 * when the focus is just moving into or out of a webview, and a command of an extension that still starts is not in the
 * list; then it is opened once more.
 */
async function pickInQuickInput(page: Page, key: string, text: string, option: string): Promise<Locator> {
  const choice = page.getByRole('option', { name: new RegExp(`^${escapeForRegExp(option)}`) }).first();
  for (let attempt = 1; ; attempt++) {
    const input = await typeInQuickInput(page, key, text);
    try {
      await choice.click({ timeout: 8_000 });
      return input;
    } catch (error) {
      if (attempt === quickInputAttempts) throw error;
      await page.keyboard.press('Escape');
    }
  }
}

async function typeInQuickInput(page: Page, key: string, text: string): Promise<Locator> {
  const input = page.locator('.quick-input-widget:visible input[type="text"]');
  for (let attempt = 1; ; attempt++) {
    await page.keyboard.press(key);
    try {
      await input.fill(text, { timeout: 5_000 });
      return input;
    } catch (error) {
      if (attempt === quickInputAttempts) throw error;
    }
  }
}

/** The rows of the Problems view, in the words of a screen reader. */
export async function readProblems(page: Page): Promise<readonly string[]> {
  const rows = problemRows(page);
  const labels = await rows.evaluateAll((found) => found.map((row) => row.getAttribute('aria-label') ?? ''));
  return labels.filter((label) => label !== '');
}

/** The Problems view's rows; the view must have been shown. */
function problemRows(page: Page): Locator {
  return page.getByRole('tree', { name: /problems/i }).getByRole('treeitem');
}

/** The page inside the webview that is shown; hidden ones stay in the document, hence the filter. */
export function visibleWebview(page: Page): FrameLocator {
  return page.locator('iframe.webview.ready:visible').last().contentFrame().frameLocator('#active-frame');
}

/** The page of one of our views that is to be seen, where several are. */
export async function webviewOf(page: Page, view: 'live' | 'profile' | 'report'): Promise<Frame> {
  return await vi.waitFor(
    async () => {
      for (const frame of page.frames()) {
        // The page of a view is in a frame within the frame of its webview.
        const webview = await frame
          .parentFrame()
          ?.frameElement()
          .catch(() => undefined);
        const ofView = frame.locator(`body[data-testid="benchwright-${view}"]`);
        const isOfView = (await ofView.count().catch(() => 0)) > 0;
        if (isOfView && webview !== undefined && (await webview.isVisible())) return frame;
      }
      throw new Error(`no ${view} is to be seen`);
    },
    { timeout: 30_000, interval: 200 },
  );
}

/**
 * Puts the cursor at a place (counted from 1) of the active editor. An editor that a reload has brought back puts it where
 * it was before, which may come after us: it is there when the status bar says so.
 */
export async function goToLine(page: Page, line: number, column = 1): Promise<void> {
  const place = page.getByRole('button', { name: `Ln ${line}, Col ${column}`, exact: true });
  for (let attempt = 1; ; attempt++) {
    await page.getByRole('button', { name: /^Ln \d+, Col \d+/ }).waitFor();
    await enterLine(page, line, column);
    try {
      await place.waitFor({ timeout: 3_000 });
      return;
    } catch (error) {
      if (attempt === quickInputAttempts) throw error;
    }
  }
}

async function enterLine(page: Page, line: number, column: number): Promise<void> {
  const input = await typeInQuickInput(page, 'Control+G', `:${line}:${column}`);
  // Enter does nothing before the input has its one option.
  for (let attempt = 1; !(await input.isHidden()); attempt++) {
    try {
      await input.press('Enter', { timeout: 2_000 });
      await input.waitFor({ state: 'hidden', timeout: 2_000 });
    } catch (error) {
      if (attempt === quickInputAttempts) throw error;
    }
  }
}

/** Applies a quick fix at the cursor. The list closes by itself where the problems are told anew while it is open. */
export async function applyFix(page: Page, name: RegExp): Promise<void> {
  const fix = page.getByRole('option', { name }).first();
  for (let attempt = 1; ; attempt++) {
    await page.keyboard.press('Control+.');
    try {
      await fix.click({ timeout: 5_000 });
      return;
    } catch (error) {
      if (attempt === quickInputAttempts) throw error;
      await page.keyboard.press('Escape');
    }
  }
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Takes what completion offers at the cursor. It is asked again, as what it depends on may have to be fetched. */
export async function acceptSuggestion(page: Page, name: RegExp): Promise<void> {
  const choice = page.getByRole('option', { name }).first();
  for (let attempt = 1; ; attempt++) {
    await page.keyboard.press('Control+Space');
    try {
      await choice.click({ timeout: 5_000 });
      return;
    } catch (error) {
      if (attempt === quickInputAttempts) throw error;
      await page.keyboard.press('Escape');
    }
  }
}

/** Gives what is under the cursor another name. */
export async function renameHere(page: Page, name: string): Promise<void> {
  await page.keyboard.press('F2');
  const input = page.getByRole('textbox', { name: /rename/i });
  await input.fill(name);
  await input.press('Enter');
  await input.waitFor({ state: 'hidden' });
}
