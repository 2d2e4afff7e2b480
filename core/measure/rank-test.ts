/** Mann-Whitney: whether values of one side tend to be larger than those of the other, whatever their distribution. */
import { below, type Random } from './random';

/** Rearrangements drawn where ties forbid the exact distribution. */
const drawn = 10_000;

export interface RankTest {
  /** Two-sided: how often chance alone separates the sides at least as much. */
  readonly p: number;
  /** The smallest p that so many values can give at all. */
  readonly smallestP: number;
}

/**
 * @param random is drawn from only where values are equal; the exact distribution is used otherwise.
 */
export function rankTest(a: readonly number[], b: readonly number[], random: Random): RankTest {
  const ways = countWays(a.length, b.length);
  const total = ways.reduce((sum, count) => sum + count, 0);
  const smallestP = Math.min(1, 2 / total);
  if (a.length === 0 || b.length === 0) return { p: 1, smallestP: 1 };
  const u = uStatistic(a, b);
  if (new Set([...a, ...b]).size < a.length + b.length) return { p: drawnP(a, b, u, random), smallestP };
  const near = Math.min(u, a.length * b.length - u);
  const tail = ways.slice(0, near + 1).reduce((sum, count) => sum + count, 0) / total;
  return { p: Math.min(1, 2 * tail), smallestP };
}

/** Pairs in which the value of `b` is the larger; equal ones count half. */
function uStatistic(a: readonly number[], b: readonly number[]): number {
  let u = 0;
  for (const x of a) for (const y of b) u += y > x ? 1 : y === x ? 0.5 : 0;
  return u;
}

/** For each value of U, in how many of all orders of distinct values it comes out. */
export function countWays(n: number, m: number): number[] {
  // The coefficients of the Gaussian binomial: multiply by 1 - q^(m+i), divide by 1 - q^i.
  const ways = Array.from({ length: n * m + 1 }, (_, u): number => (u === 0 ? 1 : 0));
  for (let i = 1; i <= n; i++) {
    for (let u = n * m; u >= m + i; u--) ways[u] = (ways[u] ?? 0) - (ways[u - m - i] ?? 0);
    for (let u = i; u <= n * m; u++) ways[u] = (ways[u] ?? 0) + (ways[u - i] ?? 0);
  }
  return ways;
}

function drawnP(a: readonly number[], b: readonly number[], u: number, random: Random): number {
  const centre = (a.length * b.length) / 2;
  const pool = [...a, ...b];
  let asFar = 1;
  for (let i = 0; i < drawn; i++) {
    shuffle(pool, random);
    const other = uStatistic(pool.slice(0, a.length), pool.slice(a.length));
    if (Math.abs(other - centre) >= Math.abs(u - centre)) asFar++;
  }
  // The arrangement that was seen is one of them, so p is never zero.
  return asFar / (drawn + 1);
}

function shuffle(values: number[], random: Random): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = below(i + 1, random);
    const [x, y] = [values[i] ?? 0, values[j] ?? 0];
    values[i] = y;
    values[j] = x;
  }
}

/** Corrects for many tests at once (Holm): the chance of even one false alarm stays what a single test has. */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((p, i) => ({ p, i })).sort((x, y) => x.p - y.p);
  const adjusted = ps.map(() => 1);
  let highest = 0;
  for (const [rank, { p, i }] of order.entries()) {
    highest = Math.max(highest, Math.min(1, p * (ps.length - rank)));
    adjusted[i] = highest;
  }
  return adjusted;
}
