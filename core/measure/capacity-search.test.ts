import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  afterRest,
  afterTrial,
  beginSearch,
  provenUpper,
  searchSettings,
  type Capacity,
  type Search,
  type SearchSettings,
  type Trial,
  type TrialOutcome,
} from './capacity-search';
import { analysePlan } from '../plan/analyse';
import type { FindPhase } from '../plan/schema';
import { normal, seededRandom } from './random';

const settings: SearchSettings = { unit: 'per-second', start: 5, factor: 1.5, resolution: 0.05 };

/** Runs a search to its end against something that answers each trial. */
function search(
  limits: SearchSettings,
  breaks: (trial: Trial) => boolean,
): { capacity: Capacity; search: Search } {
  let state = beginSearch(limits);
  for (let i = 0; i < 1000; i++) {
    if (state.next.kind === 'done') return { capacity: state.next.capacity, search: state };
    state = afterTrial(state, breaks(state.next.trial) ? { broke: 'p95 < 300ms' } : {});
  }
  throw new Error('the search did not end');
}

/** Goals break above a capacity, and sometimes by bad luck; near the capacity the answer is a matter of luck. */
function noisy(capacity: number, seed: number, badLuck: number, noise: number): (trial: Trial) => boolean {
  const random = seededRandom(seed);
  return ({ level }) => random() < badLuck || level > capacity * (1 + noise * normal(random));
}

describe('against a target whose capacity is sharp', () => {
  test('the bounds enclose it, as close as asked for, and name what broke', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 10_000, noNaN: true }), (capacity) => {
        const { capacity: found } = search(settings, ({ level }) => level > capacity);
        expect(found).toMatchObject({ kind: 'found', brokeFirst: 'p95 < 300ms' });
        if (found.kind !== 'found') return;
        expect(found.lower).toBeLessThanOrEqual(capacity);
        expect(found.upper).toBeGreaterThan(capacity);
        expect(found.upper / found.lower).toBeLessThanOrEqual(1.05 + 1e-9);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test.each([undefined, true])('no rate is tried twice for want of one between its bounds', (isServed) => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 10_000, noNaN: true }),
        fc.constantFrom(0.001, 0.0015, 0.002),
        (limit, resolution) => {
          let state = beginSearch({ unit: 'per-second', start: limit / 3, factor: 1.5, resolution });
          while (state.next.kind === 'trial') {
            const isBroken = state.next.trial.level > limit;
            const served = isServed && { served: limit, isBeyondDoubt: true };
            state = afterTrial(state, isBroken ? { broke: 'p95 < 300ms', ...served } : {});
          }
          expect(state.next.capacity.kind).toBe('found');
          expect(state.trials.length).toBeLessThan(50);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  test('the climb is geometric, and the gap is halved in ratio', () => {
    const { search: done } = search(settings, ({ level }) => level > 10);
    expect(done.trials.map(({ level, purpose }) => `${purpose} ${level.toFixed(2)}`)).toEqual([
      'climb 5.00',
      'climb 7.50',
      'climb 11.25',
      'climb 11.25',
      'bisect 9.19',
      'bisect 10.16',
      'bisect 10.16',
      'bisect 9.66',
      'bisect 9.91',
      'confirm 9.91',
    ]);
  });

  test('a capacity below the first rate is found on the way down', () => {
    const { capacity } = search(settings, ({ level }) => level > 2);
    expect(capacity.kind).toBe('found');
  });

  test('a target that holds nothing is said to hold nothing', () => {
    const { capacity, search: done } = search(settings, () => true);
    expect(capacity.kind).toBe('below');
    expect(done.trials.length).toBeLessThan(20);
  });

  test('a limit that is never reached is said so, after a confirmation at the highest rate', () => {
    const { capacity, search: done } = search({ ...settings, max: 40 }, () => false);
    expect(capacity).toEqual({ kind: 'not-reached', lower: 40 });
    expect(done.trials.at(-1)).toMatchObject({ level: 40, purpose: 'confirm' });
  });
});

