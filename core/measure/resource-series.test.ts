import { describe, expect, test } from 'vitest';
import { simulatedPhase } from '../../test/kit/simulated-stream';
import type { ResourceReading, ResourceRecord, StreamRecord } from './record';
import { resourceSeries, ResourceTracks } from './resource-series';

const startMs = 1_790_000_000_000;

function read(
  second: number,
  readings: readonly ResourceReading[],
  overrides: Partial<ResourceRecord> = {},
): ResourceRecord {
  return {
    kind: 'resources',
    source: 'process',
    phase: 'load',
    seq: second,
    timeMs: startMs + second * 1000,
    component: 'agents',
    readings,
    ...overrides,
  };
}

const cpu = (value: number, instance?: string): ResourceReading => ({
  metric: 'cpu',
  value,
  ...(instance !== undefined && { instance }),
});

/** The points of the only series, as seconds from the start and values. */
function check(records: readonly StreamRecord[], expected: readonly (readonly [number, number | null])[]) {
  const [series, ...others] = resourceSeries(records);
  expect(others).toEqual([]);
  expect(series?.points.map(({ timeMs, value }) => [(timeMs - startMs) / 1000, value])).toEqual(expected);
}

describe('the series of resources', () => {
  test('tell component, metric, source, instance, unit and limit', () => {
    const memory = { metric: 'memory', instance: 'pid 7', value: 1, limit: 9 };
    expect(
      resourceSeries([read(0, [cpu(0.5), memory]), read(1, [cpu(0.7), { ...memory, limit: 8 }])]),
    ).toEqual([
      expect.objectContaining({
        component: 'agents',
        metric: 'cpu',
        source: 'process',
        instance: null,
        unit: 'cores',
        limit: null,
      }),
      expect.objectContaining({ metric: 'memory', instance: 'pid 7', unit: 'bytes', limit: 8 }),
    ]);
  });

  test('have a gap where nothing could be read', () => {
    check(
      [read(0, [cpu(1)]), read(1, [], { gap: 'the process is gone' }), read(2, [cpu(3)])],
      [
        [0, 1],
        [1, null],
        [2, 3],
      ],
    );
  });

  test('have a gap where only another instance was read', () => {
    const series = resourceSeries([read(0, [cpu(1, 'a'), cpu(2, 'b')]), read(1, [cpu(1, 'a')])]);
    expect(series.map(({ points }) => points.map(({ value }) => value))).toEqual([
      [1, 1],
      [2, null],
    ]);
  });

  test('have a gap where the collector fell silent without a word', () => {
    check(
      [0, 1, 2, 3, 10, 11].map((second) => read(second, [cpu(second)])),
      [
        [0, 0],
        [1, 1],
        [2, 2],
        [3, 3],
        [6.5, null],
        [10, 10],
        [11, 11],
      ],
    );
  });

  test('take late records at their time, and a late value fills a gap', () => {
    check(
      [read(0, [cpu(0)]), read(2, [cpu(2)]), read(1, []), read(1, [cpu(1)])],
      [
        [0, 0],
        [1, 1],
        [2, 2],
      ],
    );
  });

  test('keep what two sources say of one component apart', () => {
    const both = resourceSeries([
      read(0, [cpu(1)]),
      read(0, [cpu(2)], { source: 'metrics' }),
      read(1, [cpu(1)]),
    ]);
    expect(both.map(({ source, points }) => [source, points.length])).toEqual([
      ['process', 2],
      ['metrics', 1],
    ]);
  });

  test('leave out other phases where one is asked for', () => {
    const records = [read(0, [cpu(1)]), read(1, [cpu(2)], { phase: 'stress#1@5' })];
    expect(resourceSeries(records, { phase: 'stress#1@5' })[0]?.points).toHaveLength(1);
  });

  test('hold no more points than asked for, with the mean of what they stand for', () => {
    const tracks = new ResourceTracks({ maxPoints: 64 });
    for (let second = 0; second < 5000; second++) tracks.add(read(second, [cpu(second % 2)]));
    const points = tracks.series()[0]?.points ?? [];
    expect(points.length).toBeGreaterThan(30);
    expect(points.length).toBeLessThanOrEqual(64);
    for (const { value } of points.slice(1, -1)) expect(value).toBeCloseTo(0.5, 1);
  });

  test('are bounded in number, and what was left out is counted', () => {
    const tracks = new ResourceTracks();
    for (let second = 0; second < 600; second++) tracks.add(read(second, [cpu(1, `pid ${second}`)]));
    expect(tracks.series()).toHaveLength(500);
    expect(tracks.leftOut).toBe(100);
  });

  test("have the load tool's own CPU once a second, however often it tells of itself", () => {
    const tick = (second: number) => ({
      timeMs: startMs + second * 250,
      ...{ durationMs: 250, cpuUs: 50_000 * (second % 4) },
    });
    const [found] = resourceSeries(simulatedPhase({ seconds: 8, tick }));
    expect(found?.points.map(({ value }) => value)).toEqual([0.3, 0.3]);
  });

  test("have the load tool's own CPU and memory from its ticks", () => {
    const ticks = simulatedPhase({ seconds: 3, tick: () => ({ cpuUs: 250_000, rssBytes: 7 }) });
    const found = resourceSeries(ticks).map(({ component, metric, instance, points }) => [
      component,
      metric,
      instance,
      points.map(({ value }) => value),
    ]);
    expect(found).toEqual([
      ['generator', 'cpu', 'k6', [0.25, 0.25, 0.25]],
      ['generator', 'memory', 'k6', [7, 7, 7]],
    ]);
  });
});

test('gaps are told with their reason and how long they lasted', () => {
  const tracks = new ResourceTracks();
  for (const second of [1, 2, 3]) tracks.add(read(second, [], { gap: 'it answered 401' }));
  expect(tracks.gaps()).toEqual([
    {
      component: 'agents',
      source: 'process',
      reason: 'it answered 401',
      fromMs: startMs + 1000,
      toMs: startMs + 3000,
      records: 3,
    },
  ]);
});
