/** One item: the run under way, or else the environment of the plan in front. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { commandIds } from '../contributions';
import type { LiveRun } from '../live/live-run';
import type { EnvironmentChoices } from '../runs/environment-choice';
import { planInFront } from '../plan/pick-plan';
import { namesIn } from '../runs/read-plan';
import { clock, figure } from './run-words';

export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #environments: EnvironmentChoices;
  readonly #log: vscode.LogOutputChannel;
  #run: LiveRun | undefined;

  constructor(environments: EnvironmentChoices, log: vscode.LogOutputChannel) {
    this.#environments = environments;
    this.#log = log;
    this.#item = vscode.window.createStatusBarItem('benchwright.run', vscode.StatusBarAlignment.Left, 10);
    this.#item.name = 'Benchwright';
  }

  /** @param run the run under way, if there is one. */
  show(run: LiveRun | undefined): void {
    this.#run = run;
    if (run === undefined) {
      this.#showEnvironment().catch((cause: unknown) => {
        this.#log.debug(`the environments cannot be read: ${String(cause)}`);
      });
      return;
    }
    const header = run.header(Date.now());
    const { p95, isOver } = run.summary();
    const parts = [
      header.phase ?? (header.state === 'stopping' ? 'stopping' : 'starting'),
      clock(header.elapsedMs),
      ...(p95 === null || isOver === true ? [] : [`p95 ${figure(p95)} ms`]),
    ];
    this.#item.text = `$(pulse) ${parts.join(' · ')}`;
    this.#item.tooltip = t`${header.plan}: ${parts.join(', ')}. Open the live panel.`;
    this.#item.command = commandIds.openLivePanel;
    this.#item.show();
  }

  /** The plan in front has changed, or its environment. */
  refresh(): void {
    this.show(this.#run);
  }

  dispose(): void {
    this.#item.dispose();
  }

  async #showEnvironment(): Promise<void> {
    const plan = planInFront();
    const names = plan === undefined ? [] : await namesIn(plan, 'environments');
    if (this.#run !== undefined) return;
    if (plan === undefined || names.length === 0) {
      this.#item.hide();
      return;
    }
    const choice = this.#environments.of(plan);
    this.#item.text = `$(server-environment) ${choice.kind === 'named' ? choice.name : t('no environment')}`;
    this.#item.tooltip = t('The environment that this plan runs with. Choose another.');
    this.#item.command = commandIds.chooseEnvironment;
    this.#item.show();
  }
}
