import { describe, expect, test } from 'vitest';
import { compareSides, shareWith } from '../../test/kit/simulated-runs';
import { requests, simulatedPhase } from '../../test/kit/simulated-stream';
import type { PhaseResult } from '../run/run';
import { comparePair, PhaseBlocks } from './compare-pair';
import { comparePhases, whyUnfit, type ComparedPhase, type FigureComparison } from './compare-phases';
import { summarisePhase, totalPhase } from './phase-totals';
import { normal, seededRandom } from './random';

interface Kind {
  readonly ms: number;
  readonly failed?: number;
  /** Of each second, those that the end of the drain cut off after 5 s. */
  readonly unfinished?: number;
  readonly perSecond?: number;
  readonly seconds?: number;
  readonly seed: number;
}

interface Measured {
  readonly result: PhaseResult;
  readonly blocks: PhaseBlocks;
}

/** A run whose level is its own: runs differ by 2 %, requests within a run by 20 %. */
function measure({ ms, failed = 0, unfinished = 0, perSecond = 40, seconds = 10, seed }: Kind): Measured {
  const random = seededRandom(seed);
  const level = ms * Math.exp(0.02 * normal(random));
  const times = (count: number): number[] =>
    Array.from({ length: count }, () => level * Math.exp(0.2 * normal(random)));
  const tick = (at: number) => ({
    requests: [
      requests(at, times(perSecond - failed - unfinished)),
      ...(failed > 0 ? [requests(at, times(failed), { outcome: 'failed' })] : []),
      ...(unfinished > 0
        ? [requests(at, Array<number>(unfinished).fill(5000), { outcome: 'unfinished' })]
        : []),
    ],
  });
  const records = [...simulatedPhase({ seconds, tick })];
  const window = { fromMs: 0, toMs: seconds * 1000 };
  const blocks = new PhaseBlocks('load', window);
  for (const record of records) blocks.add(record);
  const figures = summarisePhase(totalPhase(records, 'load', window), true);
  const valid = { state: 'valid' as const, evidence: [] };
  return {
    result: { name: 'load', verdict: 'pass', reason: '', validity: valid, goals: [], ...figures },
    blocks,
  };
}

function runs(kind: Omit<Kind, 'seed'>, count: number, seed: number): PhaseResult[] {
  return Array.from({ length: count }, (_, i) => measure({ ...kind, seed: seed + i }).result);
}

function compared(phase: Partial<ComparedPhase>): readonly FigureComparison[] {
  const whole = { phase: 'load', baseline: [], candidate: [], isRateGiven: true, ...phase };
  return comparePhases([whole], seededRandom(1))[0]?.figures ?? [];
}

/** The verdict by figure. */
function check(phase: Partial<ComparedPhase>, expected: Readonly<Record<string, string>>): void {
  const found = Object.fromEntries(compared(phase).map(({ metric, verdict }) => [metric, verdict]));
  expect(found).toEqual(expected);
}

