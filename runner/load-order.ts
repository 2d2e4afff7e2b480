/** What a load is asked for, what ends it, and what is told of it while it is on. */
import type { LostGenerator } from '../core/measure/lost-generators';
import type { StreamRecord } from '../core/measure/record';
import type { CompiledLoad } from './compile-phase';
import type { BesideScript } from './load-files';
import type { RunContext } from './run-context';

export interface LoadOrder {
  readonly phase: string;
  /** The name in the stream: that of the phase, or of a part of it. */
  readonly name: string;
  /** The trial of a search, for those who watch; `probe`: nobody needs to watch. */
  readonly part?: number | 'probe';
  readonly compiled: CompiledLoad;
  /** What lies beside its script. */
  readonly feeds: BesideScript;
  /** What the files of a part of the phase are called, such as `trial-3`. */
  readonly stem?: string;
  readonly onRecord: (record: StreamRecord) => void;
  /** Whether somebody watches for when to end it: its records then come several times a second. */
  readonly isWatched?: boolean;
  /** Ends the load before its time, and not the run. */
  readonly stop?: AbortSignal;
}

/** What ends every process of a load: whatever ends the run, and what ends this load. */
export function stopsOf({ stop }: RunContext, order: LoadOrder): readonly AbortSignal[] {
  return [stop.signal, ...(order.stop ? [order.stop] : [])];
}

export function isEndedByUs({ stop }: RunContext, order: LoadOrder): boolean {
  return stop.reason !== undefined || order.stop?.aborted === true;
}

export function tellLoss(
  { options }: RunContext,
  { phase }: LoadOrder,
  count: number,
  { number, why }: LostGenerator,
): void {
  const message = `generator ${number} of ${Math.max(count, number)} was lost: ${why}`;
  options.onEvent({ kind: 'notice', phase, code: 'lost-generator', message });
}
