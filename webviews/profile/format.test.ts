import { expect, it } from 'vitest';
import { formatPoints, formatShare, formatWeight, placeOf } from './format';

it.each([
  [1_500_000_000, 'ns', '1.5 s'],
  [20_000_000, 'ns', '20 ms'],
  [180e9, 'ns', '3 min'],
  [0, 'ns', '0 ns'],
  [3 * 1024 * 1024, 'bytes', '3 MiB'],
  [1234, 'samples', '1,234'],
] as const)('a weight of %d %s reads as %s', (weight, unit, text) => {
  expect(formatWeight(weight, unit)).toBe(text);
});

it('a share that is not nothing never reads as nothing', () => {
  expect([0, 0.0001, 0.1234, 1].map(formatShare)).toEqual(['0.0 %', '< 0.1 %', '12.3 %', '100.0 %']);
});

it('a change has its sign', () => {
  expect([0.051, -0.051, -0.0001].map(formatPoints)).toEqual(['+5.1 pts', '−5.1 pts', '0.0 pts']);
});

it('a place is short, and says where there is none', () => {
  expect(placeOf('/srv/shop/gateway/app.py', 12)).toBe('…/gateway/app.py:12');
  expect(placeOf('app.py', 0)).toBe('app.py');
  expect(placeOf('~', 0)).toBe('built in');
});
