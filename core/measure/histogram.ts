/**
 * A mergeable histogram of non-negative whole numbers: exact below 128, then 128 buckets per power of two, so that a
 * bucket's middle is within 0.4 % of any value in it. Merging adds counts, and loses nothing.
 */

const bitsPerOctave = 7;
const bucketsPerOctave = 1 << bitsPerOctave;

/** Values above 2^37 µs, more than a day, count as that. */
const maxValue = 2 ** 37;
const maxBucket = (37 - bitsPerOctave + 1) * bucketsPerOctave;

/** Bucket index to count; only touched buckets are present. */
export class Histogram {
  readonly #counts = new Map<number, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /** @param value non-negative, in the unit of the histogram; it is rounded down. */
  record(value: number, count = 1): void {
    this.#add(bucketOf(value), count);
  }

  merge(other: Histogram): void {
    for (const [bucket, count] of other.#counts) this.#add(bucket, count);
  }

  /**
   * The smallest recorded value that at least a share `q` of all values does not exceed, as its bucket's middle.
   *
   * @param q within 0 and 1.
   * @returns `undefined` where nothing was recorded.
   */
  quantile(q: number): number | undefined {
    if (this.#total === 0) return undefined;
    const rank = Math.max(1, Math.ceil(q * this.#total));
    let seen = 0;
    for (const bucket of this.#sorted()) {
      seen += this.#counts.get(bucket) ?? 0;
      if (seen >= rank) return middleOf(bucket);
    }
    return undefined;
  }

  /** Values whose bucket lies wholly above `limit`, and half of those that share its bucket. */
  countAbove(limit: number): number {
    const edge = bucketOf(limit);
    let above = 0;
    for (const [bucket, count] of this.#counts) {
      if (bucket > edge) above += count;
      else if (bucket === edge) above += count / 2;
    }
    return above;
  }

  /** Buckets and counts as `[step, count, step, count, …]`; each step is the distance from the bucket before. */
  toPairs(): number[] {
    const pairs: number[] = [];
    let previous = 0;
    for (const bucket of this.#sorted()) {
      pairs.push(bucket - previous, this.#counts.get(bucket) ?? 0);
      previous = bucket;
    }
    return pairs;
  }

  /** @throws RangeError where the pairs are not what `toPairs` writes. */
  static fromPairs(pairs: readonly number[]): Histogram {
    if (pairs.length % 2 !== 0) throw new RangeError('a histogram has an even number of entries');
    const histogram = new Histogram();
    let bucket = 0;
    for (let i = 0; i < pairs.length; i += 2) {
      const step = pairs[i] ?? 0;
      const count = pairs[i + 1] ?? 0;
      if (!Number.isSafeInteger(step) || !Number.isSafeInteger(count) || step < 0 || count < 1) {
        throw new RangeError('a histogram is made of whole numbers, counts above 0');
      }
      if (i > 0 && step === 0) throw new RangeError('the buckets of a histogram go up');
      bucket += step;
      if (bucket > maxBucket) throw new RangeError(`a histogram has no bucket above ${maxBucket}`);
      histogram.#add(bucket, count);
    }
    return histogram;
  }

  #sorted(): number[] {
    return [...this.#counts.keys()].sort((a, b) => a - b);
  }

  #add(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#total += count;
  }
}

function bucketOf(value: number): number {
  const whole = Math.min(Math.floor(Math.max(value, 0)), maxValue);
  if (whole < bucketsPerOctave) return whole;
  const shift = octaveOf(whole) - bitsPerOctave;
  return (shift + 1) * bucketsPerOctave + Math.floor(whole / 2 ** shift) - bucketsPerOctave;
}

/** The exponent of the highest bit; a logarithm may round up just below a power of two. */
function octaveOf(whole: number): number {
  return whole < 2 ** 31 ? 31 - Math.clz32(whole) : 62 - Math.clz32(whole / 2 ** 31);
}

/** The value that stands for all of a bucket. */
export function middleOf(bucket: number): number {
  if (bucket < bucketsPerOctave) return bucket;
  const shift = Math.floor(bucket / bucketsPerOctave) - 1;
  const low = ((bucket % bucketsPerOctave) + bucketsPerOctave) * 2 ** shift;
  return low + (2 ** shift - 1) / 2;
}
