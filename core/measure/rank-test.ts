/**
 * Whether values of one side tend to be larger than those of the other, whatever their distribution, for many metrics
 * of the same runs at once.
 *
 * Each metric has the statistic of Mann and Whitney. What chance does to all of them is found by dealing the runs to the
 * two sides anew, each run with all its metrics (Westfall and Young, step-down): the chance of even one false alarm
 * stays what a single test has, and metrics that rise and fall together, as percentiles of a run do, cost no power.
 */
import { below, type Random } from './random';

/** Up to so many ways to deal out the runs are all looked at; of more, as many are drawn. Eight a side have 12,870. */
const maxArrangements = 15_000;

/** One metric: a value for each run, in the same order of runs for every metric. */
export interface Sides {
  readonly baseline: readonly number[];
  readonly candidate: readonly number[];
}

export interface FamilyTest {
  /** Two-sided, one per metric: how often chance alone would separate any of those not yet proven as much. */
  readonly ps: readonly number[];
  /** The smallest that so many runs can give for one of so many metrics. */
  readonly smallestP: number;
}

/**
 * @param metrics all with as many runs a side as the first.
 * @param random is drawn from only where there are too many runs to look at every way to deal them out.
 */
export function testFamily(metrics: readonly Sides[], random: Random): FamilyTest {
  const [first] = metrics;
  if (first === undefined) return { ps: [], smallestP: 1 };
  const [n, m] = [first.baseline.length, first.candidate.length];
  const ranks = metrics.map(({ baseline, candidate }) => doubledRanks([...baseline, ...candidate]));
  // The sum of the ranks of one side, less what it is on average; ranks are doubled, so that ties stay whole numbers.
  const centre = n * (n + m + 1);
  const distanceOf = (own: Float64Array, side: readonly number[]): number => {
    let sum = -centre;
    for (const run of side) sum += own[run] ?? 0;
    return Math.abs(sum);
  };
  const seen = ranks.map((own) => distanceOf(own, [...first.baseline.keys()]));
  const order = [...seen.keys()].sort((a, b) => (seen[b] ?? 0) - (seen[a] ?? 0));
  const nearestFirst = order.toReversed();
  const reached = seen.map(() => 0);
  let apart = 0;
  let total = 0;
  for (const side of arrangements(n, m, random)) {
    let farthest = 0;
    for (const i of nearestFirst) {
      farthest = Math.max(farthest, distanceOf(ranks[i] ?? new Float64Array(), side));
      if (farthest >= (seen[i] ?? 0)) reached[i] = (reached[i] ?? 0) + 1;
    }
    if (farthest >= n * m) apart++;
    total++;
  }
  // What was proven first must be proven for what comes after it.
  const ps = seen.map(() => 1);
  let highest = 0;
  for (const i of order) ps[i] = highest = Math.max(highest, (reached[i] ?? 0) / total);
  return { ps, smallestP: Math.min(1, Math.max(apart, 2) / total) };
}

/** Twice the rank of each value, counted from 1; equal values share the mean of their ranks. */
function doubledRanks(values: readonly number[]): Float64Array {
  return Float64Array.from(values, (value) => {
    let doubled = 1;
    for (const other of values) doubled += other < value ? 2 : other === value ? 1 : 0;
    return doubled;
  });
}

/** The runs of the first side, in each way to choose them, beginning with those that it has. */
function* arrangements(n: number, m: number, random: Random): Generator<readonly number[]> {
  const side = Array.from({ length: n }, (_, i) => i);
  if (countArrangements(n, m) > maxArrangements) {
    yield side;
    const runs = Array.from({ length: n + m }, (_, i) => i);
    for (let drawn = 1; drawn < maxArrangements; drawn++) {
      for (let i = 0; i < n; i++) swap(runs, i, i + below(n + m - i, random));
      yield runs.slice(0, n);
    }
    return;
  }
  for (;;) {
    yield side;
    // The last run of the side that can still move on takes those behind it along.
    let i = n - 1;
    while (i >= 0 && side[i] === m + i) i--;
    if (i < 0) return;
    for (let next = (side[i] ?? 0) + 1; i < n; i++, next++) side[i] = next;
  }
}

/** In how many ways runs can be dealt to two sides. */
export function countArrangements(n: number, m: number): number {
  let ways = 1;
  for (let i = 1; i <= n; i++) ways = (ways * (m + i)) / i;
  return Math.round(ways);
}

function swap(values: number[], i: number, j: number): void {
  const [x, y] = [values[i] ?? 0, values[j] ?? 0];
  values[i] = y;
  values[j] = x;
}

/** For each value of Mann and Whitney's U, in how many of all orders of distinct values it comes out. */
export function countWays(n: number, m: number): number[] {
  // The coefficients of the Gaussian binomial: multiply by 1 - q^(m+i), divide by 1 - q^i.
  const ways = Array.from({ length: n * m + 1 }, (_, u): number => (u === 0 ? 1 : 0));
  for (let i = 1; i <= n; i++) {
    for (let u = n * m; u >= m + i; u--) ways[u] = (ways[u] ?? 0) - (ways[u - m - i] ?? 0);
    for (let u = i; u <= n * m; u++) ways[u] = (ways[u] ?? 0) + (ways[u - i] ?? 0);
  }
  return ways;
}
