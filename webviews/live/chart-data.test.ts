import { describe, expect, test } from 'vitest';
import { noPoints, type LivePoints } from '../../protocol/live';
import { sampleFinished, sampleSearch, sampleSnapshot } from '../../test/views/sample-run';
import {
  axisEnd,
  bands,
  chartSpecs,
  goalLines,
  moveCursor,
  nearestIndex,
  niceStep,
  sampleIndices,
  seriesPoints,
  timeTicks,
  unitOf,
  valueAt,
  valueAxis,
} from './chart-data';

const [latency, , users, success] = chartSpecs;
const points = (changes: Partial<LivePoints>): LivePoints => ({ ...noPoints, ...changes });

describe('lines', () => {
  test('where bins are missing the line is broken', () => {
    const line = seriesPoints(points({ t: [0, 1, 5], users: [3, 4, 6] }), 'users', 1);
    expect(line).toEqual([
      { x: 0, y: 3 },
      { x: 1, y: 4 },
      { x: 2, y: null },
      { x: 5, y: 6 },
    ]);
  });

  test('arrivals that were never dropped make no line', () => {
    expect(seriesPoints(points({ t: [0, 1], dropped: [0, null] }), 'dropped', 1)).toEqual([]);
  });

  test('without a cursor the latest value there is counts', () => {
    expect(valueAt([1, 2, null], undefined)).toBe(2);
    expect(valueAt([1, 2, null], 2)).toBeNull();
    expect(valueAt([], undefined)).toBeNull();
  });
});

describe('axes', () => {
  test('time reaches to a round figure while the run is under way, and to its end afterwards', () => {
    expect(axisEnd(run(20))).toBe(30);
    expect(axisEnd(run(100))).toBe(120);
    expect(axisEnd(run(160))).toBe(184);
    expect(axisEnd(finished())).toBe(184);
  });

  test.each([
    [30, 7, [0, 5, 10, 15, 20, 25, 30]],
    [184, 7, [0, 30, 60, 90, 120, 150, 180]],
    [184, 4, [0, 60, 120, 180]],
  ])('the ticks of %s s, at most %s, are round', (end, most, ticks) => {
    expect(timeTicks(end, most)).toEqual(ticks);
  });

  test('values have room for the data and for limits that are near', () => {
    const data = points({ t: [0], p50: [10], p95: [90], p99: [100] });
    const line = { label: '', from: 0, to: 1, isBroken: false, isFloor: false };
    expect(valueAxis(latency!, data, [])).toEqual({ min: 0, max: 125, step: 25 });
    expect(valueAxis(latency!, data, [{ ...line, limit: 290 }]).max).toBe(400);
    expect(valueAxis(latency!, data, [{ ...line, limit: 8000 }]).max).toBe(125);
    expect(valueAxis(latency!, noPoints, [])).toEqual({ min: 0, max: 1, step: 1 });
  });

  test.each([
    [[0.97, 1], [], 0.95, '% of judged tasks, axis from 95 %'],
    [[0.991, 1], [0.99], 0.98, '% of judged tasks, axis from 98 %'],
    [[1], [0.95], 0.9, '% of judged tasks, axis from 90 %'],
    [[0.95], [], 0.9, '% of judged tasks, axis from 90 %'],
    [[0.2], [0.99], 0, '% of judged tasks'],
    [[0], [], 0, '% of judged tasks'],
  ])(
    'shares of %j with limits %j are looked at from %s on, and the axis says so',
    (values, limits, min, unit) => {
      const data = points({ t: values.map((_, index) => index), success: values });
      const line = { label: '', from: 0, to: 1, isBroken: false, isFloor: true };
      const axis = valueAxis(
        success!,
        data,
        limits.map((limit) => ({ ...line, limit })),
      );
      expect(axis.min).toBe(min);
      expect((1 - min) / axis.step).toBeCloseTo(Math.round((1 - min) / axis.step), 6);
      expect(unitOf(success!, axis)).toBe(unit);
    },
  );

  test.each([
    [1, 1],
    [3, 1],
    [7, 2],
    [10, 5],
    [100, 25],
  ])('up to %s users are counted in whole steps', (count, step) => {
    expect(valueAxis(users!, points({ t: [0], users: [count] }), []).step).toBe(step);
  });

  test.each([
    [0.7, 1],
    [1.2, 2],
    [2.2, 2.5],
    [30, 50],
    [60, 100],
  ])('the step after %s is %s', (value, step) => {
    expect(niceStep(value)).toBe(step);
  });
});