describe('several runs a side', () => {
  const baseline = runs({ ms: 20 }, 5, 10);

  test('of a service that became slower say so for each percentile', () => {
    const candidate = runs({ ms: 26 }, 5, 20);
    check({ baseline, candidate }, { p50: 'slower', p95: 'slower', p99: 'slower', success: 'equivalent' });
    const [p50] = compared({ baseline, candidate });
    expect(p50).toMatchObject({ unit: 'ms', scenario: 'execute', step: 'POST /execute' });
    expect(p50?.candidate).toBeGreaterThan(p50?.baseline ?? Infinity);
    check(
      { baseline: candidate, candidate: baseline },
      {
        p50: 'faster',
        p95: 'faster',
        p99: 'faster',
        success: 'equivalent',
      },
    );
  });

  test('of the same service say nothing of the kind', () => {
    for (const { verdict } of compared({ baseline, candidate: runs({ ms: 20 }, 5, 30) }))
      expect(['equivalent', 'no-evidence']).toContain(verdict);
  });

  test('that fail more often are worse, at a change that would be small for a time', () => {
    const candidate = runs({ ms: 20, failed: 1 }, 5, 40);
    const success = compared({ baseline, candidate }).find(({ metric }) => metric === 'success');
    expect(success).toMatchObject({ verdict: 'slower', unit: 'share', baseline: 1, candidate: 0.975 });
  });

  test('compare the rate where the service decides it', () => {
    const candidate = runs({ ms: 20, perSecond: 30 }, 5, 50);
    const rps = compared({ baseline, candidate, isRateGiven: false }).find(({ metric }) => metric === 'rps');
    expect(rps).toMatchObject({ verdict: 'slower', baseline: 40, candidate: 30 });
    expect(compared({ baseline, candidate }).some(({ metric }) => metric === 'rps')).toBe(false);
  });

  test('that never succeed have no times and a success near zero', () => {
    const candidate = runs({ ms: 20, failed: 40 }, 5, 60);
    const found = compared({ baseline, candidate });
    expect(found.map(({ verdict }) => verdict)).toEqual([
      'not-comparable',
      'not-comparable',
      'not-comparable',
      'slower',
    ]);
    expect(found[0]?.reason).toContain('5 of 5 candidate runs cannot state it');
  });

  test('leave out a percentile that no run can state', () => {
    const thin = { ms: 20, perSecond: 10 };
    const found = compared({ baseline: runs(thin, 5, 1), candidate: runs(thin, 5, 70) });
    expect(found.map(({ metric }) => metric)).toEqual(['p50', 'p95', 'success']);
  });

  test('of a search compare the capacity alone, since trials differ in their rate', () => {
    const searched = (results: readonly PhaseResult[], rates: readonly (number | null)[]): PhaseResult[] =>
      results.map((result, i) => ({
        ...result,
        capacity: {
          unit: 'per-second',
          lower: rates[i] ?? null,
          upper: null,
          reached: false,
          brokeFirst: null,
          p95: null,
          plateau: { kind: 'not-reached', reason: '' },
          trials: [],
        },
      }));
    const before = searched(baseline, [100, 101, 99, 102, 98]);
    const after = searched(baseline, [80, 81, 79, 82, 78]);
    expect(compared({ baseline: before, candidate: after })).toMatchObject([
      { metric: 'capacity', verdict: 'slower', baseline: 100, candidate: 80, unit: 'per-second' },
    ]);
    const byUsers = after.map((result) => ({
      ...result,
      ...(result.capacity && { capacity: { ...result.capacity, unit: 'users' as const } }),
    }));
    expect(compared({ baseline: before, candidate: byUsers })).toMatchObject([
      {
        ...{ metric: 'capacity', verdict: 'not-comparable', unit: 'users', baseline: null, candidate: 80 },
        reason: expect.stringContaining('one search went by users') as string,
      },
    ]);
    const open = searched(baseline, [80, null, 79, 82, 78]);
    expect(compared({ baseline: before, candidate: open })).toMatchObject([{ verdict: 'not-comparable' }]);
  });

  test('do not compare a percentile that falls on tasks that were given up', () => {
    const latency = { p50: 5, p90: 5, p95: 5, p99: null, min: 5, max: 5, mean: 5 };
    const awaiting = (timeout: number): PhaseResult[] =>
      baseline.map((result) => ({
        ...result,
        steps: result.steps.map((step) => ({
          ...step,
          ttcMs: latency,
          tasks: { success: 100 - timeout, failed: 0, unjudged: 0, timeout },
        })),
      }));
    const found = compared({ baseline: awaiting(0), candidate: awaiting(10) });
    const verdictOf = (name: string): string | undefined =>
      found.find(({ metric }) => metric === name)?.verdict;
    expect(verdictOf('p50 ttc')).toBe('equivalent');
    expect(verdictOf('p95 ttc')).toBe('not-comparable');
    expect(verdictOf('success')).toBe('slower');
  });

  test('do not compare a percentile that falls on requests that were cut off', () => {
    const candidate = runs({ ms: 20, unfinished: 3 }, 5, 80);
    const found = compared({ baseline, candidate }).map(({ metric, verdict }) => [metric, verdict]);
    expect(Object.fromEntries(found)).toMatchObject({ p95: 'not-comparable', p99: 'not-comparable' });
    expect(found[0]?.[1]).not.toBe('not-comparable');
  });

  test('tell how few awaited tasks succeeded, though none of its polls is a request', () => {
    const latency = { p50: 5, p90: 5, p95: 5, p99: null, min: 5, max: 5, mean: 5 };
    const awaiting = (success: number): PhaseResult[] =>
      baseline.map((result) => ({
        ...result,
        steps: result.steps.map((step) => ({
          ...step,
          ...{ requests: 0, failed: 0, rps: 0, ttcMs: latency },
          tasks: { success, failed: 100 - success, unjudged: 0, timeout: 0 },
        })),
      }));
    const found = compared({ baseline: awaiting(40), candidate: awaiting(10), isRateGiven: false });
    expect(found.find(({ metric }) => metric === 'success')).toMatchObject({
      ...{ verdict: 'slower', baseline: 0.4, candidate: 0.1 },
    });
    expect(found.some(({ metric }) => metric === 'rps')).toBe(false);
  });

  test('below the noise floor prove nothing that counts', () => {
    const candidate = runs({ ms: 26 }, 5, 20);
    const floors = { 'p50(execute: POST /execute)': 0.5 };
    const [p50, p95] = compared({ baseline, candidate, floors });
    expect(p50?.verdict).toBe('equivalent');
    expect(p95?.verdict).toBe('slower');
  });

  test('say how many runs a proof of one among many figures needs', () => {
    // Each step has a luck of its own: those that rise and fall together would be proven together.
    const steps = (ms: number, seed: number): PhaseResult[] => {
      const [a, b, c] = [seed, seed + 10, seed + 20].map((each) => runs({ ms }, 4, each));
      return a!.map((result, i) => ({
        ...result,
        steps: [a, b, c].flatMap((own, at) => own![i]!.steps.map((each) => ({ ...each, step: `${at}` }))),
      }));
    };
    const found = compared({ baseline: steps(20, 100), candidate: steps(20.6, 200) });
    const open = found.find(({ verdict }) => verdict === 'no-evidence');
    expect(open?.reason).toContain('to prove one of 9 figures, 6 runs a side are needed');
  });

  test('with an obstacle are not compared at all', () => {
    const phase = {
      phase: 'load',
      baseline,
      candidate: baseline,
      isRateGiven: true,
      obstacle: 'another load',
    };
    expect(comparePhases([phase], seededRandom(1))).toEqual([
      { phase: 'load', obstacle: 'another load', figures: [] },
    ]);
  });
});

