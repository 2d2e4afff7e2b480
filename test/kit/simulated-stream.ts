import { Histogram } from '../../core/measure/histogram';
import type {
  MetricCell,
  RequestCell,
  StreamRecord,
  TaskOutcome,
  TickRecord,
} from '../../core/measure/record';
import type { TimeName } from '../../core/plan/expression';

export const loadStartMs = 1_700_000_000_000;

/** Requests with one outcome that start in one second, by their latencies in milliseconds. */
export function requests(
  at: number,
  latenciesMs: readonly number[],
  overrides: Partial<RequestCell> = {},
): RequestCell {
  const us = latenciesMs.map((ms) => Math.round(ms * 1000));
  const histogram = new Histogram();
  for (const value of us) histogram.record(value);
  const isOk = (overrides.outcome ?? 'ok') === 'ok';
  return {
    scenario: 'execute',
    step: 'POST /execute',
    outcome: 'ok',
    at,
    count: us.length,
    sumUs: us.reduce((sum, value) => sum + value, 0),
    minUs: us.reduce((low, value) => Math.min(low, value), Infinity),
    maxUs: us.reduce((high, value) => Math.max(high, value), 0),
    waitUs: 0,
    newConnections: 0,
    connectUs: 0,
    histogram,
    statuses: { [isOk ? '200' : '500']: us.length },
    errorCodes: isOk ? {} : { '1500': us.length },
    ...overrides,
  };
}

/** Times of tasks that ended with one outcome: of `task` their durations, else one of the times of goals. */
export function tasks(
  metric: 'task' | TimeName,
  at: number,
  outcome: TaskOutcome,
  timesMs: readonly number[],
  overrides: { scenario?: string; step?: string } = {},
): MetricCell {
  const histogram = new Histogram();
  for (const ms of timesMs) histogram.record(ms * 1000);
  return {
    metric,
    type: 'trend',
    scenario: 'execute',
    step: 'POST /execute',
    outcome,
    at,
    count: timesMs.length,
    sum: timesMs.reduce((sum, value) => sum + value, 0),
    min: Math.min(...timesMs),
    max: Math.max(...timesMs),
    histogram,
    ...overrides,
  };
}

export interface SimulatedPhase {
  readonly phase?: string;
  readonly seconds: number;
  /** What each tick has besides; by default ten users, ten iterations and one request of 10 ms. */
  readonly tick?: (second: number) => Partial<TickRecord>;
  readonly startMs?: number;
  /** Whether the tool writes its end record. */
  readonly ends?: boolean;
}

/** The records of a phase: start, clock, one tick per second, end. */
export function* simulatedPhase(options: SimulatedPhase): Generator<StreamRecord> {
  const { phase = 'load', seconds, startMs = loadStartMs, ends = true } = options;
  let seq = 0;
  const base = (timeMs: number) => ({ source: 'k6', phase, seq: seq++, timeMs });
  yield { ...base(startMs - 500), kind: 'start', pid: 1 };
  yield { ...base(startMs), kind: 'clock' };
  for (let second = 0; second < seconds; second++) {
    yield {
      ...base(startMs + (second + 1) * 1000),
      kind: 'tick',
      durationMs: 1000,
      users: 10,
      usersMax: 10,
      iterations: 10,
      dropped: 0,
      bytesSent: 0,
      bytesReceived: 0,
      requests: [requests(second, [10])],
      metrics: [],
      log: [],
      ...options.tick?.(second),
    };
  }
  if (ends) yield { ...base(startMs + seconds * 1000), kind: 'end' };
}
