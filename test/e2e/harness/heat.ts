import type { Page } from 'playwright-core';

/** What stands behind lines without being part of the text: the editor draws it by style alone. */
export async function wordsBehindLines(page: Page): Promise<readonly string[]> {
  const contents = await page
    .locator('.view-lines [class*="TextEditorDecorationType"]')
    .evaluateAll((marks) => marks.map((mark) => getComputedStyle(mark, '::after').content));
  return contents
    .filter((content) => content.startsWith('"'))
    .map((content) => (JSON.parse(content) as string).replaceAll('\u00a0', ' '))
    .filter((words) => words.includes(' total'));
}

/** The lenses that say a share. */
export async function lensesIn(page: Page): Promise<readonly string[]> {
  const texts = await page.locator('.codelens-decoration a').allInnerTexts();
  return texts.map((text) => text.replaceAll('\u00a0', ' ').trim()).filter((text) => text.includes(' % of '));
}
