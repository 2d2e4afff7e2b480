/** The closed forms that runs are held against are themselves held against simulations of the same queues. */
import { describe, expect, it } from 'vitest';
import { findKnee, type LoadPoint } from '../../core/measure/knee';
import {
  exactQuantile,
  frozenLatencies,
  hardCap,
  meanResponse,
  quantileError,
  responseBeyond,
  responseQuantile,
  waitingShare,
  type MarkovQueue,
} from '../bed/laws';
import { createMarkovQueue, createStation, exponential, seededRandom } from '../bed/queue.mjs';

const queues: readonly MarkovQueue[] = [
  { arrivalRate: 4, serviceRate: 8, servers: 1 },
  { arrivalRate: 7, serviceRate: 10, servers: 1 },
  { arrivalRate: 9, serviceRate: 4, servers: 4 },
  // Here the wait and the service have the same rate, a case of its own in the closed form.
  { arrivalRate: 10, serviceRate: 5, servers: 3 },
];
const named = queues.map(
  (queue) => [`λ=${queue.arrivalRate} μ=${queue.serviceRate} c=${queue.servers}`, queue] as const,
);

function simulate(queue: MarkovQueue, customers: number, seed: number): number[] {
  const next = createMarkovQueue({ ...queue, seed });
  return Array.from({ length: customers }, next);
}

describe('the response time of M/M/c', () => {
  const customers = 200_000;
  it.each(named)('has the mean and the quantiles of a simulation: %s', (_, queue) => {
    const times = simulate(queue, customers, 11);
    const mean = times.reduce((sum, time) => sum + time, 0) / customers;
    // With a memory of 2 / (1 - √ρ)² customers the standard error of the mean stays below 1.3 %.
    expect(Math.abs(mean / meanResponse(queue) - 1)).toBeLessThan(0.04);
    for (const q of [0.5, 0.9, 0.95, 0.99]) {
      const truth = responseQuantile(queue, q);
      expect(Math.abs(exactQuantile(times, q) - truth)).toBeLessThan(3 * quantileError(queue, q, customers));
    }
  });

  it('of one server is exponential with the rate μ - λ', () => {
    const [queue] = queues;
    expect(waitingShare(queue!)).toBeCloseTo(0.5, 12);
    expect(meanResponse(queue!)).toBeCloseTo(1 / 4, 12);
    expect(responseQuantile(queue!, 0.99)).toBeCloseTo(Math.log(100) / 4, 9);
    expect(responseBeyond(queue!, 0.3)).toBeCloseTo(Math.exp(-1.2), 12);
  });

  it('of two servers waits as often as Erlang C says', () => {
    // For two servers C = 2ρ² / (1 + ρ) with ρ = λ / 2μ.
    expect(waitingShare({ arrivalRate: 3, serviceRate: 2, servers: 2 })).toBeCloseTo(1.125 / 1.75, 12);
    expect(waitingShare({ arrivalRate: 5, serviceRate: 2, servers: 2 })).toBe(1);
  });

  it('is estimated with an error no larger than the stated standard error', () => {
    const [queue] = queues;
    const estimates = Array.from({ length: 40 }, (_, seed) =>
      exactQuantile(simulate(queue!, 1000, seed), 0.95),
    );
    const mean = estimates.reduce((sum, each) => sum + each, 0) / estimates.length;
    const spread = Math.sqrt(
      estimates.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (estimates.length - 1),
    );
    expect(spread).toBeLessThan(quantileError(queue!, 0.95, 1000) * 1.2);
    expect(spread).toBeGreaterThan(quantileError(queue!, 0.95, 1000) / 5);
  });
});

describe('a station', () => {
  it('serves first come, first served, on the server that is free first', () => {
    const station = createStation(2);
    expect([0, 1, 2, 3].map((at) => station.admit(at, 10))).toEqual([10, 11, 20, 21]);
    expect(station.admit(100, 10)).toBe(110);
  });

  it('delivers its cap under any load beyond it', () => {
    const station = createStation(2);
    const departures = Array.from({ length: 1000 }, (_, n) => station.admit(n * 10, 50));
    expect((1000 * 999) / (departures.at(-1)! - departures[0]!)).toBeCloseTo(hardCap(2, 50), 0);
  });

  it('collapses where service slows down with the number in it', () => {
    const points = course([30, 90], collapsing);
    expect(points[0]!.delivered).toBeGreaterThan(28);
    expect(points[1]!.delivered).toBeLessThan(points[0]!.delivered * 0.8);
  });
});

const levels = Array.from({ length: 12 }, (_, index) => 6 * (index + 1));
const steady = 50;
const collapsing = (inStation: number): number => (inStation <= 5 ? 50 : 50 * (inStation / 5));

/** What a station of two delivers within some seconds of each load, arrivals as a Poisson process. */
function course(
  rates: readonly number[],
  service: number | ((inStation: number) => number),
  seconds = 8,
): LoadPoint[] {
  return rates.map((offered) => {
    const random = seededRandom(offered);
    const station = createStation(2);
    let at = 0;
    let delivered = 0;
    while (at < seconds * 1000) {
      at += exponential(offered / 1000, random);
      if (station.admit(at, service) <= seconds * 1000) delivered += 1;
    }
    return { offered, delivered: delivered / seconds };
  });
}

describe('the knee', () => {
  it('of a service with a hard cap is found at its cap', () => {
    const knee = findKnee(course(levels, steady, 30));
    expect(knee.kind).toBe('reached');
    // Counts of a Poisson process over 30 s scatter by 1/√(40 · 30) = 3 % at the cap.
    if (knee.kind === 'reached') expect(Math.abs(knee.delivered / hardCap(2, steady) - 1)).toBeLessThan(0.08);
  });

  it('of a service that collapses is found where it does', () => {
    const knee = findKnee(course(levels, collapsing));
    expect(knee.kind).toBe('reached');
    if (knee.kind === 'reached') {
      expect(knee.offered).toBeLessThan(hardCap(2, steady) * 1.12);
      expect(knee.slopeAfter).toBeLessThan(0);
    }
  });

  it('is not found where the load never reaches the cap', () => {
    expect(findKnee(course(levels, 10)).kind).toBe('not-reached');
  });
});

it('a seed gives the same times, another seed others', () => {
  const draw = (seed: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 5 }, () => exponential(2, random));
  };
  expect(draw(3)).toEqual(draw(3));
  expect(draw(3)).not.toEqual(draw(4));
});

it('whoever comes during a freeze waits for its end', () => {
  const latencies = frozenLatencies({ ratePerSecond: 10, lengthMs: 1000, freezeAtMs: 300, freezeForMs: 400 });
  expect(latencies).toEqual([0, 0, 0, 400, 300, 200, 100, 0, 0, 0]);
});
