/** By how many generators a load is made, and how many of them are left. */
import { counted } from '../../core/measure/figure';
import type { StreamRecord } from '../../core/measure/record';
import type { PhaseResult } from '../../core/run/run';

export class LiveGenerators {
  /** By the name of the load: how many there are, and the most there ever were. */
  readonly #counts = new Map<string, { readonly now: number; readonly most: number }>();

  add(record: StreamRecord): void {
    if (record.kind !== 'tick' || record.generators === undefined) return;
    const now = record.generators;
    this.#counts.set(record.phase, {
      now,
      most: Math.max(now, this.#counts.get(record.phase)?.most ?? 0),
    });
  }

  /** `3 generators`, `2 of 3 generators`; `null` where one process makes the load alone. */
  note(load: string): string | null {
    const count = this.#counts.get(load);
    if (count === undefined || count.most === 0) return null;
    return count.now === count.most
      ? counted(count.now, 'generator')
      : `${count.now} of ${counted(count.most, 'generator')}`;
  }
}

/** Of a phase that is over. */
export function generatorsNote({ generators }: PhaseResult): string | null {
  if (generators === undefined) return null;
  const { count, lost } = generators;
  return lost === 0 ? counted(count, 'generator') : `${count - lost} of ${counted(count, 'generator')}`;
}

/** Both, or the one that there is. */
export function joinNotes(...notes: readonly (string | null)[]): string | null {
  const told = notes.filter((note) => note !== null);
  return told.length === 0 ? null : told.join(' · ');
}
