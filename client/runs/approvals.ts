/** Load on other machines needs a person's word, kept for this user and never in a folder that others can write. */
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { describeLoad, type LoadRequest } from './load-request';

const storageKey = 'benchwright.approvedLoads';

const approvedLoads = z.array(
  z.object({ endpoint: z.string(), unit: z.enum(['users', 'per-second']), peak: z.number() }),
);

type ApprovedLoad = z.infer<typeof approvedLoads>[number];

export class Approvals {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  /**
   * Asks for what was not approved before, or only for less.
   *
   * @returns whether the run may start.
   */
  async ask(requests: readonly LoadRequest[]): Promise<boolean> {
    const open = requests.filter((request) => !this.#isApproved(request));
    if (open.length === 0) return true;
    const start = open.length === 1 ? 'Send This Load' : 'Send These Loads';
    const chosen = await vscode.window.showWarningMessage(
      'This run sends load to machines other than this one. Do so only where you are allowed to.',
      { modal: true, detail: open.map(describeLoad).join('\n') },
      start,
    );
    if (chosen !== start) return false;
    await this.#remember(open);
    return true;
  }

  /** Whether a person has allowed any load there. */
  isKnown(endpoint: string): boolean {
    return this.#stored().some((known) => known.endpoint === endpoint);
  }

  async forget(): Promise<void> {
    await this.#memory.update(storageKey, undefined);
  }

  #stored(): readonly ApprovedLoad[] {
    const parsed = approvedLoads.safeParse(this.#memory.get(storageKey));
    return parsed.success ? parsed.data : [];
  }

  #isApproved({ endpoint, unit, peak }: LoadRequest): boolean {
    return this.#stored().some(
      (known) => known.endpoint === endpoint && known.unit === unit && peak <= known.peak,
    );
  }

  async #remember(requests: readonly LoadRequest[]): Promise<void> {
    // A load without a peak is asked for each time: infinity cannot be kept, and should not be.
    const kept = requests.filter(({ peak }) => Number.isFinite(peak));
    const isReplaced = (known: ApprovedLoad): boolean =>
      kept.some(({ endpoint, unit }) => endpoint === known.endpoint && unit === known.unit);
    const others = this.#stored().filter((known) => !isReplaced(known));
    const added = kept.map(({ endpoint, unit, peak }) => ({ endpoint, unit, peak }));
    await this.#memory.update(storageKey, [...others, ...added]);
  }
}
