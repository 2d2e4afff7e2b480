import { expect, test } from 'vitest';
import type { ResourcePoint, ResourceSeries } from '../../core/measure/resource-series';
import { noPoints, type LivePoints } from '../../protocol/live';
import { hasSameResources, pointsChange } from './live-points';
import { liveResources } from './live-resources';

const zeroMs = 1_790_000_000_000;

const series = (points: readonly (readonly [number, number | null])[]): ResourceSeries => ({
  ...{ component: 'agents', metric: 'cpu', source: 'process', instance: null, unit: 'cores', limit: 2 },
  points: points.map(([second, value]): ResourcePoint => ({ timeMs: zeroMs + second * 1000, value })),
});

/** Bins at these seconds; `break` is the point between two loads. */
function bins(...t: readonly (number | 'break')[]): LivePoints {
  const value = t.map((at) => (at === 'break' ? null : 1));
  const times = t.map((at, index) => (at === 'break' ? Number(t[index - 1]) + 0.5 : at));
  return { ...noPoints, t: times, users: value, ok: value, dropped: value };
}

function check(
  points: readonly (readonly [number, number | null])[],
  drawn: LivePoints,
  expected: readonly (number | null)[],
  binS = 1,
): void {
  expect(liveResources([series(points)], { points: drawn, binS }, zeroMs)[0]?.values).toEqual(expected);
}

test('a bin has the mean of its readings', () => {
  check(
    [
      [0.1, 1],
      [0.6, 2],
      [1.4, 3],
      [1.9, 5],
    ],
    bins(0, 1),
    [1.5, 4],
  );
});

test('where readings are rarer than bins, each stands for the time before it', () => {
  check(
    [
      [0, 1],
      [5, 2],
      [10, 3],
    ],
    bins(0, 1, 2, 3, 4, 5, 6),
    [1, 2, 2, 2, 2, 2, 3],
  );
});

test('a gap stays a gap, and so does the time after the last reading', () => {
  check(
    [
      [0, 1],
      [1, null],
      [2, 3],
    ],
    bins(0, 1, 2, 3),
    [1, null, 3, null],
  );
  check(
    [
      [0, 1],
      [1, 2],
      [2, 3],
      [20, 4],
    ],
    bins(0, 1, 2, 3, 10),
    [1, 2, 3, null, null],
  );
});

test('nothing is drawn between two loads', () => {
  check(
    [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
    ],
    bins(0, 'break', 3),
    [1, null, 4],
  );
});

test('a change has the values from the first that differs on, be it of a resource', () => {
  const drawn = bins(0, 1, 2);
  const before = {
    points: drawn,
    resources: liveResources(
      [
        series([
          [0, 1],
          [1, 2],
        ]),
      ],
      { points: drawn, binS: 1 },
      zeroMs,
    ),
  };
  const late = {
    points: drawn,
    resources: liveResources(
      [
        series([
          [0, 1],
          [1, 7],
          [2, 3],
        ]),
      ],
      { points: drawn, binS: 1 },
      zeroMs,
    ),
  };
  const change = pointsChange(before, late);
  expect([change.fromS, change.points.t, change.resources[0]?.values]).toEqual([1, [1, 2], [7, 3]]);
});

test('a resource that is new, or has another limit, needs a new picture', () => {
  const drawn = bins(0);
  const of = (...all: readonly ResourceSeries[]) => ({
    points: drawn,
    resources: liveResources(all, { points: drawn, binS: 1 }, zeroMs),
  });
  const one = series([[0, 1]]);
  expect(hasSameResources(of(one), of(series([[0, 2]])))).toBe(true);
  expect(hasSameResources(of(one), of(one, { ...one, metric: 'memory' }))).toBe(false);
  expect(hasSameResources(of(one), of({ ...one, limit: 3 }))).toBe(false);
});
