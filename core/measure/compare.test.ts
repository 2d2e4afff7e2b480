import { describe, expect, test } from 'vitest';
import { compareRuns, compareWithinRuns, type ComparisonVerdict, type MetricOfRuns } from './compare';
import { Histogram } from './histogram';
import { normal, seededRandom, type Random } from './random';
import { countArrangements, countWays, testFamily } from './rank-test';

const names = ['p50', 'p95', 'p99', 'p95 of another'];

/** Runs whose level varies from run to run by 3 %. */
function runs(count: number, level: number, random: Random, noise = 0.03): number[] {
  return Array.from({ length: count }, () => level * Math.exp(noise * normal(random)));
}

/** How often each verdict is given to the first metric in 200 comparisons of four, 5 runs a side. */
function verdicts(factor: number, noise = 0.03, count = 5, metrics = 1): Record<ComparisonVerdict, number> {
  const found = { faster: 0, slower: 0, equivalent: 0, 'no-evidence': 0, 'not-comparable': 0 };
  for (let seed = 0; seed < 200; seed++) {
    const random = seededRandom(seed);
    const family = names.slice(0, metrics).map((name): MetricOfRuns => ({
      name,
      better: 'lower',
      baseline: runs(count, 100, random, noise),
      candidate: runs(count, 100 * factor, random, noise),
    }));
    const first = compareRuns(family, { random })[0];
    if (first !== undefined) found[first.verdict]++;
  }
  return found;
}

describe('of 200 pairs', () => {
  test('of the same build at most one in twenty is called slower or faster', () => {
    for (const noise of [0.03, 0.1, 0.3]) {
      const { slower, faster } = verdicts(1, noise);
      expect(slower).toBeLessThanOrEqual(10);
      expect(faster).toBeLessThanOrEqual(10);
      expect(slower + faster).toBeLessThanOrEqual(14);
    }
  });

  test('with a slow-down of a tenth at least nine in ten are found', () => {
    expect(verdicts(1.1).slower).toBeGreaterThanOrEqual(180);
    expect(verdicts(1 / 1.1).faster).toBeGreaterThanOrEqual(180);
  });

  test('a slow-down is still found among four metrics with eight runs a side', () => {
    expect(verdicts(1.1, 0.03, 8, 4).slower).toBeGreaterThanOrEqual(180);
  });

  test('a change smaller than what counts is never called slower more than rarely', () => {
    expect(verdicts(1.02, 0.005).slower).toBe(0);
  });

  test('the same build with little noise is equivalent, with much it is no evidence', () => {
    expect(verdicts(1, 0.01).equivalent).toBeGreaterThanOrEqual(190);
    expect(verdicts(1, 0.2)['no-evidence']).toBeGreaterThanOrEqual(180);
  });

  test('the interval holds the true ratio in at least 95 of 100', () => {
    let held = 0;
    for (let seed = 0; seed < 400; seed++) {
      const random = seededRandom(seed);
      const metric: MetricOfRuns = {
        name: 'p95',
        better: 'lower',
        baseline: runs(5, 100, random),
        candidate: runs(5, 110, random),
      };
      const interval = compareRuns([metric], { random })[0]?.interval;
      if (interval && interval.low <= 1.1 && interval.high >= 1.1) held++;
    }
    expect(held).toBeGreaterThanOrEqual(380);
  });
});

const five = [100, 101, 102, 103, 104];
const metric = (candidate: readonly number[], better: MetricOfRuns['better'] = 'lower'): MetricOfRuns => ({
  name: 'p95(execute) in load',
  better,
  baseline: five,
  candidate,
});

test('three runs a side can never prove anything', () => {
  const [result] = compareRuns([{ ...metric([200, 201, 202]), baseline: [100, 101, 102] }], {
    random: seededRandom(1),
  });
  expect(result).toMatchObject({
    verdict: 'not-comparable',
    p: null,
    reason: '3 against 3 runs can prove nothing: at least 4 of each are needed, 5 are better',
  });
});

test('runs that differ in more than what is compared are not compared', () => {
  const options = { random: seededRandom(1), differences: ['the machine', 'the load'] };
  expect(compareRuns([metric(five)], options)).toMatchObject([
    { verdict: 'not-comparable', reason: 'the runs differ in the machine, the load' },
  ]);
  expect(compareRuns([metric([1, 2, 3, 4, NaN])], { random: seededRandom(1) })).toMatchObject([
    { verdict: 'not-comparable', reason: 'a run has no value for it' },
  ]);
});

test('which way is better decides what a rise is called', () => {
  const risen = five.map((value) => value * 1.3 + 0.01);
  const verdictOf = (better: MetricOfRuns['better']): unknown =>
    compareRuns([metric(risen, better)], { random: seededRandom(1) })[0]?.verdict;
  expect([verdictOf('lower'), verdictOf('higher')]).toEqual(['slower', 'faster']);
  expect(compareRuns([metric(risen)], { random: seededRandom(1) })[0]?.reason).toMatch(
    /^\+30 %, between \+2\d(?:\.\d)? % and \+3\d(?:\.\d)? %$/,
  );
});

