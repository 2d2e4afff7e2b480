import { describe, expect, test } from 'vitest';
import { collectSamples, deliveredPerSecond, iterationMsOf, pileUp, type LoadSample } from './load-samples';
import { normal, seededRandom } from './random';
import type { StreamRecord } from './record';

/** One sample a second of something that serves at most `cap` of `rate` arrivals, after `lengthS` each. */
function served(rate: number, cap: number, seconds: number, lengthS = 0.02, noise = 0): LoadSample[] {
  const random = seededRandom(1);
  return Array.from({ length: seconds }, (_, index) => {
    const time = index + 1;
    const begun = rate * Math.min(time, lengthS);
    const waiting = Math.max(0, rate - cap) * time;
    const users = Math.max(0, Math.round(begun + waiting + noise * normal(random)));
    return { endMs: time * 1000, durationMs: 1000, users, iterations: Math.min(rate, cap) };
  });
}

const windowOf = (seconds: number) => ({ fromMs: 1000, toMs: seconds * 1000 });

describe('arrivals pile up', () => {
  test.each([
    ['in a short trial well above the capacity', 240, 4],
    ['in a trial of ten seconds', 220, 10],
    ['in a trial of a minute, five percent above the capacity', 210, 60],
  ])('%s', (_, rate, seconds) => {
    expect(pileUp(served(rate, 200, seconds), windowOf(seconds), rate)).toBeDefined();
  });

  test.each([
    ['below the capacity', served(150, 200, 20), 150],
    ['one percent above it, which is within the tolerance', served(202, 200, 60), 202],
    ['while long tasks begin that are done before half of the trial', served(8, 100, 10, 4), 8],
    ['where what is under way goes up and down by itself', served(20, 100, 30, 1, 4), 20],
    ['where there are too few samples to tell', served(400, 200, 2), 400],
  ])('not %s', (_, samples, rate) => {
    expect(pileUp(samples, windowOf(samples.length), rate)).toBeUndefined();
  });

  test('is seldom seen in noise alone', () => {
    const random = seededRandom(7);
    let seen = 0;
    for (let trial = 0; trial < 1000; trial++) {
      const samples = served(8, 100, 6, 3).map((sample) => ({
        ...sample,
        users: Math.max(0, Math.round(24 + 2 * normal(random))),
      }));
      if (pileUp(samples, windowOf(6), 8) !== undefined) seen++;
    }
    expect(seen).toBeLessThan(50);
  });
});

test('how long an iteration takes follows from what is under way and what gets done', () => {
  expect(iterationMsOf(served(50, 100, 10, 0.4), windowOf(10))).toBeCloseTo(400);
  expect(iterationMsOf([], windowOf(10))).toBeUndefined();
});

test('a crowd that comes and goes is no pile, and an overload by random arrivals is one', () => {
  const random = seededRandom(3);
  const rate = 20;
  // What is under way follows the arrivals at random as a walk does: a queue at 90 % of its capacity.
  const walks = (growth: number): boolean => {
    let users = 5;
    const samples = Array.from({ length: 30 }, (_, index) => {
      users = Math.max(0, users + growth + Math.sqrt(rate) * 0.7 * normal(random));
      return { endMs: (index + 1) * 1000, durationMs: 1000, users, iterations: rate };
    });
    return pileUp(samples, windowOf(30), rate, true) !== undefined;
  };
  const seen = (growth: number): number =>
    Array.from({ length: 500 }, () => walks(growth)).filter(Boolean).length;
  expect(seen(-1)).toBeLessThan(5);
  expect(seen(5)).toBeGreaterThan(475);
});

test('a sample that lies in part within the window counts by that part', () => {
  const samples = [
    { endMs: 1500, durationMs: 1000, users: 1, iterations: 100 },
    { endMs: 2500, durationMs: 1000, users: 1, iterations: 200 },
  ];
  expect(deliveredPerSecond(samples, { fromMs: 1000, toMs: 2000 })).toBeCloseTo(150);
  expect(deliveredPerSecond(samples, { fromMs: 2400, toMs: 4000 })).toBeNull();
});

describe('records become samples', () => {
  const base = { source: 'k6', phase: 'load', seq: 0 };
  const tick = (endMs: number, durationMs: number, iterations: number): StreamRecord => ({
    ...{
      ...base,
      kind: 'tick',
      timeMs: 5000 + endMs,
      durationMs,
      users: iterations,
      usersMax: 9,
      iterations,
    },
    ...{ dropped: 0, bytesSent: 0, bytesReceived: 0, requests: [], metrics: [], log: [] },
  });
  const stream: readonly StreamRecord[] = [
    { ...base, kind: 'clock', timeMs: 5000 },
    ...[1, 2, 3, 4, 5].map((quarter) => tick(quarter * 250, 250, quarter)),
    { ...base, kind: 'end', timeMs: 7000 },
  ];

  test('of a second each, however short they are, and what is left at the end', () => {
    const samples: LoadSample[] = [];
    const collect = collectSamples(samples);
    for (const record of stream) collect(record);
    expect(samples).toEqual([
      { endMs: 1000, durationMs: 1000, users: 4, iterations: 10 },
      { endMs: 1250, durationMs: 250, users: 5, iterations: 5 },
    ]);
  });

  test('as they come where that is asked for', () => {
    const samples: LoadSample[] = [];
    const collect = collectSamples(samples, 0);
    for (const record of stream) collect(record);
    expect(samples.map(({ iterations }) => iterations)).toEqual([1, 2, 3, 4, 5]);
  });
});
