import { mkdtemp, rm } from 'node:fs/promises';
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

/** Starts an editor of its own, with nothing in it but our package, on a free port. */
export async function startEditor(
  workspace: Pick<Workspace, 'folder'>,
  settings: Record<string, unknown> = {},
): Promise<Editor> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'benchwright-editor-'));
  await prepareEditor({ folder, vsix: inject('vsix'), settings: { ...testSettings, ...settings } });
  const running = await startCodeServer({ folder, env: { BENCHWRIGHT_TEST: '1' } });
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