describe('by users, who are whole', () => {
  const users: SearchSettings = { unit: 'users', start: 5, factor: 1.5, resolution: 0.05 };

  /** Every trial is of whole users, and only a break, a confirmation or a last doubt is made again. */
  function expectWhole({ trials }: Search): void {
    expect(trials.filter(({ level }) => !Number.isInteger(level) || level < 1)).toEqual([]);
    const asked = new Map<string, number>();
    for (const { level, purpose } of trials)
      asked.set(`${purpose} ${level}`, (asked.get(`${purpose} ${level}`) ?? 0) + 1);
    expect([...asked.values()].every((times) => times <= 2)).toBe(true);
  }

  test('the bounds enclose the truth, next to each other or as close as asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 1.01, max: 4, noNaN: true }),
        (truth, start, factor) => {
          const { capacity: found, search: done } = search(
            { ...users, start, factor },
            ({ level }) => level > truth,
          );
          expectWhole(done);
          // Far below the first number the search gives up, and a step of one at a time does not get far.
          if (found.kind === 'below' || done.trials.length >= 100) return;
          if (found.kind !== 'found') throw new Error(found.kind);
          expect(found.lower).toBeLessThanOrEqual(truth);
          expect(found.upper).toBeGreaterThan(truth);
          expect(found.upper - found.lower === 1 || found.upper / found.lower <= 1.05).toBe(true);
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });

  test('small numbers go up by one at least, and the answer is exact', () => {
    const { capacity, search: done } = search({ ...users, start: 1, factor: 1.2 }, ({ level }) => level > 6);
    expect(capacity).toMatchObject({ kind: 'found', lower: 6, upper: 7 });
    expect(done.trials.map(({ level }) => level)).toEqual([1, 2, 3, 4, 5, 6, 7, 7, 6]);
  });

  test('on the way down it ends at one user, or at as many as have to be shared out', () => {
    const down = (least?: number): { capacity: Capacity; rates: Set<number> } => {
      const { capacity, search: done } = search({ ...users, ...(least && { least }) }, () => true);
      return { capacity, rates: new Set(done.trials.map(({ level }) => level)) };
    };
    expect(down()).toMatchObject({ capacity: { kind: 'below', upper: 1 }, rates: new Set([5, 3, 2, 1]) });
    expect(down(3)).toMatchObject({ capacity: { kind: 'below', upper: 3 }, rates: new Set([5, 3]) });
  });

  test('the highest number allowed is tried, confirmed, and not passed', () => {
    const { capacity, search: done } = search({ ...users, max: 17 }, () => false);
    expect(capacity).toEqual({ kind: 'not-reached', lower: 17 });
    expect(Math.max(...done.trials.map(({ level }) => level))).toBe(17);
  });

  /** Throughput is that of a pool: it bends where all of it is at work, which six levels show, if any lies beyond it. */
  function searchPool(pool: number, wish: Partial<SearchSettings>): { capacity: Capacity; search: Search } {
    let state = beginSearch({ ...users, ...wish });
    while (state.next.kind === 'trial') {
      const { level } = state.next.trial;
      const levels = [...new Set([...state.trials.map((trial) => trial.level), level])].sort((a, b) => a - b);
      const beyond = levels.filter((each) => each > pool);
      const isSeen = levels.length >= 6 && beyond.length >= 2;
      const plateau = {
        why: 'plateau',
        bend: Math.max(pool, levels[0]!),
        behind: beyond.find((each) => each > levels[0]!),
      };
      const isBroken = isSeen && level > plateau.bend;
      state = afterTrial(state, { ...(isBroken && { broke: 'plateau' }), ...(isSeen && { plateau }) });
    }
    return { capacity: state.next.capacity, search: state };
  }

  test('what held before a plateau was seen is no bound, and the search goes on where it begins', () => {
    const { capacity, search: done } = searchPool(32, { start: 10 });
    expect(capacity).toEqual({ kind: 'found', lower: 32, upper: 33, brokeFirst: 'plateau' });
    expect(done.trials.map(({ level, purpose, broke }) => `${purpose} ${level}${broke ? ' ✗' : ''}`)).toEqual(
      [
        ...[10, 15, 22, 33, 49].map((level) => `climb ${level}`),
        ...['climb 73 ✗', 'climb 73 ✗', 'bisect 31', 'bisect 32', 'confirm 32'],
        // It held when it was part of the climb.
        ...['confirm 33 ✗', 'confirm 33 ✗'],
      ],
    );
  });

  test('where throughput is level from the first number on, the search goes down until users are followed', () => {
    for (const pool of [1, 2, 8, 9, 10, 11]) {
      const { capacity, search: done } = searchPool(pool, { start: 10, resolution: 0.02 });
      expect(capacity).toEqual({ kind: 'found', lower: pool, upper: pool + 1, brokeFirst: 'plateau' });
      expect(done.trials.length).toBeLessThan(20);
    }
    expect(searchPool(2, { start: 10, least: 4 }).capacity).toMatchObject({ lower: 4, upper: 5 });
  });

  test('a climb to a highest number has as many levels as a plateau needs to be seen', () => {
    const climb = (max: number, until: string): number => {
      const { plan } = analysePlan(`version: 1
name: Few
targets: { bed: { url: 'http://127.0.0.1:1' } }
scenarios: { work: { steps: [get: /work] } }
phases: { stress: { scenarios: [work], find: { start: 10, max: ${max} }, until: [${until}] } }`);
      return searchSettings(plan!.phases['stress'] as FindPhase).factor;
    };
    expect(10 * climb(30, 'plateau') ** 5).toBeCloseTo(30, 9);
    expect(climb(2000, 'plateau')).toBe(1.5);
    expect(climb(30, 'errors > 5%')).toBe(1.5);
  });

  test('no trial is ended at the first signs of a collapse: nothing piles up', () => {
    const { search: done } = search(users, ({ level }) => level > 40);
    expect(done.trials.filter(({ sparing }) => sparing !== undefined)).toEqual([]);
  });

  test('against a noisy target every search ends soon, with bounds in order', () => {
    for (let seed = 0; seed < 500; seed++) {
      const { capacity, search: done } = search({ ...users, max: 1000 }, noisy(100, seed, 0.03, 0.02));
      expect(done.trials.length).toBeLessThan(45);
      expect(done.trials.every(({ level }) => Number.isInteger(level))).toBe(true);
      if (capacity.kind === 'found') expect(capacity.lower).toBeLessThan(capacity.upper);
    }
  });
});

