import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { inject } from 'vitest';
import { prepareEditor, startCodeServer } from '../../../scripts/editor.mjs';
import type { Workspace } from './workspace';

export interface Editor {
  /** The address that shows the workspace. */
  readonly url: string;
  /** The process that leads the editor's group. */
  readonly pid: number;
  log(): string;
  stop(): Promise<void>;
}

const testSettings = {
  // A hover that comes up under the pointer would catch the next click.
  'workbench.hover.delay': 600_000,
  // The theme is the test's to choose, not the browser's.
  'window.autoDetectColorScheme': false,
};

/**
 * Starts an editor of its own, with nothing in it but our package, on a free port.
 *
 * @param vsix the package, if not the one for this machine.
 * @param variables of its environment, beside those of this process.
 */
export async function startEditor(
  workspace: Pick<Workspace, 'folder'>,
  settings: Record<string, unknown> = {},
  language?: string,
  vsix = inject('vsix'),
  variables: Readonly<Record<string, string>> = {},
): Promise<Editor> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'benchwright-editor-'));
  await prepareEditor({ folder, vsix, settings: { ...testSettings, ...settings } });
  if (language !== undefined) await speak(path.join(folder, 'user-data'), language);
  const running = await startCodeServer({ folder, env: { BENCHWRIGHT_TEST: '1', ...variables }, language });
  // Webviews need a secure context, which localhost is and a plain address is not.
  const url = `http://localhost:${running.port}/?folder=${encodeURIComponent(workspace.folder)}`;
  return {
    url,
    pid: running.pid,
    log: () => running.log(),
    stop: async () => {
      await running.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** A language pack as the editor notes it once it is installed, without a word in it: only extensions speak the language. */
async function speak(userData: string, language: string): Promise<void> {
  const words = path.join(userData, 'no-words.i18n.json');
  await writeFile(words, JSON.stringify({ contents: {} }));
  const pack = {
    hash: 'no-words',
    extensions: [{ extensionIdentifier: { id: 'test.no-words' }, version: '1.0.0' }],
    translations: { vscode: words },
  };
  await writeFile(path.join(userData, 'languagepacks.json'), JSON.stringify({ [language]: pack }));
}
