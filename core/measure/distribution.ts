import type { Latency } from '../run/run';
import { Histogram } from './histogram';
import { samplesNeeded } from './sample-size';

/** What is added to a distribution. Times are in microseconds. */
export interface Measured {
  readonly histogram: Histogram;
  readonly sumUs: number;
  readonly minUs: number;
  readonly maxUs: number;
}

/** Times of many requests, merged without loss: a histogram with exact sum, smallest and largest. Microseconds. */
export class Distribution {
  readonly histogram = new Histogram();
  sumUs = 0;
  minUs = Infinity;
  maxUs = 0;

  get count(): number {
    return this.histogram.total;
  }

  add(part: Measured): void {
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

  get meanMs(): number | null {
    return this.count === 0 ? null : this.sumUs / this.count / 1000;
  }

  latency(): Latency {
    const isEmpty = this.count === 0;
    return {
      p50: this.statedQuantileMs(0.5),
      p90: this.statedQuantileMs(0.9),
      p95: this.statedQuantileMs(0.95),
      p99: this.statedQuantileMs(0.99),
      min: isEmpty ? null : this.minUs / 1000,
      max: isEmpty ? null : this.maxUs / 1000,
      mean: this.meanMs,
    };
  }
}

/** All of them as one. */
export function merged(parts: Iterable<Measured>): Distribution {
  const whole = new Distribution();
  for (const part of parts) whole.add(part);
  return whole;
}
