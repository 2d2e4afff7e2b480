/** Latencies of a known law, second by second as a run has them, and how often an interval holds the true quantile. */
import { Histogram } from '../../core/measure/histogram';
import { normal, seededRandom, type Random } from '../../core/measure/random';
import { createMarkovQueue } from '../bed/queue.mjs';

/** Requests per second; with it, how long a law remembers is a matter of seconds. */
const perSecond = 50;

interface Law {
  /** Microseconds. */
  readonly next: (random: Random, seed: number) => () => number;
  readonly trueQuantile: (q: number) => number;
}

/** The quantiles of the standard normal distribution that are stated. */
const normalQuantiles: Readonly<Record<number, number>> = { 0.5: 0, 0.95: 1.644854, 0.99: 2.326348 };
const medianUs = 20_000;
const logNormal = (q: number): number => medianUs * Math.exp(0.5 * (normalQuantiles[q] ?? NaN));

/** A queue at six tenths of what its server can do: a wait resembles those of the second around it. */
const queue = { arrivalRate: perSecond, serviceRate: perSecond / 0.6, servers: 1 };

export const laws = {
  independent: {
    next: (random) => () => medianUs * Math.exp(0.5 * normal(random)),
    trueQuantile: logNormal,
  },
  /** Neighbours correlate by 0.9, so that the memory is about ten requests. */
  'AR(1), 0.9': {
    next: (random) => {
      let level = normal(random);
      return () => {
        level = 0.9 * level + Math.sqrt(1 - 0.81) * normal(random);
        return medianUs * Math.exp(0.5 * level);
      };
    },
    trueQuantile: logNormal,
  },
  'M/M/1 at 60 %': {
    next: (_, seed) => {
      const wait = createMarkovQueue({ ...queue, seed: seed + 1 });
      // An empty queue is no steady state: the first customers find it too short.
      for (let i = 0; i < 500; i++) wait();
      return () => wait() * 1e6;
    },
    trueQuantile: (q) => (-Math.log(1 - q) / (queue.serviceRate - queue.arrivalRate)) * 1e6,
  },
} as const satisfies Record<string, Law>;

export type LawName = keyof typeof laws;

/** One histogram for each second. */
function latenciesOf(law: LawName, samples: number, seed: number): Histogram[] {
  const next = laws[law].next(seededRandom(seed), seed);
  return Array.from({ length: samples / perSecond }, () => {
    const second = new Histogram();
    for (let i = 0; i < perSecond; i++) second.record(next());
    return second;
  });
}

/** An interval in microseconds; a side that is open holds everything. */
export type IntervalOf = (
  seconds: readonly Histogram[],
  q: number,
) => { readonly low: number | null; readonly high: number | null } | undefined;

/** Of so many runs, the share that had an interval at all, and of those the share whose interval holds the truth. */
export function coverageOf(
  law: LawName,
  size: { readonly samples: number; readonly runs: number },
  quantiles: readonly number[],
  intervalOf: IntervalOf,
): { readonly told: number; readonly held: number }[] {
  const held = quantiles.map(() => 0);
  const told = quantiles.map(() => 0);
  for (let seed = 0; seed < size.runs; seed++) {
    const seconds = latenciesOf(law, size.samples, seed);
    for (const [i, q] of quantiles.entries()) {
      const bounds = intervalOf(seconds, q);
      // Open on both sides: nothing is said.
      if (bounds === undefined || (bounds.low === null && bounds.high === null)) continue;
      const truth = laws[law].trueQuantile(q);
      told[i] = (told[i] ?? 0) + 1;
      if ((bounds.low ?? 0) <= truth && (bounds.high ?? Infinity) >= truth) held[i] = (held[i] ?? 0) + 1;
    }
  }
  return held.map((count, i) => ({ held: count / (told[i] ?? 0), told: (told[i] ?? 0) / size.runs }));
}
