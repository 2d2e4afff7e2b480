/**
 * Secrets of plans, in the editor's own secret storage. Each belongs to one plan, so that a plan of another folder
 * cannot have it sent to a host of its choice by using the same name.
 */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import * as z from 'zod/mini';

/** The storage cannot list what it holds, so the keys are kept beside it. */
const keysKey = 'benchwright.secretKeys';
const keysSchema = z.array(z.string());

/** The runner reads a secret from this variable: a command line could be read by every process. */
const variableOf = (name: string): string => `BENCHWRIGHT_SECRET_${name}`;

export class Secrets {
  readonly #storage: vscode.SecretStorage;
  readonly #memory: vscode.Memento;

  constructor(storage: vscode.SecretStorage, memory: vscode.Memento) {
    this.#storage = storage;
    this.#memory = memory;
  }

  /**
   * The environment variables with the secrets that a plan names; a secret that is nowhere yet is asked for and kept.
   *
   * @returns `undefined` where the person gave none.
   */
  async forRun(plan: vscode.Uri, names: readonly string[]): Promise<Record<string, string> | undefined> {
    const found: Record<string, string> = {};
    for (const name of names) {
      if (process.env[variableOf(name)] !== undefined) continue;
      const value = (await this.#storage.get(keyOf(plan, name))) ?? (await this.#ask(plan, name));
      if (value === undefined) return undefined;
      found[variableOf(name)] = value;
    }
    return found;
  }

  async forget(): Promise<void> {
    await Promise.all(this.#keys().map((key) => this.#storage.delete(key)));
    await this.#memory.update(keysKey, undefined);
  }

  async #ask(plan: vscode.Uri, name: string): Promise<string | undefined> {
    const value = await vscode.window.showInputBox({
      title: t`Secret ${name}`,
      prompt: t('Kept in the secret storage of the editor for this plan, and written nowhere else.'),
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) => (text === '' ? t('A secret is not empty.') : undefined),
    });
    if (value === undefined) return undefined;
    const key = keyOf(plan, name);
    await this.#storage.store(key, value);
    await this.#memory.update(keysKey, [...new Set([...this.#keys(), key])]);
    return value;
  }

  #keys(): readonly string[] {
    const parsed = keysSchema.safeParse(this.#memory.get(keysKey));
    return parsed.success ? parsed.data : [];
  }
}

function keyOf(plan: vscode.Uri, name: string): string {
  return `benchwright.secret ${name} of ${plan.toString()}`;
}