describe('one run a side', () => {
  function pair(before: Kind, after: Kind): readonly FigureComparison[] {
    const [a, b] = [measure(before), measure(after)];
    const phase = {
      phase: 'load',
      baseline: [a.result],
      candidate: [b.result],
      isRateGiven: true,
      blocks: { baseline: a.blocks, candidate: b.blocks },
    };
    return comparePair([phase], seededRandom(1))[0]?.figures ?? [];
  }

  test('speaks of these two runs only', () => {
    const [p50, p95, , success] = pair({ ms: 20, seconds: 60, seed: 1 }, { ms: 26, seconds: 60, seed: 2 });
    for (const figure of [p50, p95]) {
      expect(figure).toMatchObject({ verdict: 'slower', p: null });
      expect(figure?.reason).toMatch(/^within these two runs: \+/);
      expect(figure?.interval?.low).toBeGreaterThan(1.05);
    }
    expect(success).toMatchObject({ verdict: 'no-evidence', ratio: 1, interval: null });
  });

  test('holds the same times against each other that it shows', () => {
    const [, p95] = pair(
      { ms: 20, seconds: 60, perSecond: 28, seed: 1 },
      { ms: 20, seconds: 60, perSecond: 28, unfinished: 1, seed: 2 },
    );
    expect(p95?.ratio).toBeCloseTo((p95?.candidate ?? 0) / (p95?.baseline ?? 1), 2);
  });

  test('needs half a minute for an interval', () => {
    const [p50] = pair({ ms: 20, seconds: 29, seed: 1 }, { ms: 26, seconds: 29, seed: 2 });
    expect(p50).toMatchObject({ verdict: 'no-evidence', interval: null });
    expect(p50?.reason).toContain('needs 30 s of measured time');
  });

  test('cuts a long window into at most sixty stretches that hold all of it', () => {
    const { blocks } = new PhaseBlocks('load', { fromMs: 1500, toMs: 3_601_500 });
    expect(blocks.length).toBeLessThanOrEqual(60);
    expect(blocks.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(3599);
    expect(new PhaseBlocks('load', { fromMs: 0, toMs: 4000 }).blocks).toEqual([]);
  });
});

test('a run is fit for a comparison though it broke a goal, and unfit where it is not whole or not valid', () => {
  const { result } = measure({ ms: 20, seed: 1 });
  expect(whyUnfit('r', result)).toBeUndefined();
  expect(whyUnfit('r', { ...result, verdict: 'fail' })).toBeUndefined();
  expect(whyUnfit('r', undefined)).toBe('r did not run it');
  expect(whyUnfit('r', { ...result, verdict: 'aborted', reason: 'stopped' })).toBe('r is aborted: stopped');
  const validity = { state: 'invalid' as const, evidence: [{ code: 'x', message: 'clock jumped' }] };
  expect(whyUnfit('r', { ...result, validity })).toContain('clock jumped');
});

test('of 60 pairs of five runs in turn, nearly all that are a tenth slower are found, and the same hardly ever', () => {
  const pairs = (factor: number) =>
    Array.from({ length: 60 }, (_, seed) => compareSides(5, factor, seed, { runNoise: 0.02, drift: 0.01 }));
  expect(shareWith(pairs(1.1), 'slower')).toBeGreaterThanOrEqual(0.9);
  const same = pairs(1);
  // Three of sixty are one in twenty.
  expect(shareWith(same, 'slower')).toBeLessThanOrEqual(3 / 60);
  expect(shareWith(same, 'faster')).toBeLessThanOrEqual(3 / 60);
});
