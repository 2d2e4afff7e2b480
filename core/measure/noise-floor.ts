/** How far runs of one and the same build lie apart: a difference below that is noise, whatever a test says of it. */
import { median } from './median';
import { below, type Random } from './random';

/** Ways to split the runs into two sides that are looked at; ten runs have 252. */
const splits = 2000;

/** Of all splits, so many lie within the floor. */
const coverage = 0.95;

/**
 * The change between two sides that the same build reaches by chance, as a share: runs are split into two halves at
 * random, again and again, and the medians of the halves compared.
 *
 * @param values above zero, one per run.
 * @returns `undefined` with fewer than four runs, which cannot be split into halves that mean anything.
 */
export function noiseFloor(values: readonly number[], random: Random): number | undefined {
  if (values.length < 4 || !values.every((value) => value > 0 && Number.isFinite(value))) return undefined;
  const pool = [...values];
  const half = Math.floor(pool.length / 2);
  const changes: number[] = [];
  for (let i = 0; i < splits; i++) {
    for (let j = 0; j < half; j++) swap(pool, j, j + below(pool.length - j, random));
    const before = median(pool.slice(0, half)) ?? 1;
    const after = median(pool.slice(half)) ?? 1;
    changes.push(Math.max(before / after, after / before) - 1);
  }
  changes.sort((a, b) => a - b);
  return changes[Math.ceil(coverage * splits) - 1];
}

function swap(values: number[], i: number, j: number): void {
  const [x, y] = [values[i] ?? 0, values[j] ?? 0];
  values[i] = y;
  values[j] = x;
}
