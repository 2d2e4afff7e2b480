import { describe, expect, test } from 'vitest';
import { loadShape, type PhaseShape } from './load-shape';
import { phaseSchema, type Phase } from './schema';

const phases = (values: Readonly<Record<string, object>>): Readonly<Record<string, Phase>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, phaseSchema.parse(value)]));
const shapes = (values: Readonly<Record<string, object>>): readonly PhaseShape[] => loadShape(phases(values));

const load = { scenarios: ['a'], users: '1 -> 100', for: '15m', warmup: '1m' };
const search = {
  scenarios: ['a'],
  find: { start: '10/s', factor: 2, trial: '10s', max: '40/s', confirm: '30s' },
};

describe('the shape of the loads of a plan', () => {
  test('has the level, the warm-up and the measured window of a load', () => {
    expect(shapes({ load })).toMatchObject([
      {
        name: 'load',
        kind: 'load',
        unit: 'users',
        parts: [{ fromMs: 0, toMs: 900_000, from: 1, to: 100 }],
        warmups: [{ fromMs: 0, toMs: 60_000 }],
        windows: [{ fromMs: 60_000, toMs: 900_000 }],
        durationMs: 900_000,
        peak: 100,
        isEstimate: false,
      },
    ]);
  });

  test('has the phases in the order in which they run, and each after what', () => {
    const found = shapes({ late: { ...load, after: 'early' }, early: load });
    expect(found.map(({ name, after }) => [name, after])).toEqual([
      ['early', []],
      ['late', ['early']],
    ]);
  });

  test('has the climb of a search up to its highest rate, and says that the rest is open', () => {
    const [shape] = shapes({ search });
    expect(shape?.parts.map(({ from }) => from)).toEqual([10, 20, 40, null]);
    expect(shape).toMatchObject({ kind: 'search', unit: 'per-second', isEstimate: true, peak: null });
    expect(shape?.parts.at(-1)?.toMs).toBe(shape?.durationMs);
    expect(shape?.windows).toHaveLength(3);
  });

  test('has the climb of a search by users in whole users', () => {
    const [shape] = shapes({
      search: { ...search, find: { ...search.find, start: 1, factor: 1.4, max: 5 } },
    });
    expect(shape?.parts.map(({ from }) => from)).toEqual([1, 2, 3, 4, 5, null]);
    expect(shape).toMatchObject({ kind: 'search', unit: 'users' });
    const profile = [{ target: 't', with: 'py-spy', for: '10s' }];
    const crowd = { ...search, find: { ...search.find, start: 1, max: 5 } };
    const [, again] = shapes({ search: crowd, again: { rerun: 'search', at: 'knee', profile } });
    expect(again).toMatchObject({ unit: 'users', peak: null });
  });

  test('of a phase that runs a load again has the level that the plan says, and of a search none', () => {
    const profile = [{ target: 't', with: 'py-spy', for: '10s' }];
    const [, ofLoad] = shapes({ load, again: { rerun: 'load', at: '50%', profile } });
    expect(ofLoad).toMatchObject({ kind: 'profiling', unit: 'users', peak: 50, isEstimate: false });
    const [, ofSearch] = shapes({ search, again: { rerun: 'search', at: 'knee', profile } });
    expect(ofSearch).toMatchObject({ peak: null, isEstimate: true });
    expect(ofSearch?.parts.every(({ from }) => from === null)).toBe(true);
  });

  test('leaves out what has no load to show', () => {
    expect(shapes({ open: { scenarios: ['a'] } })).toEqual([]);
  });
});