test('one bad trial does not end the climb, and recovery is asked for after it', () => {
  let bad = true;
  const { capacity, search: done } = search(settings, ({ level }) => {
    const isBadLuck = level === 7.5 && bad;
    if (isBadLuck) bad = false;
    return isBadLuck || level > 100;
  });
  expect(capacity).toMatchObject({ kind: 'found' });
  expect(done.trials.slice(1, 3)).toMatchObject([
    { level: 7.5, broke: 'p95 < 300ms', needsRecovery: false },
    { level: 7.5, needsRecovery: true },
  ]);
});

test('a rate that holds for a minute and not for three is an upper bound', () => {
  const { capacity } = search(settings, ({ level, purpose }) => level > (purpose === 'confirm' ? 95 : 100));
  expect(capacity).toMatchObject({ kind: 'found' });
  if (capacity.kind !== 'found') return;
  expect(capacity.lower).toBeLessThanOrEqual(95);
  expect(capacity.upper).toBeGreaterThan(95);
});

test('what is never confirmed has no lower bound', () => {
  const { capacity } = search(settings, ({ level, purpose }) => purpose === 'confirm' || level > 100);
  expect(capacity.kind).toBe('unstable');
});

test('against a noisy target the bounds are near the truth, no rate jumps, and every search ends soon', () => {
  let near = 0;
  for (let seed = 0; seed < 1000; seed++) {
    const { capacity, search: done } = search({ ...settings, max: 1000 }, noisy(100, seed, 0.03, 0.02));
    expect(done.trials.length).toBeLessThan(45);
    let highestHeld = settings.start;
    for (const { level, broke } of done.trials) {
      expect(level).toBeLessThanOrEqual(highestHeld * settings.factor * (1 + 1e-9));
      if (broke === undefined) highestHeld = Math.max(highestHeld, level);
    }
    if (capacity.kind !== 'found') continue;
    expect(capacity.lower).toBeLessThan(capacity.upper);
    expect(done.trials.at(-1)).toMatchObject({ purpose: 'confirm', level: capacity.lower });
    if (capacity.lower > 85 && capacity.upper < 112) near++;
  }
  expect(near).toBeGreaterThanOrEqual(950);
});

/**
 * A service whose capacity is known, in trials that see it with noise: what is served of an overload, and whether a
 * rate near the capacity holds. Above 1.1 of the capacity an overload is beyond doubt.
 */
