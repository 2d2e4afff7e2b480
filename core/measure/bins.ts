/**
 * Values by second, in a bounded number of bins. When the bins run out, neighbours are merged and every bin becomes
 * twice as wide, so widths are powers of two seconds and any wider, aligned span is a whole number of bins.
 */
export class Bins<T> {
  readonly #maxBins: number;
  readonly #create: () => T;
  readonly #merge: (into: T, later: T) => void;
  #bins: (T | undefined)[] = [];
  #width = 1;

  /** @param merge adds the bin of the later time to that of the earlier. */
  constructor(maxBins: number, create: () => T, merge: (into: T, later: T) => void) {
    this.#maxBins = maxBins;
    this.#create = create;
    this.#merge = merge;
  }

  /** Seconds in a bin. */
  get width(): number {
    return this.#width;
  }

  /** How many bins hold something. */
  get size(): number {
    return this.#bins.reduce((count, bin) => count + (bin === undefined ? 0 : 1), 0);
  }

  /** The bin of a second, made where there is none yet. */
  at(second: number): T {
    while (Math.floor(second / this.#width) >= this.#maxBins) this.#widen();
    const index = Math.floor(second / this.#width);
    let bin = this.#bins[index];
    // Holes are filled with undefined, so that the array stays a dense one.
    while (this.#bins.length <= index) this.#bins.push(undefined);
    if (bin === undefined) this.#bins[index] = bin = this.#create();
    return bin;
  }

  /** The bins that are there from `from` up to but without `to`, in seconds that are multiples of the width. */
  between(from: number, to: number): T[] {
    const found: T[] = [];
    const end = Math.min(this.#bins.length, Math.ceil(to / this.#width));
    for (let i = Math.max(0, Math.floor(from / this.#width)); i < end; i++) {
      const bin = this.#bins[i];
      if (bin !== undefined) found.push(bin);
    }
    return found;
  }

  /** All bins that hold something, in order. */
  all(): T[] {
    return this.#bins.filter((bin) => bin !== undefined);
  }

  /** Takes over another's bins, which are left as they are. */
  absorb(other: Bins<T>): void {
    while (this.#width < other.#width) this.#widen();
    for (const [index, bin] of other.#bins.entries())
      if (bin !== undefined) this.#merge(this.at(index * other.#width), bin);
  }

  #widen(): void {
    const wider: (T | undefined)[] = [];
    for (let i = 0; i < this.#bins.length; i += 2) {
      const bin = this.#bins[i];
      const later = this.#bins[i + 1];
      if (bin !== undefined && later !== undefined) this.#merge(bin, later);
      wider.push(bin ?? later);
    }
    this.#bins = wider;
    this.#width *= 2;
  }
}
