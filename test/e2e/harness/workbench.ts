import type { FrameLocator, Locator, Page } from 'playwright-core';

/** Runs a command of the palette by its whole title, such as "View: Toggle Panel". */
export async function runCommand(page: Page, title: string): Promise<void> {
  await pickInQuickInput(page, 'F1', `>${title}`, title);
}

/** Opens a file of the workspace by name and answers its editor. */
export async function openFile(page: Page, name: string): Promise<Locator> {
  await pickInQuickInput(page, 'Control+P', name, name);
  await page.getByRole('tab', { name: new RegExp(`^${escapeForRegExp(name)}`) }).waitFor();
  const editor = editorOf(page, name);
  await editor.waitFor();
  return editor;
}

/** The text editor that shows a file; its attribute data-mode-id is the language. */
export function editorOf(page: Page, name: string): Locator {
  return page.locator(`.editor-instance[aria-label^="${name}"]`);
}

async function pickInQuickInput(page: Page, key: string, text: string, option: string): Promise<void> {
  const input = page.locator('.quick-input-widget:visible input[type="text"]');
  await page.keyboard.press(key);
  await input.fill(text);
  await page
    .getByRole('option', { name: new RegExp(`^${escapeForRegExp(option)}`) })
    .first()
    .click();
}

/** The rows of the Problems view, in the words of a screen reader. */
export async function readProblems(page: Page): Promise<readonly string[]> {
  const rows = problemRows(page);
  const labels = await rows.evaluateAll((found) => found.map((row) => row.getAttribute('aria-label') ?? ''));
  return labels.filter((label) => label !== '');
}

/** The Problems view's rows; the view must have been shown. */
export function problemRows(page: Page): Locator {
  return page.getByRole('tree', { name: /problems/i }).getByRole('treeitem');
}

/** The page inside the webview that is shown; hidden ones stay in the document, hence the filter. */
export function visibleWebview(page: Page): FrameLocator {
  return page.locator('iframe.webview.ready:visible').last().contentFrame().frameLocator('#active-frame');
}

/** Puts the cursor at the start of a line (counted from 1) of the active editor. */
export async function goToLine(page: Page, line: number, column = 1): Promise<void> {
  const input = page.locator('.quick-input-widget:visible input[type="text"]');
  await page.keyboard.press('Control+G');
  await input.fill(`:${line}:${column}`);
  await input.press('Enter');
  await input.waitFor({ state: 'hidden' });
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
