/** Heat on or off. Its code is loaded once a run has a profile, or somebody asks for it. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { settings } from './contributions';
import type { Heat } from './heat/heat';
import { reportFailure } from './logs';
import { isProfiled } from '../runner/recordings';
import type { RunCatalogue } from './runs/run-catalogue';
import { isOn, turnRound } from './settings';

export interface HeatSwitchContext {
  readonly extension: vscode.ExtensionContext;
  readonly catalogue: RunCatalogue;
  readonly log: vscode.LogOutputChannel;
}

export class HeatSwitch implements vscode.Disposable {
  readonly #context: HeatSwitchContext;
  readonly #listening: vscode.Disposable;
  #heat: Promise<Heat> | undefined;

  constructor(context: HeatSwitchContext) {
    this.#context = context;
    this.#listening = vscode.Disposable.from(
      context.catalogue.onDidChange(() => {
        this.#look();
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(settings.heat.id)) this.#look();
      }),
    );
    this.#look();
  }

  /** Does something with the heat, which is on from then on. */
  async use(act: (heat: Heat) => Promise<void>): Promise<void> {
    if (!isOn(settings.heat)) await turnRound(settings.heat);
    await act(await this.#load());
  }

  async toggle(): Promise<void> {
    await turnRound(settings.heat);
    const words = isOn(settings.heat) ? t('Heat is on.') : t('Heat is off.');
    vscode.window.setStatusBarMessage(`$(flame) ${words}`, 5_000);
  }

  dispose(): void {
    this.#listening.dispose();
    this.#unload();
  }

  #look(): void {
    if (!isOn(settings.heat)) this.#unload();
    else if (this.#context.catalogue.entries.some(isProfiled)) void this.#load();
  }

  #load(): Promise<Heat> {
    if (this.#heat !== undefined) return this.#heat;
    const { extension, catalogue, log } = this.#context;
    const worker = extension.asAbsolutePath('dist/profile-worker.cjs');
    const heat = import('./heat/heat').then(({ startHeat }) => startHeat({ worker, catalogue, log }));
    this.#heat = heat;
    heat.catch((cause: unknown) => reportFailure(log, 'Showing heat', cause));
    return heat;
  }

  #unload(): void {
    void this.#heat?.then(
      (heat) => {
        heat.dispose();
      },
      () => undefined,
    );
    this.#heat = undefined;
  }
}
