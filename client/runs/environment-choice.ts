/** Which environment a plan runs with, remembered per plan for this workspace. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { environmentItems, plainPlan, type EnvironmentChoice } from './environment-items';

/** The names of the environments of a plan, as it stands in the editor. */
export type ReadEnvironments = (plan: vscode.Uri) => Promise<readonly string[]>;

export class EnvironmentChoices {
  readonly #memory: vscode.Memento;
  readonly #read: ReadEnvironments;
  readonly #changed = new vscode.EventEmitter<void>();

  readonly onDidChange = this.#changed.event;

  constructor(memory: vscode.Memento, read: ReadEnvironments) {
    this.#memory = memory;
    this.#read = read;
  }

  of(plan: vscode.Uri): EnvironmentChoice {
    const name: unknown = this.#memory.get(keyOf(plan));
    if (typeof name !== 'string') return { kind: 'unset' };
    return name === plainPlan ? { kind: 'none' } : { kind: 'named', name };
  }

  /** Asks. @returns `undefined` where the person went away. */
  async choose(plan: vscode.Uri): Promise<EnvironmentChoice | undefined> {
    const names = await this.#read(plan);
    const chosen = await vscode.window.showQuickPick(environmentItems(names, this.of(plan)), {
      placeHolder: t('Environment to run the plan with'),
    });
    if (chosen === undefined) return undefined;
    await this.#memory.update(keyOf(plan), chosen.name);
    this.#changed.fire();
    return this.of(plan);
  }

  /** The environment of the next run: asks once for a plan that has some. @returns `undefined` to call the run off. */
  async forRun(plan: vscode.Uri): Promise<EnvironmentChoice | undefined> {
    const names = await this.#read(plan);
    if (names.length === 0) return { kind: 'none' };
    const known = this.of(plan);
    const isGone = known.kind === 'named' && !names.includes(known.name);
    return known.kind === 'unset' || isGone ? await this.choose(plan) : known;
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function keyOf(plan: vscode.Uri): string {
  return `benchwright.environment:${plan.toString()}`;
}
