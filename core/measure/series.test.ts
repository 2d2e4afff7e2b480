import { describe, expect, test } from 'vitest';
import { loadStartMs, requests, simulatedPhase, tasks } from '../../test/kit/simulated-stream';
import { below, normal, seededRandom } from './random';
import type { StreamRecord } from './record';
import { RunSeries, type PointsRequest, type SeriesPoint } from './series';

function seriesOf(records: Iterable<StreamRecord>, maxBins?: number): RunSeries {
  const series = new RunSeries(maxBins === undefined ? {} : { maxBins });
  for (const record of records) series.add(record);
  return series;
}

function check<K extends keyof SeriesPoint>(
  records: Iterable<StreamRecord>,
  key: K,
  expected: readonly SeriesPoint[K][],
  request: PointsRequest = {},
): void {
  expect(
    seriesOf(records)
      .points(request)
      .map((point) => point[key]),
  ).toEqual(expected);
}

const many = (count: number, ms: number): number[] => Array.from({ length: count }, () => ms);

describe('points', () => {
  test('are one per second, placed in the phase and on the wall clock', () => {
    check(simulatedPhase({ seconds: 3 }), 'atMs', [0, 1000, 2000]);
    check(simulatedPhase({ seconds: 2 }), 'timeMs', [loadStartMs, loadStartMs + 1000]);
  });

  test('file requests under the second of their start, whatever record brings them', () => {
    const late = simulatedPhase({
      seconds: 3,
      tick: (second) => ({ requests: second === 2 ? [requests(0, [2500, 2600]), requests(2, [1])] : [] }),
    });
    check(late, 'okPerSecond', [2, 0, 1]);
  });

  test('keep failures apart from successes', () => {
    const mixed = () =>
      simulatedPhase({
        seconds: 2,
        tick: (second) => ({
          requests: [requests(second, many(60, 10)), requests(second, many(9, 5000), { outcome: 'failed' })],
        }),
      });
    check(mixed(), 'okPerSecond', [60, 60]);
    check(mixed(), 'failedPerSecond', [9, 9]);
    expect(seriesOf(mixed()).points()[0]?.p95).toBeCloseTo(10, 0);
  });

  test('have no percentile where there are too few samples, and widen the time it is taken over first', () => {
    const records = [
      ...simulatedPhase({ seconds: 64, tick: (at) => ({ requests: [requests(at, many(20, 10))] }) }),
    ];
    const points = seriesOf(records).points();
    expect(new Set(points.map((point) => point.overMs.p95))).toEqual(new Set([4000]));
    expect(new Set(points.map((point) => point.overMs.p99))).toEqual(new Set([16_000]));
    expect(points.every((point) => point.p50 !== null && point.p95 !== null && point.p99 !== null)).toBe(
      true,
    );
    const sparse = simulatedPhase({ seconds: 64 });
    check(
      sparse,
      'p99',
      many(64, 0).map(() => null),
    );
  });

  test('merge histograms where seconds are merged, and average nothing', () => {
    const records = simulatedPhase({
      seconds: 2,
      tick: (at) => ({ requests: [requests(at, at === 0 ? many(990, 10) : many(10, 1000))] }),
    });
    // A mean of the two p99s would be 505 ms.
    const [point] = seriesOf(records).points({ maxPoints: 1 });
    expect(point?.widthMs).toBe(2000);
    expect(point?.p99).toBeCloseTo(10, 0);
  });

  test('select a scenario or one step of it', () => {
    const records = () =>
      simulatedPhase({
        seconds: 1,
        tick: () => ({
          requests: [
            requests(0, many(3, 1), { scenario: 'a', step: 'x' }),
            requests(0, many(5, 1), { scenario: 'a', step: 'y' }),
            requests(0, many(7, 1), { scenario: 'b', step: 'x' }),
          ],
        }),
      });
    check(records(), 'okPerSecond', [15]);
    check(records(), 'okPerSecond', [8], { scenario: 'a' });
    check(records(), 'okPerSecond', [5], { scenario: 'a', step: 'y' });
    check(records(), 'okPerSecond', [], { scenario: 'c' });
  });

  test('tell users, iterations, dropped arrivals and task success', () => {
    const records = () =>
      simulatedPhase({
        seconds: 2,
        tick: (at) => ({
          users: at + 1,
          usersMax: 9,
          iterations: 4,
          dropped: at,
          metrics: [
            tasks('task', at, 'success', [1, 1, 1]),
            tasks('ttc', at, at === 0 ? 'timeout' : 'unjudged', [9]),
          ],
        }),
      });
    check(records(), 'users', [1, 2]);
    check(records(), 'usersMax', [9, 9]);
    check(records(), 'iterations', [4, 4]);
    check(records(), 'dropped', [0, 1]);
    check(records(), 'taskSuccess', [0.75, 1]);
    check(simulatedPhase({ seconds: 1 }), 'taskSuccess', [null]);
  });

  test('are marked partial while requests that started in them may be under way', () => {
    check(simulatedPhase({ seconds: 4, ends: false }), 'isPartial', [false, false, false, true]);
    check(simulatedPhase({ seconds: 4 }), 'isPartial', [false, false, false, false]);
    const slow = simulatedPhase({
      seconds: 6,
      ends: false,
      tick: (at) => ({ requests: [requests(at, [3000])] }),
    });
    check(slow, 'isPartial', [false, false, false, true, true, true]);
  });

  test('of several phases are kept apart', () => {
    const series = seriesOf([
      ...simulatedPhase({ phase: 'smoke', seconds: 2 }),
      ...simulatedPhase({ phase: 'load', seconds: 3, startMs: loadStartMs + 10_000 }),
    ]);
    expect(series.points({ phase: 'load' })).toHaveLength(3);
    expect(series.points().map(({ phase, atMs }) => `${phase} ${atMs}`)).toEqual([
      'smoke 0',
      'smoke 1000',
      'load 0',
      'load 1000',
      'load 2000',
    ]);
  });

  test('never exceed the number asked for, and lose no request', () => {
    const series = seriesOf(simulatedPhase({ seconds: 1000 }));
    const points = series.points({ maxPoints: 90 });
    expect(points.length).toBeLessThanOrEqual(90);
    expect(points.reduce((sum, point) => sum + (point.okPerSecond * point.widthMs) / 1000, 0)).toBe(1000);
  });

  test('place requests by an estimate where the record of the start was lost', () => {
    const records = [...simulatedPhase({ seconds: 3 })].filter(({ kind }) => kind !== 'clock');
    const points = seriesOf(records).points();
    expect(points.map(({ timeMs }) => timeMs)).toEqual([0, 1000, 2000].map((ms) => loadStartMs + ms));
  });

  test('ignore cells that lie before the load or further ahead than any run', () => {
    const records = simulatedPhase({
      seconds: 1,
      tick: () => ({
        requests: [requests(-3, [1]), requests(1e12, [1]), requests(0.5, [1]), requests(0, [1])],
      }),
    });
    check(records, 'okPerSecond', [1]);
  });
});

