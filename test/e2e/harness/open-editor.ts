import { beforeEach } from 'vitest';
import { openPage, type OpenPage } from './open-page';
import { startEditor } from './start-editor';
import type { Workspace } from './workspace';

interface EditorWish {
  readonly settings?: Record<string, unknown>;
  readonly language?: string;
  /** The package, if not the one for this machine. */
  readonly vsix?: string;
  /** Of its environment, beside those of this process. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** An editor of its own and its page in a browser of its own; closing the page ends both. */
export async function openEditor(
  workspace: Pick<Workspace, 'folder'>,
  { settings, viewport, language, vsix, variables }: EditorWish = {},
): Promise<OpenPage> {
  const editor = await startEditor(workspace, settings, language, vsix, variables);
  try {
    const opened = await openPage(editor.url, viewport);
    return {
      ...opened,
      close: async () => {
        await opened.close();
        await editor.stop();
      },
    };
  } catch (error) {
    await editor.stop();
    throw error;
  }
}

/** Keeps a picture of what is seen when a test of this file fails. */
export function keepPicturesOfFailures(opened: () => OpenPage): void {
  beforeEach(({ onTestFailed, task }) => {
    onTestFailed(async () => {
      await opened().screenshot(`failed ${task.name}`);
    });
  });
}
