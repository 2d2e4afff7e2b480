/** Locust's own statistics, and how far ours may lie from them. */
import { expect } from 'vitest';
import { Histogram } from '../../core/measure/histogram';
import type { RequestCell } from '../../core/measure/record';
import type { CliRun } from './cli-run';

interface LocustRow {
  readonly name: string;
  readonly method: string;
  readonly num_requests: number;
  readonly num_failures: number;
  /** Requests by their time in milliseconds, rounded. */
  readonly response_times: Readonly<Record<string, number>>;
}

/** Locust keeps two digits of a time from 100 ms on, and whole milliseconds below. */
function rounding(ms: number): number {
  return ms < 100 ? 1 : ms < 1000 ? 10 : ms < 10_000 ? 100 : 1000;
}

/** Counts are the same, request by request; percentiles lie within what Locust rounds away. */
export function expectAgreement(run: CliRun, text: string): void {
  const rows = JSON.parse(text) as LocustRow[];
  const cells = run.ticks
    .flatMap(({ requests }) => requests)
    .filter(({ outcome }) => outcome !== 'unfinished');
  const steps = new Set(cells.map(({ step }) => step));
  expect([...steps].sort()).toEqual(rows.map(({ method, name }) => `${method} ${name}`).sort());
  for (const row of rows) {
    const own = cells.filter(({ step }) => step === `${row.method} ${row.name}`);
    expect([row.name, countOf(own)]).toEqual([row.name, row.num_requests]);
    expect([row.name, countOf(own.filter(({ outcome }) => outcome === 'failed'))]).toEqual([
      row.name,
      row.num_failures,
    ]);
    for (const q of [0.5, 0.95, 0.99]) expectSame(row, own, q);
  }
}

function expectSame(row: LocustRow, cells: readonly RequestCell[], q: number): void {
  const theirs = percentile(
    Object.entries(row.response_times).map(([ms, count]) => [Number(ms), count]),
    q,
  );
  const ours = percentile(
    merged(cells).flatMap(([us, count]) => [[us / 1000, count] as const]),
    q,
  );
  // A bucket of ours is 0.8 % wide, and what Locust rounds lies anywhere within half a step to each side.
  const tolerance = rounding(theirs) / 2 + 0.008 * theirs + 0.001;
  expect(
    Math.abs(ours - theirs),
    `p${q * 100} of ${row.name}: ${ours} against ${theirs}`,
  ).toBeLessThanOrEqual(tolerance);
}

/** The smallest value that at least this share of all is not above. */
function percentile(counts: readonly (readonly [value: number, count: number])[], q: number): number {
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const rank = Math.ceil(q * sorted.reduce((sum, [, count]) => sum + count, 0));
  let below = 0;
  return sorted.find(([, count]) => (below += count) >= rank)?.[0] ?? 0;
}

/** Middles of buckets in microseconds, with their counts. */
function merged(cells: readonly RequestCell[]): (readonly [number, number])[] {
  const whole = new Histogram();
  for (const { histogram } of cells) whole.merge(histogram);
  const pairs = whole.toPairs();
  let bucket = 0;
  return Array.from({ length: pairs.length / 2 }, (_, index) => {
    bucket += pairs[2 * index] ?? 0;
    return [middleOf(bucket), pairs[2 * index + 1] ?? 0] as const;
  });
}

function middleOf(bucket: number): number {
  if (bucket < 128) return bucket;
  const octave = bucket >> 7;
  const width = 2 ** (octave - 1);
  return (bucket - octave * 128 + 128) * width + width / 2;
}

function countOf(cells: readonly RequestCell[]): number {
  return cells.reduce((sum, { count }) => sum + count, 0);
}
