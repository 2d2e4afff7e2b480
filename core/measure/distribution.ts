import type { Latency, PercentileInterval } from '../run/run';
import { Bins } from './bins';
import { Histogram } from './histogram';
import { interval, minBlocks } from './interval';
import { sampleGrade, samplesNeeded } from './sample-size';

/** What is added to a distribution. Times are in microseconds. */
export interface Measured {
  readonly histogram: Histogram;
  readonly sumUs: number;
  readonly minUs: number;
  readonly maxUs: number;
}

/** Blocks are this long at least, so that what a queue remembers mostly stays within one. */
const blockSeconds = 5;

/** More of them tell nothing more about how much they differ; a longer phase has longer blocks. */
const maxBlocks = 64;

function newBlocks(): Bins<Histogram> {
  return new Bins<Histogram>(
    maxBlocks,
    () => new Histogram(),
    (into, later) => {
      into.merge(later);
    },
  );
}

/** Times of many requests, merged without loss: a histogram with exact sum, smallest and largest. Microseconds. */
export class Distribution {
  #blocks: Bins<Histogram> | undefined;
  readonly histogram = new Histogram();
  sumUs = 0;
  minUs = Infinity;
  maxUs = 0;

  get count(): number {
    return this.histogram.total;
  }

  /** @param at the second in which it started, from the start of the load, where it is known. */
  add(part: Measured, at?: number): void {
    if (at !== undefined) {
      this.#blocks ??= newBlocks();
      this.#blocks.at(Math.floor(at / blockSeconds)).merge(part.histogram);
    }
    if (part instanceof Distribution && part.#blocks !== undefined) {
      this.#blocks ??= newBlocks();
      this.#blocks.absorb(part.#blocks);
    }
    this.histogram.merge(part.histogram);
    this.sumUs += part.sumUs;
    this.minUs = Math.min(this.minUs, part.minUs);
    this.maxUs = Math.max(this.maxUs, part.maxUs);
  }

  /**
   * @returns the quantile in milliseconds, however few samples there are; `undefined` without any. It never lies
   * outside what was measured, as the middle of a bucket may.
   */
  quantileMs(q: number): number | undefined {
    const us = this.histogram.quantile(q);
    return us === undefined ? undefined : Math.min(Math.max(us, this.minUs), this.maxUs) / 1000;
  }

  /** @returns the quantile in milliseconds, or `null` where there are too few samples to state it. */
  statedQuantileMs(q: number): number | null {
    return this.count < samplesNeeded(q) ? null : (this.quantileMs(q) ?? null);
  }

  /** The same times by stretches of at least 5 s; none where it is not known when they were. */
  get blocks(): readonly Histogram[] {
    return this.#blocks?.all() ?? [];
  }

  /** Whether it covers too little time to tell how much stretches of the run differ. */
  get isTooShort(): boolean {
    return this.blocks.length > 0 && this.blocks.length < minBlocks;
  }

  /**
   * How well a quantile is known; `null` where there are too few samples to state it.
   *
   * @param censoredFromMs from here on, times are those of what was given up, and would have been longer.
   */
  intervalMs(q: number, censoredFromMs = Infinity): PercentileInterval | null {
    const grade = sampleGrade(q, this.count);
    const found = grade === 'withheld' ? undefined : interval(q, this.histogram, 0.95, this.blocks);
    if (grade === 'withheld' || found === undefined) return null;
    const side = (us: number | null): number | null =>
      us === null ? null : Math.min(Math.max(us, this.minUs), this.maxUs) / 1000;
    const isLowerBound = (this.quantileMs(q) ?? 0) * bucketTolerance >= censoredFromMs;
    return { low: side(found.low), high: side(found.high), grade, isLowerBound };
  }

  get meanMs(): number | null {
    return this.count === 0 ? null : this.sumUs / this.count / 1000;
  }

  /** @param censoredFromMs as `intervalMs` takes it. */
  latency(censoredFromMs = Infinity): Latency {
    const isEmpty = this.count === 0;
    const known = (q: number): PercentileInterval | null => this.intervalMs(q, censoredFromMs);
    return {
      p50: this.statedQuantileMs(0.5),
      p90: this.statedQuantileMs(0.9),
      p95: this.statedQuantileMs(0.95),
      p99: this.statedQuantileMs(0.99),
      min: isEmpty ? null : this.minUs / 1000,
      max: isEmpty ? null : this.maxUs / 1000,
      mean: this.meanMs,
      intervals: { p50: known(0.5), p90: known(0.9), p95: known(0.95), p99: known(0.99) },
    };
  }
}

/** A percentile is the middle of a bucket, and may lie this much below a value in it. */
export const bucketTolerance = 1.01;

/** All of them as one. */
export function merged(parts: Iterable<Measured>): Distribution {
  const whole = new Distribution();
  for (const part of parts) whole.add(part);
  return whole;
}