describe('the rank test', () => {
  test('counts the orders of values exactly', () => {
    expect(countWays(2, 2)).toEqual([1, 1, 2, 1, 1]);
    expect(countWays(5, 5).reduce((sum, count) => sum + count, 0)).toBe(252);
    expect(countWays(3, 4).reduce((sum, count) => sum + count, 0)).toBe(35);
  });

  const p = (baseline: readonly number[], candidate: readonly number[]): number | undefined =>
    testFamily([{ baseline, candidate }], seededRandom(1)).ps[0];

  test('gives five against five apart 2 in 252, and three against three 2 in 20', () => {
    expect(countArrangements(5, 5)).toBe(252);
    expect(p([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])).toBeCloseTo(2 / 252, 12);
    expect(p([1, 2, 3], [4, 5, 6])).toBeCloseTo(0.1, 12);
    expect(p([1, 4, 5, 8], [2, 3, 6, 7])).toBe(1);
  });

  test('agrees with the distribution of U for every outcome', () => {
    const ways = countWays(4, 4);
    const tail = (u: number): number => ways.slice(0, u + 1).reduce((sum, count) => sum + count, 0) / 70;
    expect(p([1, 2, 3, 4], [5, 6, 7, 8])).toBeCloseTo(2 * tail(0), 12);
    expect(p([1, 2, 3, 5], [4, 6, 7, 8])).toBeCloseTo(2 * tail(1), 12);
    expect(p([1, 2, 5, 6], [3, 4, 7, 8])).toBeCloseTo(2 * tail(4), 12);
  });

  test('deals equal values out exactly, and draws where there are too many ways', () => {
    // Of 252 ways, the two that were seen and the eight that part the equal values otherwise are as far apart.
    expect(p([1, 2, 3, 4, 5], [5, 6, 7, 8, 9])).toBeCloseTo(4 / 252, 12);
    expect(p([1, 1, 1, 1], [1, 1, 1, 1])).toBe(1);
    const ten = Array.from({ length: 10 }, (_, i) => i);
    expect(
      p(
        ten,
        ten.map((value) => value + 20),
      ),
    ).toBeLessThan(0.001);
    expect(
      p(
        ten,
        ten.map((value) => value + 0.5),
      ),
    ).toBeGreaterThan(0.5);
  });
});

describe('many metrics of the same runs', () => {
  const random = seededRandom(9);
  const draw = (): number[] => Array.from({ length: 5 }, () => normal(random));
  const apart = { baseline: [1, 2, 3, 4, 5], candidate: [6, 7, 8, 9, 10] };

  test('that rise and fall together cost no power, others as much as they must', () => {
    const same = testFamily([apart, apart, apart], random);
    expect(same.ps).toEqual([2 / 252, 2 / 252, 2 / 252]);
    expect(same.smallestP).toBeCloseTo(2 / 252, 12);
    const others = Array.from({ length: 8 }, () => ({ baseline: draw(), candidate: draw() }));
    const { ps, smallestP } = testFamily([apart, ...others], random);
    expect(ps[0]).toBeGreaterThan(4 / 252);
    expect(ps[0]).toBeLessThanOrEqual((9 * 2) / 252);
    expect(smallestP).toBeGreaterThan(4 / 252);
  });

  test('of the same build give a false alarm in at most one of twenty families', () => {
    let alarms = 0;
    for (let i = 0; i < 400; i++) {
      // Half of each value is the luck of the run, which all its metrics share.
      const luck = [draw(), draw()] as const;
      const family = Array.from({ length: 6 }, () => ({
        baseline: draw().map((own, run) => own + (luck[0][run] ?? 0)),
        candidate: draw().map((own, run) => own + (luck[1][run] ?? 0)),
      }));
      if (testFamily(family, random).ps.some((each) => each <= 0.05)) alarms++;
    }
    // Twenty are expected at the most; thirty would come by chance once in forty times.
    expect(alarms).toBeLessThanOrEqual(30);
    expect(alarms).toBeGreaterThan(0);
  });

  test('are tested one by one only after those that are farther apart', () => {
    const near = { baseline: [1, 2, 3, 4, 6], candidate: [5, 7, 8, 9, 10] };
    const { ps } = testFamily([near, apart], random);
    expect(ps[0]).toBeGreaterThanOrEqual(ps[1] ?? 1);
    expect(ps[0]).toBeCloseTo(4 / 252, 12);
  });
});

test('two single runs are compared by resampling blocks, and the interval tells the difference', () => {
  const random = seededRandom(5);
  const blocks = (level: number): Histogram[] =>
    Array.from({ length: 12 }, () => {
      const histogram = new Histogram();
      const luck = Math.exp(0.05 * normal(random));
      for (let i = 0; i < 200; i++) histogram.record(level * luck * Math.exp(0.4 * normal(random)));
      return histogram;
    });
  const same = compareWithinRuns(blocks(20_000), blocks(20_000), 0.95, random);
  expect(same?.low).toBeLessThan(1);
  expect(same?.high).toBeGreaterThan(1);
  const slower = compareWithinRuns(blocks(20_000), blocks(30_000), 0.95, random);
  expect(slower?.low).toBeGreaterThan(1.2);
  expect(slower?.high).toBeLessThan(1.9);
  expect(compareWithinRuns(blocks(1).slice(0, 5), blocks(1), 0.95, random)).toBeUndefined();
  // One of many percentiles may miss so seldom that few draws would have nothing beyond its ends.
  const [before, after] = [blocks(20_000), blocks(20_000)];
  const [seldom, seldomer] = [0.002, 0.0002].map((alpha) =>
    compareWithinRuns(before, after, 0.95, seededRandom(1), alpha),
  );
  expect(seldomer?.low).toBeLessThan(seldom?.low ?? 0);
  expect(seldomer?.high).toBeGreaterThan(seldom?.high ?? Infinity);
});