function serviceOf(capacity: number, noise: number, seed: number, overloaded = 1) {
  const random = seededRandom(seed);
  return ({ level }: Trial): TrialOutcome => {
    const seen = capacity * (1 + noise * normal(random));
    if (level <= seen) return {};
    if (level < 1.1 * capacity) return { broke: 'p95' };
    return { broke: 'p95', isBeyondDoubt: true, served: seen * overloaded };
  };
}

function ask(limits: SearchSettings, target: (trial: Trial) => TrialOutcome) {
  let state = beginSearch(limits);
  while (state.next.kind === 'trial') state = afterTrial(state, target(state.next.trial));
  return { capacity: state.next.capacity, trials: state.trials };
}

describe('what an overload serves is the hint where the limit lies', () => {
  const fine: SearchSettings = { unit: 'per-second', start: 20, factor: 2, resolution: 0.02 };
  const truths = Array.from({ length: 300 }, (_, i) => 100 * 1.01 ** i);

  test('without noise it takes half the trials of halving, and the bounds enclose the truth', () => {
    const counts = { hinted: 0, halved: 0 };
    for (const truth of truths) {
      const { capacity, trials } = ask(fine, serviceOf(truth, 0, 1));
      if (capacity.kind !== 'found') throw new Error(capacity.kind);
      expect(capacity.lower).toBeLessThanOrEqual(truth);
      expect(capacity.upper).toBeGreaterThan(truth);
      expect(capacity.upper / capacity.lower).toBeLessThanOrEqual(1.02 + 1e-9);
      const climbs = Math.ceil(Math.log2(truth / fine.start)) + 1;
      counts.hinted += trials.length - climbs;
      const halving = ask(fine, ({ level }) => (level <= truth ? {} : { broke: 'p95' }));
      counts.halved += halving.trials.length - climbs;
    }
    expect(counts.hinted).toBeLessThan(counts.halved / 2);
  });

  test('with noise the lower bound is within 3 % of the truth in nine of ten, and trials are few', () => {
    let near = 0;
    for (const [seed, truth] of truths.entries()) {
      const { capacity, trials } = ask(fine, serviceOf(truth, 0.01, seed));
      expect(trials.length).toBeLessThan(24);
      if (capacity.kind === 'found' && Math.abs(capacity.lower / truth - 1) <= 0.03) near++;
    }
    expect(near / truths.length).toBeGreaterThanOrEqual(0.9);
  });

  test.each([
    ['far too low, as of a service that collapses', 0.2],
    ['too low', 0.8],
    ['too high', 1.06],
  ])('%s, it costs trials and not the bounds', (_, overloaded) => {
    for (const truth of truths) {
      const { capacity, trials } = ask(fine, serviceOf(truth, 0, 1, overloaded));
      if (capacity.kind !== 'found') throw new Error(capacity.kind);
      expect(capacity.lower).toBeLessThanOrEqual(truth);
      expect(capacity.upper).toBeGreaterThan(truth);
      expect(trials.length).toBeLessThan(32);
    }
  });

  test('a first rate far above the capacity is left at once', () => {
    const { capacity, trials } = ask({ ...fine, start: 5000 }, serviceOf(100, 0, 1));
    expect(capacity).toMatchObject({ kind: 'found' });
    expect(trials.length).toBeLessThan(8);
  });
});

describe('a trial that breaks before the target is at rest', () => {
  /** Works off what it was overloaded with for as long as so many trials. */
  function collapsing(truth: number, lasts: number) {
    let left = 0;
    return ({ level }: Trial): TrialOutcome => {
      const isFromUnrest = left > 0;
      left = Math.max(0, left - 1);
      if (level <= truth && !isFromUnrest) return {};
      if (level > truth && !isFromUnrest) left = lasts;
      return { broke: 'p95', isFromUnrest, isBeyondDoubt: true, served: truth * 0.3 };
    };
  }

  test('is made again, and is no bound', () => {
    const { capacity } = ask(settings, collapsing(150, 2));
    if (capacity.kind !== 'found') throw new Error(capacity.kind);
    expect(capacity.lower).toBeLessThanOrEqual(150);
    expect(capacity.upper).toBeGreaterThan(150);
  });

  test('three times in a row ends the search: the target does not come back', () => {
    const { capacity, trials } = ask(settings, collapsing(10, 100));
    expect(capacity).toMatchObject({ kind: 'unstable' });
    expect(trials.length).toBeLessThan(8);
  });
});

