/** Missing numbers are remembered one by one up to this many, so that late records can still fill them. */
const maxRemembered = 10_000;

/** Watches the numbers of the records of one writer, which count up from 0. */
export class SequenceWatch {
  #next = 0;
  #forgotten = 0;
  readonly #missing = new Set<number>();

  /** @returns whether the record is new; `false` for one that was seen before. */
  accept(seq: number): boolean {
    if (seq < this.#next) return this.#missing.delete(seq);
    const skipped = seq - this.#next;
    const room = Math.max(0, maxRemembered - this.#missing.size);
    for (let i = 0; i < Math.min(skipped, room); i++) this.#missing.add(this.#next + i);
    this.#forgotten += Math.max(0, skipped - room);
    this.#next = seq + 1;
    return true;
  }

  /** How many records never came, as far as is known now. */
  get lost(): number {
    return this.#missing.size + this.#forgotten;
  }
}

/** One watch per writer: records count up per source and phase. */
export class SequenceWatches {
  readonly #watches = new Map<string, SequenceWatch>();
  #duplicates = 0;

  /** @returns whether the record is new. */
  accept(record: { readonly source: string; readonly phase: string; readonly seq: number }): boolean {
    const key = `${record.source}\n${record.phase}`;
    let watch = this.#watches.get(key);
    if (watch === undefined) this.#watches.set(key, (watch = new SequenceWatch()));
    const isNew = watch.accept(record.seq);
    if (!isNew) this.#duplicates++;
    return isNew;
  }

  get lost(): number {
    let lost = 0;
    for (const watch of this.#watches.values()) lost += watch.lost;
    return lost;
  }

  get duplicates(): number {
    return this.#duplicates;
  }
}
