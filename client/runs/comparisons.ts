/** Runs that are made to be compared with an earlier one, remembered until they are over, also by the next window. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { RunEntry } from '../../runner/open-run';
import type { RunCatalogue } from './run-catalogue';

const key = 'benchwright.comparisons';
const wished = z.array(z.object({ run: z.string(), baseline: z.string() }));

/** More than anybody waits for. */
const remembered = 20;

/** Shows two runs side by side. */
export type ShowComparison = (run: RunEntry, baseline: RunEntry) => Promise<void>;

export class Comparisons implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #catalogue: RunCatalogue;
  readonly #show: ShowComparison;
  readonly #listening: vscode.Disposable;

  constructor(memory: vscode.Memento, catalogue: RunCatalogue, show: ShowComparison) {
    this.#memory = memory;
    this.#catalogue = catalogue;
    this.#show = show;
    this.#listening = catalogue.onDidChange(() => void this.#look());
  }

  /** Shows the run beside the baseline once it is over. */
  async wish(run: RunEntry, baseline: RunEntry): Promise<void> {
    await this.#keep([{ run: run.id, baseline: baseline.id }, ...this.#wished()].slice(0, remembered));
    await this.#look();
  }

  dispose(): void {
    this.#listening.dispose();
  }

  async #look(): Promise<void> {
    for (const wish of this.#wished()) {
      const run = this.#catalogue.find(wish.run);
      const baseline = this.#catalogue.find(wish.baseline);
      if (run?.state === 'running') continue;
      await this.#keep(this.#wished().filter((one) => one.run !== wish.run));
      if (run?.run !== undefined && baseline?.run !== undefined) await this.#show(run, baseline);
      else if (run !== undefined)
        void vscode.window.showWarningMessage(
          t('The run that was to be compared ended without a result, so there is nothing to compare.'),
        );
    }
  }

  #wished(): z.output<typeof wished> {
    const kept = wished.safeParse(this.#memory.get(key));
    return kept.success ? kept.data : [];
  }

  #keep(wishes: z.output<typeof wished>): Thenable<void> {
    return this.#memory.update(key, wishes);
  }
}
