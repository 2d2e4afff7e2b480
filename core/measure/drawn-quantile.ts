import { middleOf, type Histogram } from './histogram';
import { below, type Random } from './random';

/** @returns the quantile of as many blocks as there are, each drawn from all of them; `undefined` where they are empty. */
export type DrawnQuantile = (q: number, random: Random) => number | undefined;

/**
 * Draws stretches of a run again and again without adding their histograms up each time: what lies at or below a value
 * is known of each block beforehand, and the quantile is found by halving.
 */
export function drawnQuantile(blocks: readonly Histogram[]): DrawnQuantile {
  const counts = blocks.map(countsOf);
  // Those that any block has, in order.
  const buckets = [...new Set(counts.flatMap((own) => [...own.keys()]))].sort((a, b) => a - b);
  const upTo = counts.map((own) => countsUpTo(own, buckets));
  return (q, random) => {
    const drawn = blocks.map(() => upTo[below(blocks.length, random)] ?? new Float64Array());
    const countAt = (index: number): number => drawn.reduce((sum, counts) => sum + (counts[index] ?? 0), 0);
    const total = countAt(buckets.length - 1);
    if (total === 0) return undefined;
    const rank = Math.max(1, Math.ceil(q * total));
    let [low, high] = [0, buckets.length - 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (countAt(middle) >= rank) high = middle;
      else low = middle + 1;
    }
    return middleOf(buckets[low] ?? 0);
  };
}

function countsUpTo(counts: ReadonlyMap<number, number>, buckets: readonly number[]): Float64Array {
  let sum = 0;
  return Float64Array.from(buckets, (bucket) => (sum += counts.get(bucket) ?? 0));
}

function countsOf(block: Histogram): ReadonlyMap<number, number> {
  const pairs = block.toPairs();
  const counts = new Map<number, number>();
  let bucket = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    bucket += pairs[i] ?? 0;
    counts.set(bucket, pairs[i + 1] ?? 0);
  }
  return counts;
}
