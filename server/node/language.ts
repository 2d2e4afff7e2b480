/** The language that problems and hints are told in: that of the client where there is a bundle for it, else English. */
import { config } from '@vscode/l10n';
import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * To be called before plans are read, whose problems are kept.
 *
 * @param locale as the client names it: `de`, `de-AT`, `pt-br`.
 * @param folder has `bundle.l10n.LANGUAGE.json`, as the editor looks for them.
 * @throws where the bundle is no JSON.
 */
export function speak(locale: string | undefined, folder = path.join(__dirname, '../l10n')): void {
  const file = bundlesFor(locale)
    .map((name) => path.join(folder, name))
    .find((each) => existsSync(each));
  if (file !== undefined) config({ fsPath: file });
}

/** The nearest first: Austrian German is German where it has no bundle of its own. */
function bundlesFor(locale = ''): readonly string[] {
  const parts = locale.toLowerCase().split('-');
  // It becomes a part of the name of a file.
  if (!parts.every((part) => /^[a-z0-9]+$/.test(part))) return [];
  return parts.map((_, index) => `bundle.l10n.${parts.slice(0, parts.length - index).join('-')}.json`);
}