test('a break beyond doubt is not made again', () => {
  const { trials } = ask(settings, serviceOf(10, 0, 1));
  expect(trials.filter(({ isBeyondDoubt }) => isBeyondDoubt)).toHaveLength(1);
});

describe('a trial that ended at the first signs of a collapse', () => {
  const fine: SearchSettings = { unit: 'per-second', start: 20, factor: 2, resolution: 0.02 };

  /** Collapses above a limit, and shows it at once where it is spared. */
  function collapsesAbove(limit: number) {
    return ({ level, sparing }: Trial): TrialOutcome => {
      if (level <= limit) return {};
      return sparing === undefined
        ? { broke: 'p95', isBeyondDoubt: true }
        : { broke: 'pile', isSuspected: true };
    };
  }

  test('is spared only where a lower rate held', () => {
    const { trials } = ask(fine, collapsesAbove(150));
    expect(trials[0]?.sparing).toBeUndefined();
    expect(trials[1]?.sparing).toEqual({ held: 20 });
  });

  test('tells where to look, and the bound is what breaks to the end, last of all', () => {
    for (let limit = 100; limit < 200; limit += 3.7) {
      const { capacity, trials } = ask(fine, collapsesAbove(limit));
      if (capacity.kind !== 'found') throw new Error(capacity.kind);
      expect(capacity.lower).toBeLessThanOrEqual(limit);
      expect(capacity.upper).toBeGreaterThan(limit);
      expect(capacity.upper / capacity.lower).toBeLessThanOrEqual(1.02 + 1e-9);
      expect(capacity.brokeFirst).toBe('p95');
      const unspared = trials.filter(({ broke, isSuspected }) => broke !== undefined && isSuspected !== true);
      expect(unspared).toEqual([trials.at(-1)]);
      expect(unspared[0]?.level).toBe(capacity.upper);
    }
  });

  test('is no bound before that', () => {
    let state = beginSearch(fine);
    while (state.next.kind === 'trial' && state.confirmed === undefined)
      state = afterTrial(state, collapsesAbove(150)(state.next.trial));
    expect(state.upper).toBeDefined();
    expect(provenUpper(state)).toBeUndefined();
  });

  test('was a mistake where the rate holds: the search goes on above it, and spares nothing any more', () => {
    const slowStart = ({ level, sparing }: Trial): TrialOutcome => {
      if (sparing !== undefined && level > 70) return { broke: 'pile', isSuspected: true };
      return level > 150 ? { broke: 'p95', isBeyondDoubt: true } : {};
    };
    const { capacity, trials } = ask(fine, slowStart);
    if (capacity.kind !== 'found') throw new Error(capacity.kind);
    expect(capacity.lower).toBeLessThanOrEqual(150);
    expect(capacity.upper).toBeGreaterThan(150);
    const refuted = trials.findIndex(({ level, broke }) => level > 70 && broke === undefined);
    expect(trials.slice(refuted + 1).filter(({ sparing }) => sparing !== undefined)).toEqual([]);
  });
});

describe('a rest that took long', () => {
  /** Climbs to 320, where it breaks, and rests for so long. */
  function nextRate(restedMs: number): number {
    let state = beginSearch({ unit: 'per-second', start: 20, factor: 2, resolution: 0.02 });
    while (state.upper === undefined && state.next.kind === 'trial') {
      const isHigh = state.next.trial.level > 200;
      const outcome: TrialOutcome = isHigh ? { broke: 'p95', isBeyondDoubt: true } : {};
      state = afterTrial(state, { ...outcome, tookMs: 5000 });
    }
    state = afterRest(state, restedMs);
    if (state.next.kind !== 'trial') throw new Error('the search ended');
    return state.next.trial.level;
  }

  test('moves the next rate towards what holds', () => {
    expect(nextRate(0)).toBeCloseTo(160 * 2 ** 0.5, 0);
    expect(nextRate(20_000)).toBeCloseTo(160 * 2 ** 0.245, 0);
  });

  test('changes no trial that is made again', () => {
    const once = afterTrial(beginSearch(settings), { broke: 'p95' });
    expect(afterRest(once, 60_000).next).toEqual(once.next);
  });
});
