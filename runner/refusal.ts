/** Why a run was not started. Nothing was sent by then. */

/** How a runner begins to say so; an editor that started it knows it by that. */
export const notStarted = 'Not started:';

export type RefusalCode =
  | 'unreadable-plan'
  | 'unknown-phase'
  | 'unknown-scenario'
  | 'missing-variable'
  | 'bad-data'
  | 'not-approved'
  | 'rival'
  | 'no-level'
  | 'tool-missing'
  | 'cluster'
  | 'disk';

export interface Refusal {
  readonly code: RefusalCode;
  /** One sentence, without a final full stop. */
  readonly message: string;
  /** What to do about it, likewise. */
  readonly remedy: string;
}
