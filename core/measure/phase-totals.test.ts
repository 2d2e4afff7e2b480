import { expect, test } from 'vitest';
import { loadStartMs, requests, simulatedPhase, tasks } from '../../test/kit/simulated-stream';
import {
  arrivalsPerSecond,
  summarisePhase,
  totalPhase,
  wholeSeconds,
  type PhaseFigures,
} from './phase-totals';
import type { StreamRecord } from './record';

const window = { fromMs: 2000, toMs: 6000 };

function figures(records: Iterable<StreamRecord>, loadHolds = true): PhaseFigures {
  return summarisePhase(totalPhase(records, 'load', window), loadHolds);
}

test('requests that started in the window count, whichever record brings them', () => {
  const records = simulatedPhase({
    seconds: 10,
    tick: (at) => ({
      // Each request takes three seconds: those of the last second of the window end long after it.
      requests: at >= 3 ? [requests(at - 3, [3000])] : [],
    }),
  });
  expect(figures(records)).toMatchObject({ requests: 4, rps: 1, window, loadStartMs });
});

test('rates are over the window alone, and there is none where the load moved', () => {
  const records = () =>
    simulatedPhase({ seconds: 60, tick: (at) => ({ requests: [requests(at, [1, 2, 3])] }) });
  expect(figures(records())).toMatchObject({ requests: 12, rps: 3 });
  expect(figures(records(), false).rps).toBeNull();
  expect(figures(records(), false).steps[0]?.rps).toBeNull();
});

test('the rate of a load that ended before its time is over the part of the window that it lasted', () => {
  const long = { fromMs: 2000, toMs: 22_000 };
  const records = simulatedPhase({ seconds: 7, tick: (at) => ({ requests: [requests(at, [1, 2, 3])] }) });
  const early = summarisePhase(totalPhase(records, 'load', long), true);
  expect(early).toMatchObject({ requests: 15, rps: 3 });
  expect(early.steps[0]?.rps).toBe(3);
  const before = simulatedPhase({ seconds: 1, tick: (at) => ({ requests: [requests(at, [1])] }) });
  expect(summarisePhase(totalPhase(before, 'load', long), true)).toMatchObject({ requests: 0, rps: null });
});

test('only whole seconds are measured', () => {
  expect(wholeSeconds({ fromMs: 1500, toMs: 4999 })).toEqual({ from: 2, to: 4 });
  expect(wholeSeconds({ fromMs: 1500, toMs: 1900 })).toEqual({ from: 2, to: 2 });
});

test('iterations and drops count in records that touch the window', () => {
  const records = simulatedPhase({ seconds: 10, tick: () => ({ iterations: 5, dropped: 1, users: 3 }) });
  expect(figures(records)).toMatchObject({ iterations: 20, dropped: 4, usersMax: 3 });
});

test('other phases and repeated records change nothing', () => {
  const load = [...simulatedPhase({ seconds: 10 })];
  const smoke = [...simulatedPhase({ phase: 'smoke', seconds: 10 })];
  expect(figures([...smoke, ...load, ...load])).toEqual(figures(load));
});

test('successes and failures have latencies of their own, with exact extremes', () => {
  const [step] = figures(
    simulatedPhase({
      seconds: 10,
      tick: (at) => ({
        requests: [requests(at, [10, 30]), requests(at, [5000], { outcome: 'failed' })],
      }),
    }),
  ).steps;
  expect(step).toMatchObject({
    requests: 12,
    failed: 4,
    statuses: { 200: 8, 500: 4 },
    errorCodes: { 1500: 4 },
  });
  expect(step?.latencyMs).toMatchObject({ min: 10, max: 30, mean: 20, p95: null, p99: null });
  expect(step?.latencyMs.p50).toBeCloseTo(10, 0);
  expect(step?.failedLatencyMs).toMatchObject({
    p50: null,
    p90: null,
    p95: null,
    p99: null,
    min: 5000,
    max: 5000,
    mean: 5000,
  });
});

test('percentiles never leave what was measured', () => {
  const [step] = figures(
    simulatedPhase({
      seconds: 10,
      tick: (at) => ({
        requests: [
          requests(
            at,
            Array.from({ length: 100 }, () => 1234.567),
          ),
        ],
      }),
    }),
  ).steps;
  expect(step?.latencyMs).toMatchObject({ p50: 1234.567, p99: 1234.567 });
});

test('tasks and times to completion appear where there are any', () => {
  const without = figures(simulatedPhase({ seconds: 10 })).steps[0];
  expect(without).not.toHaveProperty('tasks');
  expect(without).not.toHaveProperty('ttcMs');
  const [step] = figures(
    simulatedPhase({
      seconds: 10,
      tick: (at) => ({ metrics: [tasks('ttc', at, 'success', [100, 300]), tasks('ttc', at, 'failed', [1])] }),
    }),
  ).steps;
  expect(step?.tasks).toEqual({ success: 8, failed: 4, unjudged: 0, timeout: 0 });
  expect(step?.ttcMs).toMatchObject({ min: 100, max: 300, mean: 200 });
  expect(step).not.toHaveProperty('ttftMs');
});

test('times of streams appear where there are any, and make no tasks', () => {
  const [step] = figures(
    simulatedPhase({
      seconds: 10,
      tick: (at) => ({
        metrics: [tasks('ttft', at, 'success', [80]), tasks('between', at, 'success', [20, 30])],
      }),
    }),
  ).steps;
  expect(step?.ttftMs).toMatchObject({ min: 80, max: 80, mean: 80 });
  expect(step?.betweenMs).toMatchObject({ min: 20, max: 30, mean: 25 });
  expect(step).not.toHaveProperty('tasks');
});

test('a step with endless kinds of errors keeps a bounded number of them, and loses none', () => {
  const records = simulatedPhase({
    seconds: 4,
    tick: (at) => ({
      requests: Array.from({ length: 300 }, (_, i) =>
        requests(at, [1], { outcome: 'failed', errorCodes: { [String(at * 1000 + i)]: 1 } }),
      ),
    }),
  });
  const codes = totalPhase(records, 'load', { fromMs: 0, toMs: 4000 }).steps[0]?.errorCodes ?? {};
  expect(Object.keys(codes).length).toBeLessThanOrEqual(201);
  expect(Object.values(codes).reduce((sum, count) => sum + count, 0)).toBe(1200);
});

test('arrivals are counted by the requests that open a scenario', () => {
  const totals = totalPhase(
    simulatedPhase({
      seconds: 10,
      tick: (at) => ({
        requests: [requests(at, [1, 1], { step: 'first' }), requests(at, [1], { step: 'second' })],
      }),
    }),
    'load',
    window,
  );
  expect(arrivalsPerSecond(totals, [{ scenario: 'execute', step: 'first' }])).toBe(2);
  expect(arrivalsPerSecond(totals, [{ scenario: 'execute', step: 'none' }])).toBe(0);
});