describe('phases and goals', () => {
  test('a phase that has not begun has no band, and the warm-up is marked', () => {
    const { phases } = sampleSnapshot();
    const pending = { ...phases[1]!, startMs: null };
    expect(bands([phases[0]!, pending], 200)).toEqual([
      { phase: 'smoke', name: 'smoke', from: 0, to: 60, warmupTo: 10 },
    ]);
  });

  test('a limit is drawn over the measured part of its phase, without naming the phase again', () => {
    expect(goalLines(run(150), latency!, 184)[0]).toMatchObject({
      label: 'p95(execute) < 150ms',
      limit: 150,
      from: 10,
      to: 60,
    });
  });

  test('with one step chosen only its limits are drawn', () => {
    const chosen = { ...run(150), selected: 'status\nGET /status' };
    expect(goalLines(chosen, latency!, 184).map(({ label }) => label)).toEqual(['p99(status) < 250ms']);
  });
});

describe('the cursor', () => {
  test('the nearest point is found, whatever the gaps', () => {
    expect([-5, 0.4, 0.6, 3, 99].map((t) => nearestIndex([0, 1, 2, 10], t))).toEqual([0, 0, 1, 2, 3]);
    expect(nearestIndex([], 1)).toBeUndefined();
  });

  test('keys stay within the points, and other keys do nothing', () => {
    expect(moveCursor('ArrowLeft', undefined, 10)).toBe(9);
    expect(moveCursor('ArrowLeft', 0, 10)).toBe(0);
    expect(moveCursor('ArrowRight', 9, 10)).toBe(9);
    expect(moveCursor('PageUp', 90, 100)).toBe(85);
    expect(moveCursor('Home', 4, 10)).toBe(0);
    expect(moveCursor('x', 4, 10)).toBeUndefined();
    expect(moveCursor('toString', 4, 10)).toBeUndefined();
    expect(moveCursor('End', undefined, 0)).toBeUndefined();
  });
});

test('a long series is read by evenly spread points, the last among them', () => {
  expect(sampleIndices(3, 60)).toEqual([0, 1, 2]);
  expect(sampleIndices(101, 5)).toEqual([0, 25, 50, 75, 100]);
});

function run(seconds: number) {
  return { ...sampleSnapshot(seconds) };
}

function finished() {
  return { ...sampleFinished() };
}

test('a search has a band for each trial, with its rate and how it went', () => {
  const { phases } = sampleSearch();
  expect(bands(phases, 144).map(({ name, from, warmupTo, to }) => [name, from, warmupTo, to])).toEqual([
    ['stress 2/s ✓', 0, 2, 20],
    ['4/s ✓', 24, 26, 44],
    ['8/s ✓', 48, 50, 68],
    ['16/s ✗', 72, 74, 92],
    ['32/s ✗', 96, 98, 116],
    ['16/s ✗', 120, 122, 140],
  ]);
});

test('a narrow band of users has shorter names, which keep how the trial went', () => {
  const phases = sampleSearch().phases.map((phase) => ({
    ...phase,
    trials: phase.trials.map((trial) => ({ ...trial, unit: 'users' as const })),
  }));
  expect(
    bands(phases, 144)
      .slice(0, 2)
      .map(({ name, shorter }) => [name, ...(shorter ?? [])]),
  ).toEqual([
    ['stress 2 users ✓', '2 users ✓', '2 ✓'],
    ['4 users ✓', '4 users ✓', '4 ✓'],
  ]);
});
