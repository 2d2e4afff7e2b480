/** Which runs under way the person wants no panel of: those whose panel was closed. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import type * as vscode from 'vscode';
import { fileNames } from '../../runner/layout';
import type { RunEntry } from '../../runner/open-run';
import { opensLivePanel } from '../runs/start-run';

const key = 'benchwright.closedPanels';

/** Far more than can be under way at once. */
const remembered = 20;

export class ClosedPanels {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  async closed(entry: RunEntry): Promise<void> {
    await this.#memory.update(key, [entry.id, ...this.#ids()].slice(0, remembered));
  }

  async reopened(entry: RunEntry): Promise<void> {
    const ids = this.#ids();
    if (ids.includes(entry.id))
      await this.#memory.update(
        key,
        ids.filter((id) => id !== entry.id),
      );
  }

  /** Whether a run was started by an editor, which gives it a lease, and its panel is to be open. */
  async isForAnEditor(entry: RunEntry): Promise<boolean> {
    if (!opensLivePanel() || this.#ids().includes(entry.id)) return false;
    return await access(path.join(entry.dir, fileNames.lease)).then(
      () => true,
      () => false,
    );
  }

  #ids(): readonly string[] {
    return this.#memory.get<readonly string[]>(key) ?? [];
  }
}
