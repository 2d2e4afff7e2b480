import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isSteady,
  levelAt,
  levelSeconds,
  loadModel,
  measuredWindow,
  peakLevel,
  phaseOrder,
  plannedMs,
  scenarioStages,
  shareOut,
} from './load';
import { phaseSchema, type LoadPhase, type Phase } from './schema';

const phase = (value: Record<string, unknown>): LoadPhase =>
  phaseSchema.parse({ scenarios: ['a'], ...value }) as LoadPhase;

const stepped = phase({
  scenarios: { a: 3, b: 1 },
  warmup: '1m',
  stages: [
    { users: '0 -> 40', for: '2m' },
    { users: 40, for: '3m' },
  ],
});

describe('the shape of a load', () => {
  test('is as long as its stages, and is measured after the warm-up', () => {
    expect(plannedMs(stepped)).toBe(300_000);
    expect(measuredWindow(stepped)).toEqual({ fromMs: 60_000, toMs: 300_000 });
    expect(plannedMs(phase({ rate: '5/s', for: '90s' }))).toBe(90_000);
  });

  test('has a level at every time, and none outside of it', () => {
    expect(
      [0, 60_000, 119_999, 120_000, 299_999, 300_000, -1].map((at) => Math.round(levelAt(stepped, at))),
    ).toEqual([0, 20, 40, 40, 40, 0, 0]);
    expect(peakLevel(stepped)).toBe(40);
    expect(peakLevel(phase({ rate: '0 -> 300/m', for: '1m' }))).toBe(5);
  });

  test('is open with arrivals and closed with users', () => {
    expect(loadModel(stepped)).toBe('closed');
    expect(loadModel(phase({ rate: '5/s', for: '1m' }))).toBe('open');
    expect(loadModel(phase({ stages: [{ rate: '5/s', for: '1m' }] }))).toBe('open');
  });

  test('sums up to the arrivals of a window', () => {
    const ramp = phase({ rate: '0 -> 10/s', for: '100s' });
    expect(levelSeconds(ramp, { fromMs: 0, toMs: 100_000 })).toBe(500);
    expect(levelSeconds(ramp, { fromMs: 50_000, toMs: 100_000 })).toBe(375);
    expect(levelSeconds(stepped, measuredWindow(stepped))).toBe(30 * 60 + 40 * 180);
  });

  test('is steady where the level never moves within the window', () => {
    expect(isSteady(stepped, { fromMs: 120_000, toMs: 300_000 })).toBe(true);
    expect(isSteady(stepped, measuredWindow(stepped))).toBe(false);
  });

  test.each([
    ['users: 30, spawn: 1.5/s', { for: '1m', warmup: '18s' }, false],
    ['users: 30, spawn: 1.5/s', { for: '1m', warmup: '19s' }, true],
    ['users: 10, spawn: 10/s', { for: '1m' }, true],
    ['users: 10, spawn: 9/s', { for: '1m' }, false],
  ])('is not steady as long as users are still started: %s %o', (_, more, isIt) => {
    const [users, spawn] = /users: (\d+), spawn: (.+)/.exec(_)?.slice(1) ?? [];
    const load = phase({ users: Number(users), spawn, ...more });
    expect(isSteady(load, measuredWindow(load))).toBe(isIt);
  });

  test('starts the users that a second stage has more anew', () => {
    const stages = [
      { users: 10, for: '20s' },
      { users: 20, for: '1m' },
    ];
    const load = phase({ stages, spawn: '1/s' });
    expect(isSteady(load, { fromMs: 29_000, toMs: 80_000 })).toBe(false);
    expect(isSteady(load, { fromMs: 30_000, toMs: 80_000 })).toBe(true);
  });
});

describe('sharing out', () => {
  test.each([
    [10, { a: 1, b: 1, c: 1 }, { a: 4, b: 3, c: 3 }],
    [1, { a: 20, b: 80 }, { a: 0, b: 1 }],
    [3, { a: 0.1, b: 0.2 }, { a: 1, b: 2 }],
    [0, { a: 1, b: 1 }, { a: 0, b: 0 }],
  ])('%i by %o', (total, weights, expected) => {
    expect(shareOut(total, weights)).toEqual(expected);
  });

  test('gives away exactly what there is, and no share is off by one or more', () => {
    const weights = fc.dictionary(
      fc.string({ minLength: 1, maxLength: 3, unit: 'grapheme-ascii' }),
      fc.double({ min: 0.01, max: 1000, noNaN: true }),
      { minKeys: 1, maxKeys: 8 },
    );
    fc.assert(
      fc.property(fc.nat(5000), weights, (total, given) => {
        const shares = shareOut(total, given);
        const sum = Object.values(given).reduce((left, right) => left + right, 0);
        expect(Object.values(shares).reduce((left, right) => left + right, 0)).toBe(total);
        for (const [name, weight] of Object.entries(given)) {
          expect(Math.abs((shares[name] ?? NaN) - (total * weight) / sum)).toBeLessThan(1 + 1e-6);
        }
      }),
    );
  });

  test('divides each stage among the scenarios', () => {
    expect(scenarioStages(stepped)).toEqual({
      a: [
        { fromMs: 0, toMs: 120_000, level: { from: 0, to: 30 } },
        { fromMs: 120_000, toMs: 300_000, level: { from: 30, to: 30 } },
      ],
      b: [
        { fromMs: 0, toMs: 120_000, level: { from: 0, to: 10 } },
        { fromMs: 120_000, toMs: 300_000, level: { from: 10, to: 10 } },
      ],
    });
    const open = phase({ scenarios: { a: 1, b: 2 }, rate: '3/s', for: '1m' });
    expect(scenarioStages(open)['b']?.[0]?.level).toEqual({ from: 2, to: 2 });
  });
});

describe('the order of phases', () => {
  const at = (after?: string[]): Phase =>
    phase({ users: 1, for: '1m', ...(after === undefined ? {} : { after }) });

  test('is that of the file, moved only as `after` demands', () => {
    expect(phaseOrder({ a: at(['c']), b: at(), c: at(['d']), d: at() })).toEqual(['d', 'c', 'a', 'b']);
  });

  test('has each phase once where phases wait for each other in a circle', () => {
    expect([...phaseOrder({ a: at(['b']), b: at(['a']) })].sort()).toEqual(['a', 'b']);
  });
});
