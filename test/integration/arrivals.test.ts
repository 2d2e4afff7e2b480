/**
 * Arrivals at random are random, and even ones are even: through the whole path, from the plan by the command line to
 * the service, which notes when each request came. A queue behind random arrivals has the response times of M/M/1.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { stepOf, wholeOf } from '../bed/evidence';
import { meanError, meanResponse, meanResponseOfEven, type MarkovQueue } from '../bed/laws';
import type { BedSample } from '../bed/start-bed';
import { testWithBed } from '../bed/test-with-bed';

/** Per second. Random arrivals take half as long again as even ones here, and a machine that is held up for some ms hardly matters. */
const law: MarkovQueue = { arrivalRate: 40, serviceRate: 80, servers: 1 };

const planText = (url: string): string => `version: 1
name: Arrivals
targets: { bed: { url: '${url}' } }
scenarios:
  crowd: { steps: [{ get: '/queue/crowd?mu=${law.serviceRate}&seed=9', name: crowd }] }
  line: { steps: [{ get: '/queue/line?mu=${law.serviceRate}&seed=9', name: line }] }
  busy: { steps: [{ get: '/worker/busy?servers=5&service=100', name: busy }] }
  ramp: { steps: [{ get: '/worker/ramp?servers=1000&service=1', name: ramp }] }
phases:
  random: { scenarios: [crowd], rate: ${law.arrivalRate}/s, arrivals: poisson, for: 30s }
  even: { scenarios: [line], rate: ${law.arrivalRate}/s, for: 30s }
  short: { scenarios: [busy], rate: 100/s, arrivals: poisson, for: 4s, maxUsers: 10 }
  ramp:
    scenarios: [ramp]
    arrivals: poisson
    stages: [{ rate: 20 -> 100/s, for: 5s }, { rate: 10/s, for: 5s }]
`;

const it = testWithBed(planText, ['--seed', '20']);

/** Seconds between arrivals, in the order in which they came. */
function gapsOf(samples: readonly BedSample[]): number[] {
  const times = samples.map(({ arrival }) => arrival / 1000).sort((a, b) => a - b);
  return times.slice(1).map((time, index) => time - times[index]!);
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Standard deviation over mean: 1 for an exponential law, 0 for even gaps. */
function variationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2))) / mean;
}

/** How far the shares of the values lie from the exponential law with their mean, at the worst. */
function farFromExponential(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const mean = meanOf(values);
  return Math.max(
    ...sorted.map((value, index) => {
      const share = 1 - Math.exp(-value / mean);
      return Math.max(share - index / sorted.length, (index + 1) / sorted.length - share);
    }),
  );
}

it.concurrent(
  'random arrivals have exponential gaps, and a queue behind them is M/M/1',
  async ({ bed, run }) => {
    const { phase, records } = await run('random');
    const samples = await bed.samples('crowd');
    const expected = law.arrivalRate * 30;
    expect(Math.abs(samples.length - expected)).toBeLessThan(3 * Math.sqrt(expected));
    const gaps = gapsOf(samples);
    expect(variationOf(gaps)).toBeGreaterThan(0.9);
    // An exponential law has no memory: what gaps have beyond 8 ms has the same law. A busy machine bunches arrivals, and
    // so changes the shorter ones; the times as drawn have a test in Go. 1.63 / √n is exceeded in one of a hundred draws.
    const beyond = gaps.flatMap((gap) => (gap > 0.008 ? [gap - 0.008] : []));
    expect(farFromExponential(beyond)).toBeLessThan(1.63 / Math.sqrt(beyond.length) + 0.02);
    const mean = meanOf(samples.map(({ drawn }) => drawn ?? NaN)) / 1000;
    const slack = 3 * meanError(law, samples.length);
    expect(Math.abs(mean / meanResponse(law) - 1)).toBeLessThan(slack);
    expect(meanResponseOfEven(law)).toBeLessThan(meanResponse(law) * (1 - slack));
    const { ok } = stepOf(wholeOf(records, 'random'), 'crowd');
    expect((ok.meanMs ?? NaN) / 1000).toBeGreaterThanOrEqual(mean);
    expect(phase).toMatchObject({ dropped: 0, verdict: 'pass' });
  },
  90_000,
);

it.concurrent(
  'even arrivals are even, and a queue behind them is D/M/1, much shorter',
  async ({ bed, run }) => {
    await run('even');
    const samples = await bed.samples('line');
    expect(variationOf(gapsOf(samples))).toBeLessThan(0.5);
    const mean = meanOf(samples.map(({ drawn }) => drawn ?? NaN)) / 1000;
    // The queue is shorter than that of M/M/1 and forgets faster, so that the error is less than that.
    const slack = 3 * meanError(law, samples.length);
    expect(Math.abs(mean / meanResponseOfEven(law) - 1)).toBeLessThan(slack);
  },
  90_000,
);

it.concurrent(
  'an arrival that finds no free user is dropped and counted, however it came',
  async ({ bed, run }) => {
    const { phase } = await run('short');
    const { received } = (await bed.counts())['busy']!;
    // Ten users with a server of 50/s among them, and 100/s that ask.
    expect(phase.dropped).toBeGreaterThan(100);
    expect(Math.abs(received + phase.dropped - 400)).toBeLessThan(3 * Math.sqrt(400) + 5);
    expect(phase.verdict).toBe('fail');
    expect(phase.reason).toMatch(/of arrivals found no free user/);
  },
  60_000,
);

it.concurrent(
  'random arrivals follow ramps and jumps, and the seed gives the same ones again',
  async ({ bed, run }) => {
    await run('ramp');
    const first = await bed.samples('ramp');
    const { dir } = await run('ramp');
    const second = (await bed.samples('ramp')).slice(first.length);
    expect(second).toHaveLength(first.length);
    const times = (samples: readonly BedSample[]): number[] => {
      const sorted = samples.map(({ arrival }) => arrival).sort((a, b) => a - b);
      return sorted.map((time) => time - sorted[0]!);
    };
    const [one, two] = [times(first), times(second)];
    const shifts = one.map((time, index) => Math.abs(time - two[index]!)).sort((a, b) => a - b);
    // The machine may delay some; half of them come within some milliseconds of the same moment.
    expect(shifts[Math.floor(shifts.length / 2)]).toBeLessThan(20);
    const before = one.filter((time) => time < 5000).length;
    expect(Math.abs(before - 300)).toBeLessThan(3 * Math.sqrt(300) + 10);
    expect(Math.abs(one.length - before - 50)).toBeLessThan(3 * Math.sqrt(50) + 10);
    const { seed } = JSON.parse(await readFile(path.join(dir, 'environment.json'), 'utf8')) as {
      seed: number;
    };
    expect(seed).toBe(20);
  },
  60_000,
);
