import { describe, expect, it } from 'vitest';
import { importSample, profileOfStacks } from '../../test/kit/profile-samples';
import { sourceHeat } from './source-heat';

describe('the heat of the program’s own files', () => {
  it('gives each line its share of what was spent in it and below it', () => {
    const profile = profileOfStacks(
      'main:3 price:7 = 2',
      'main:3 lib/site-packages/x.py/get:3 = 5',
      'main:4 = 1',
    );
    expect(sourceHeat([profile])).toEqual([
      {
        file: 'app.py',
        lines: [
          { line: 3, self: 0, total: 7 / 8 },
          { line: 4, self: 1 / 8, total: 1 / 8 },
          { line: 7, self: 2 / 8, total: 2 / 8 },
        ],
        functions: [
          { name: 'main', line: 3, self: 1 / 8, total: 1 },
          { name: 'price', line: 7, self: 2 / 8, total: 2 / 8 },
        ],
      },
    ]);
  });

  it('counts a recursive line once', () => {
    const [heat] = sourceHeat([profileOfStacks('walk:3 walk:3 walk:4 = 2')]);
    expect(heat?.lines).toEqual([
      { line: 3, self: 0, total: 1 },
      { line: 4, self: 1, total: 1 },
    ]);
  });

  it('adds the pieces of a recording up before it takes shares, and begins a function at its first line', () => {
    const [heat] = sourceHeat([profileOfStacks('main:5 = 3'), profileOfStacks('main:4 = 1')]);
    expect(heat?.lines.map(({ line, total }) => [line, total])).toEqual([
      [4, 1 / 4],
      [5, 3 / 4],
    ]);
    expect(heat?.functions).toEqual([{ name: 'main', line: 4, self: 1, total: 1 }]);
  });

  it('puts what a tracing profiler counted at the lines where functions are defined', () => {
    const heat = sourceHeat([importSample('cprofile/python-3.12/shop.pstats')]);
    const shop = heat.find(({ file }) => file.endsWith('shop.py'));
    for (const { name, line, total } of shop?.functions ?? [])
      expect(shop?.lines.find((one) => one.line === line)?.total, name).toBeGreaterThanOrEqual(total);
    expect(shop?.functions.length).toBeGreaterThan(2);
  });
});