describe('records', () => {
  test('that come twice count once', () => {
    const records = [...simulatedPhase({ seconds: 5 })];
    const series = seriesOf(records.flatMap((record) => [record, record]));
    expect(series.points().map((point) => point.okPerSecond)).toEqual([1, 1, 1, 1, 1]);
    expect([series.gaps, series.duplicates]).toEqual([0, records.length]);
  });

  test('that are missing are counted', () => {
    const records = [...simulatedPhase({ seconds: 9 })].filter(({ seq }) => seq !== 4 && seq !== 7);
    expect(seriesOf(records).gaps).toBe(2);
  });

  test('that come out of order fill the gap they left', () => {
    const records = [...simulatedPhase({ seconds: 9 })];
    const series = seriesOf([...records.slice(0, 3), ...records.slice(5), ...records.slice(3, 5)]);
    expect([series.gaps, series.duplicates]).toEqual([0, 0]);
    expect(series.points().every((point) => point.okPerSecond === 1)).toBe(true);
  });
});

describe('rows of steps', () => {
  test('tell all since the start', () => {
    const series = seriesOf(
      simulatedPhase({
        seconds: 100,
        tick: (at) => ({
          requests: [
            requests(at, many(60, at < 90 ? 10 : 20)),
            ...(at >= 90 ? [requests(at, many(20, 1), { outcome: 'failed' })] : []),
          ],
          metrics: [tasks('ttc', at, 'success', [500]), tasks('ttc', at, 'failed', [1])],
        }),
      }),
    );
    const [row] = series.stepRows('load');
    expect(row).toMatchObject({ scenario: 'execute', step: 'POST /execute' });
    expect(row?.total).toMatchObject({ requests: 6200, rps: 62, failedShare: 200 / 6200 });
    expect(row?.total.p50).toBeCloseTo(10, 0);
    expect(row?.total.p99).toBeCloseTo(20, 0);
    expect(row?.total.tasks).toEqual({ success: 100, failed: 100, unjudged: 0, timeout: 0 });
    expect(row?.total.ttcP95).toBeCloseTo(500, -1);
    expect(series.stepRows('other')).toEqual([]);
  });
});

test(
  'an hour at 1,000 requests per second over 20 steps is held in bounded memory',
  { timeout: 60_000 },
  () => {
    const random = seededRandom(1);
    const steps = Array.from({ length: 20 }, (_, i) => ({ scenario: `s${i % 4}`, step: `step ${i}` }));
    // Seconds to choose from: drawing 3.6 million latencies would take longer than adding them.
    const seconds = Array.from({ length: 500 }, () =>
      requests(
        0,
        Array.from({ length: 50 }, () => 50 * Math.exp(0.5 * normal(random))),
      ),
    );
    const tick = (at: number) => ({
      requests: steps.flatMap((step) => {
        const second = seconds[below(seconds.length, random)];
        return second === undefined ? [] : [{ ...second, ...step, at }];
      }),
    });
    const series = seriesOf(simulatedPhase({ seconds: 3600, tick }));
    const points = series.points();
    expect(points.length).toBeLessThanOrEqual(300);
    expect(points.reduce((sum, point) => sum + (point.okPerSecond * point.widthMs) / 1000, 0)).toBe(
      3_600_000,
    );
    expect(points[7]?.p99).toBeGreaterThan(140);
    expect(points[7]?.p99).toBeLessThan(180);
    // A bucket takes 8 bytes once its bin has settled: less than 40 MB in all.
    expect(series.buckets).toBeLessThan(5_000_000);
  },
);
