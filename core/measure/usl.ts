/**
 * The universal scalability law: C(N) = g N / (1 + s (N - 1) + k N (N - 1)), with N the requests in flight, not the
 * arrival rate. s is the share of work that waits for its turn (contention), k the price of keeping in step
 * (crosstalk). It explains a curve; it is no verdict, and it says nothing beyond what was measured.
 */
import { below, type Random } from './random';

export interface ConcurrencyPoint {
  /** Requests in flight: throughput times mean latency in seconds (Little). */
  readonly concurrency: number;
  /** Completions per second. */
  readonly throughput: number;
}

interface Range {
  readonly low: number;
  readonly high: number;
}

export interface ScalabilityFit {
  /** Throughput of a single request in flight. */
  readonly single: number;
  readonly contention: number;
  readonly crosstalk: number;
  /** 90 % intervals, from resampling the residuals. */
  readonly contentionRange: Range;
  readonly crosstalkRange: Range;
  /** The concurrency with the highest throughput, where it lies within what was measured; `null` otherwise. */
  readonly peak: { readonly concurrency: number; readonly throughput: number } | null;
  /** How far the points lie off the curve: root of the mean square of their relative differences. */
  readonly misfit: number;
}

export type Scalability =
  ({ readonly kind: 'fitted' } & ScalabilityFit) | { readonly kind: 'not-fitted'; readonly reason: string };

/** Early points alone mispredict what comes after the bend. */
const minPoints = 6;

/** The points must span this factor of concurrency for contention and crosstalk to differ from each other. */
const minSpan = 4;
const resamples = 200;

/** Requests in flight by Little's law. */
export function concurrencyOf(throughput: number, meanLatencyMs: number): number {
  return (throughput * meanLatencyMs) / 1000;
}

/** Fits the law to measured points, in any order. */
export function fitScalability(points: readonly ConcurrencyPoint[], random: Random): Scalability {
  const usable = points.filter(
    ({ concurrency, throughput }) =>
      concurrency > 0 && throughput > 0 && Number.isFinite(concurrency) && Number.isFinite(throughput),
  );
  if (usable.length < minPoints)
    return { kind: 'not-fitted', reason: `${minPoints} load levels are needed, there are ${usable.length}` };
  const all = usable.map(({ concurrency }) => concurrency);
  const most = Math.max(...all);
  if (most < Math.min(...all) * minSpan)
    return { kind: 'not-fitted', reason: `the load levels must differ by a factor of ${minSpan}` };
  const law = fit(usable);
  const fits = resampled(usable, law, random);
  return {
    kind: 'fitted',
    single: law.single,
    contention: law.contention,
    crosstalk: law.crosstalk,
    contentionRange: rangeOf(fits.map(({ contention }) => contention)),
    crosstalkRange: rangeOf(fits.map(({ crosstalk }) => crosstalk)),
    peak: peakOf(law, rangeOf(fits.map(({ crosstalk }) => crosstalk)), most),
    misfit: misfitOf(usable, law),
  };
}

interface Law {
  readonly single: number;
  readonly contention: number;
  readonly crosstalk: number;
}

function throughputAt({ single, contention, crosstalk }: Law, n: number): number {
  return (single * n) / (1 + contention * (n - 1) + crosstalk * n * (n - 1));
}

function misfitOf(points: readonly ConcurrencyPoint[], law: Law): number {
  const squares = points.map(
    ({ concurrency, throughput }) => (throughput / throughputAt(law, concurrency) - 1) ** 2,
  );
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / points.length);
}

/** A peak is told only where crosstalk is proven to be there, and the peak lies within what was measured. */
function peakOf(law: Law, crosstalk: Range, most: number): ScalabilityFit['peak'] {
  if (crosstalk.low <= 0 || law.contention >= 1) return null;
  const concurrency = Math.sqrt((1 - law.contention) / law.crosstalk);
  return concurrency > most ? null : { concurrency, throughput: throughputAt(law, concurrency) };
}

type Term = (n: number) => number;

/** N / C is linear in these; their weights are 1/g, s/g and k/g, none of which may be negative. */
const terms: readonly Term[] = [() => 1, (n) => n - 1, (n) => n * (n - 1)];

/** Least squares of relative errors; terms whose weight would be negative are left out. */
function fit(points: readonly ConcurrencyPoint[]): Law {
  let best: { weights: readonly number[]; error: number } | undefined;
  for (const used of [[0, 1, 2], [0, 1], [0, 2], [0]]) {
    const candidate = solve(points, used);
    if (candidate !== undefined && (best === undefined || candidate.error < best.error)) best = candidate;
  }
  const [constant = 1, linear = 0, square = 0] = best?.weights ?? [];
  return { single: 1 / constant, contention: linear / constant, crosstalk: square / constant };
}

function solve(
  points: readonly ConcurrencyPoint[],
  used: readonly number[],
): { readonly weights: readonly number[]; readonly error: number } | undefined {
  // Each row is divided by N / C, so that all points have errors of one size and the right-hand side is 1.
  const rows = points.map(({ concurrency: n, throughput }) =>
    used.map((index) => ((terms[index]?.(n) ?? 0) * throughput) / n),
  );
  const matrix = used.map((_, i) => [
    ...used.map((_unused, j) => rows.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0)),
    rows.reduce((sum, row) => sum + (row[i] ?? 0), 0),
  ]);
  const solution = eliminate(matrix);
  if (solution === undefined || solution.some((weight) => weight < 0) || !((solution[0] ?? 0) > 0))
    return undefined;
  const error = rows.reduce(
    (sum, row) => sum + (row.reduce((fitted, x, i) => fitted + x * (solution[i] ?? 0), 0) - 1) ** 2,
    0,
  );
  const weights = terms.map((_, index) => solution[used.indexOf(index)] ?? 0);
  return { weights, error };
}

/** Solves linear equations given as rows with the right-hand side last. */
function eliminate(matrix: readonly number[][]): number[] | undefined {
  const rows = matrix.map((row) => [...row]);
  for (let column = 0; column < rows.length; column++) {
    const candidates = rows.slice(column);
    const pivot = candidates.reduce((a, b) => (Math.abs(b[column] ?? 0) > Math.abs(a[column] ?? 0) ? b : a));
    const value = pivot[column] ?? 0;
    if (Math.abs(value) < 1e-300) return undefined;
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(column, 0, pivot);
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = (row[column] ?? 0) / value;
      for (const [i, x] of pivot.entries()) row[i] = (row[i] ?? 0) - factor * x;
    }
  }
  return rows.map((row, i) => (row.at(-1) ?? 0) / (row[i] ?? 1));
}

/** Fits to points whose relative residuals are dealt out anew. */
function resampled(points: readonly ConcurrencyPoint[], law: Law, random: Random): Law[] {
  const residuals = points.map(({ concurrency, throughput }) => throughput / throughputAt(law, concurrency));
  return Array.from({ length: resamples }, () =>
    fit(
      points.map(({ concurrency }) => ({
        concurrency,
        throughput: throughputAt(law, concurrency) * (residuals[below(residuals.length, random)] ?? 1),
      })),
    ),
  );
}

function rangeOf(values: readonly number[]): Range {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { low: at(0.05), high: at(0.95) };
}
