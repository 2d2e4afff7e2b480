/** Why a run ends before its time, and the one place that remembers it. */

export type StopCode =
  'interrupted' | 'stop-requested' | 'lease-expired' | 'disk-full' | 'stream-unwritable' | 'deadline-passed';

export interface StopReason {
  readonly code: StopCode;
  /** One sentence, without a final full stop. */
  readonly message: string;
}

/** The first reason counts; later ones are consequences. */
export class StopSwitch {
  readonly #controller = new AbortController();

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get reason(): StopReason | undefined {
    return this.#controller.signal.aborted ? (this.#controller.signal.reason as StopReason) : undefined;
  }

  stop(reason: StopReason): void {
    this.#controller.abort(reason);
  }
}

/** Whether somebody wanted the end; otherwise something broke. */
export function isWanted(code: StopCode): boolean {
  return code === 'interrupted' || code === 'stop-requested' || code === 'lease-expired';
}
