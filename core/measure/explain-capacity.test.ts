import { describe, expect, test } from 'vitest';
import type { TrialResult } from '../run/run';
import { explainCapacity, inFlightOf } from './explain-capacity';
import { Histogram } from './histogram';
import { PhaseTotals } from './phase-totals';
import { normal, seededRandom } from './random';
import type { TickRecord } from './record';

interface Law {
  readonly contention: number;
  readonly crosstalk: number;
}

const levels = [1, 2, 4, 8, 16, 24, 32, 48, 64];

/** Trials against a target that obeys the law but for 1 % of noise. */
function trialsOf({ contention, crosstalk }: Law, inFlights: readonly number[] = levels): TrialResult[] {
  const random = seededRandom(7);
  return inFlights.map((n, index) => {
    const exact = (100 * n) / (1 + contention * (n - 1) + crosstalk * n * (n - 1));
    const achieved = exact * Math.exp(0.01 * normal(random));
    return trial({ number: index + 1, level: achieved * (1 + index / 1000), achieved, inFlight: n });
  });
}

function trial(rest: Partial<TrialResult>): TrialResult {
  return {
    ...{ number: 1, purpose: 'climb', level: 100, achieved: 100, inFlight: 1, errors: 0, p95: 20 },
    ...{ held: true, why: null },
    ...rest,
  };
}

describe('why throughput bends', () => {
  test('is crosstalk where more under way brings less, with the peak', () => {
    const told = explainCapacity(trialsOf({ contention: 0.02, crosstalk: 0.001 }));
    expect(told).toMatchObject({ kind: 'crosstalk', peak: { concurrency: expect.any(Number) as number } });
    expect(told.reason).toMatch(
      /^crosstalk: keeping in step costs .* throughput peaks at .* with 3\d under way$/,
    );
  });

  test('is contention where throughput levels off, without a peak', () => {
    const told = explainCapacity(trialsOf({ contention: 0.1, crosstalk: 0 }));
    expect(told).toMatchObject({ kind: 'contention', peak: null });
    expect(told.reason).toMatch(/^contention: (9|10)\.?\d* % of the work .* no peak as far as was tried$/);
  });

  test('is nothing where throughput follows what is under way', () => {
    const told = explainCapacity(trialsOf({ contention: 0, crosstalk: 0 }));
    expect(told).toMatchObject({ kind: 'none', peak: null });
  });

  test('cannot be said where a pool of workers ends it at once', () => {
    const trials = [1, 2, 4, 8, 20, 60, 150].map((inFlight, index) =>
      trial({ level: 25 * (index + 1), achieved: 25 * Math.min(inFlight, 8), inFlight }),
    );
    expect(explainCapacity(trials)).toMatchObject({
      kind: 'unknown',
      reason: expect.stringMatching(
        /the trials lie \d+.* % off any curve .* fixed number of workers/,
      ) as string,
    });
  });

  test('cannot be said by five rates, however often they were tried, nor by trials that failed', () => {
    const six = trialsOf({ contention: 0.1, crosstalk: 0 }, [1, 2, 4, 8, 16, 32]);
    expect(explainCapacity(six).kind).toBe('contention');
    const few = {
      kind: 'unknown',
      reason: expect.stringMatching('6 load levels are needed, there are 5$') as string,
    };
    const five = six.slice(0, 5);
    expect(explainCapacity([...five, { ...five[4]!, purpose: 'confirm' }])).toMatchObject(few);
    expect(explainCapacity([...five, { ...six[5]!, errors: 0.02 }])).toMatchObject(few);
    expect(explainCapacity([...five, { ...six[5]!, inFlight: null }])).toMatchObject(few);
  });
});

/** Seconds of a load of 10 arrivals, each of two requests of 100 ms. */
function totalsOf(seconds: number, dropped = 0): PhaseTotals {
  const totals = new PhaseTotals('stress', { fromMs: 1000, toMs: 10_000 });
  const base = { source: 'k6', phase: 'stress' };
  totals.add({ ...base, kind: 'start', seq: 0, timeMs: 0, pid: 1 });
  totals.add({ ...base, kind: 'clock', seq: 1, timeMs: 0 });
  for (let at = 0; at < seconds; at++) {
    const requests = ['ask', 'tell'].map((step): TickRecord['requests'][number] => {
      const histogram = new Histogram();
      histogram.record(100_000, 10);
      const times = {
        sumUs: 1_000_000,
        minUs: 100_000,
        maxUs: 100_000,
        waitUs: 0,
        newConnections: 0,
        connectUs: 0,
      };
      return {
        scenario: 'work',
        step,
        outcome: 'ok',
        at,
        count: 10,
        ...times,
        histogram,
        statuses: {},
        errorCodes: {},
      };
    });
    const counts = { users: 2, usersMax: 100, iterations: 10, dropped, bytesSent: 0, bytesReceived: 0 };
    const tick = { ...counts, requests, metrics: [], log: [] };
    totals.add({ ...base, ...tick, kind: 'tick', seq: at + 2, timeMs: (at + 1) * 1000, durationMs: 1000 });
  }
  return totals;
}

describe('what was under way at once', () => {
  test('is throughput times the time that an iteration spends with the target', () => {
    expect(inFlightOf(totalsOf(10), { achieved: 10, rate: 10 })).toBeCloseTo(2, 9);
  });

  test('is the same where the trial was ended early, and where arrivals were dropped', () => {
    expect(inFlightOf(totalsOf(7), { achieved: 10, rate: 10 })).toBeCloseTo(2, 9);
    expect(inFlightOf(totalsOf(10, 5), { achieved: 10, rate: 15 })).toBeCloseTo(2, 9);
  });

  test('of users is the time that they spent with the target, by the time in which they did', () => {
    expect(inFlightOf(totalsOf(10), { users: 5 })).toBeCloseTo(2, 9);
    expect(inFlightOf(totalsOf(7), { users: 5 })).toBeCloseTo(2, 9);
    expect(inFlightOf(totalsOf(1), { users: 5 })).toBeNull();
    expect(inFlightOf(totalsOf(10), { users: 1 })).toBe(1);
  });

  test('is not known before an iteration was measured', () => {
    expect(inFlightOf(totalsOf(10), { achieved: null, rate: 10 })).toBeNull();
    expect(inFlightOf(totalsOf(1), { achieved: 10, rate: 10 })).toBeNull();
  });
});
