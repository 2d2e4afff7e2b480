import { describe, expect, it } from 'vitest';
import { profileOfStacks } from '../../test/kit/profile-samples';
import { normal, seededRandom, type Random } from '../measure/random';
import { ProfileBuilder } from './builder';
import { compareProfiles, type FunctionDelta } from './compare-profiles';
import type { Profile, WeightUnit } from './profile';
import { benjaminiHochberg, studentP, studentReach } from './significance';

/** Samples of functions by their shares, which drift from second to second as those of a real service do. */
function record(
  shares: Readonly<Record<string, number>>,
  samples: number,
  random: Random,
  { unit = 'ns', perSecond = 100 }: { readonly unit?: WeightUnit; readonly perSecond?: number } = {},
): Profile {
  const builder = new ProfileBuilder();
  let drifted: [string, number][] = [];
  for (let i = 0; i < samples; i++) {
    if (i % perSecond === 0)
      drifted = Object.entries(shares).map(([name, share]) => [
        name,
        Math.max(0, share * (1 + 0.15 * normal(random))),
      ]);
    let left = random() * drifted.reduce((sum, [, share]) => sum + share, 0);
    const [name] = drifted.find(([, share]) => (left -= share) <= 0) ?? ['other'];
    const stack = builder.stackOf([builder.frame({ name: 'main' }), builder.frame({ name })]);
    builder.sample(stack, 10_000_000, { timeMs: (i * 1000) / perSecond });
  }
  return builder.finish({ name: 'made up', unit, isInOrder: true });
}

const usual = { price: 0.4, parse: 0.2, render: 0.2, log: 0.1, route: 0.05, auth: 0.05 };

function find(functions: readonly FunctionDelta[], name: string): FunctionDelta {
  const found = functions.find((fn) => fn.name === name);
  if (found === undefined) throw new Error(`${name} was not compared`);
  return found;
}

describe('what changed between two recordings', () => {
  it('is told where it is real, with an interval that holds it', () => {
    const random = seededRandom(1);
    const slower = { ...usual, price: 0.7 };
    const { functions } = compareProfiles(
      { recordings: [record(usual, 3000, random)] },
      { recordings: [record(slower, 3000, random)] },
    );
    const price = find(functions, 'price').self;
    // 0.7 of 1.3 in all.
    const truth = 0.7 / 1.3 - 0.4;
    expect(price.verdict).toBe('grew');
    expect(price.interval?.low).toBeLessThan(truth);
    expect(price.interval?.high).toBeGreaterThan(truth);
    expect(functions[0]?.name).toBe('price');
  });

  it.each([
    ['busy', 1000, 1000],
    ['of which one is idle', 1000, 60],
    ['that are both idle', 60, 60],
  ])('is hardly ever told where nothing changed, in programs %s', (_, before, after) => {
    const random = seededRandom(2);
    let alarms = 0;
    const trials = 100;
    for (let i = 0; i < trials; i++) {
      const side = (samples: number): Profile =>
        record(usual, samples, random, { perSecond: samples < 200 ? 20 : 100 });
      const { functions } = compareProfiles({ recordings: [side(before)] }, { recordings: [side(after)] });
      if (functions.some(({ self }) => self.verdict !== 'no-evidence')) alarms += 1;
    }
    expect(alarms).toBeLessThanOrEqual(5);
  });

  it('is told per request where the whole program became slower and the shares stayed', () => {
    const random = seededRandom(3);
    const { functions } = compareProfiles(
      { recordings: [record(usual, 3000, random)], requests: [3000] },
      { recordings: [record(usual, 3000, random)], requests: [2000] },
    );
    const price = find(functions, 'price');
    expect(price.self.verdict).toBe('no-evidence');
    expect(price.selfPerRequest?.verdict).toBe('grew');
    expect(price.selfPerRequest?.after).toBeCloseTo(0.4 * 15e6, -6);
  });

  it('is told of a function that is only on one side', () => {
    const random = seededRandom(4);
    const { functions } = compareProfiles(
      { recordings: [record(usual, 2000, random)] },
      { recordings: [record({ ...usual, retry: 0.2 }, 2000, random)] },
    );
    expect(find(functions, 'retry').self).toMatchObject({ before: 0, verdict: 'grew' });
  });

  it('is told of a function that is gone, though little is left of the program without it', () => {
    const random = seededRandom(7);
    const { rank, ...mended } = { ...usual, rank: 4 };
    const { functions, notes } = compareProfiles(
      { recordings: [record({ ...mended, rank }, 800, random)] },
      { recordings: [record(mended, 60, random, { perSecond: 10 })] },
    );
    expect(find(functions, 'rank').total).toMatchObject({ after: 0, verdict: 'shrank' });
    expect(find(functions, 'rank').total.interval?.high).toBeLessThan(-0.5);
    expect(notes).toEqual([expect.stringMatching(/requests/)]);
  });

  it('is judged by the recordings themselves where there are three a side', () => {
    const random = seededRandom(5);
    const three = (price: number): Profile[] =>
      [0, 1, 2].map(() => record({ ...usual, price }, 1500, random));
    const { functions } = compareProfiles({ recordings: three(0.4) }, { recordings: three(0.8) });
    expect(find(functions, 'price').self.verdict).toBe('grew');
  });

  it('has no interval where nothing says how much a side varies', () => {
    const { functions, notes } = compareProfiles(
      { recordings: [profileOfStacks('main price = 4', 'main = 1')] },
      { recordings: [profileOfStacks('main price = 1', 'main = 4')] },
    );
    expect(find(functions, 'price').self).toMatchObject({
      before: 0.8,
      after: 0.2,
      interval: null,
      verdict: 'no-evidence',
    });
    expect(notes[0]).toMatch(/record at least 3 times a side/);
  });

  it('is not told per request of samples whose length is not known', () => {
    const random = seededRandom(6);
    const side = { recordings: [record(usual, 500, random, { unit: 'samples' })], requests: [10] };
    const { functions, notes } = compareProfiles(side, side);
    expect(find(functions, 'price').selfPerRequest).toBeNull();
    expect(notes).toEqual([expect.stringMatching(/without their length/)]);
  });
});

describe('the statistics', () => {
  it.each([
    [2.228, 10],
    [1.984, 100],
    [12.706, 1],
  ])('have the t of the tables: %d at %d degrees of freedom', (t, freedom) => {
    expect(studentReach(freedom)).toBeCloseTo(t, 3);
    expect(studentP(t, freedom)).toBeCloseTo(0.05, 3);
  });

  it('correct for many tests as Benjamini and Hochberg do', () => {
    expect(benjaminiHochberg([0.01, 0.04, 0.03, 0.5])).toEqual([0.04, 0.16 / 3, 0.16 / 3, 0.5]);
  });
});
