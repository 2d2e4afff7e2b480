import { expect, test } from 'vitest';
import { cheapestSplit } from './cheapest-split';

test('a gap is halved where both answers cost the same, or a break costs less', () => {
  expect(cheapestSplit(5000, 5000)).toBe(0.5);
  expect(cheapestSplit(5000, 2000)).toBe(0.5);
});

test('it is halved where nothing has held or broken yet', () => {
  expect(cheapestSplit(NaN, 5000)).toBe(0.5);
  expect(cheapestSplit(5000, NaN)).toBe(0.5);
  expect(cheapestSplit(0, 0)).toBe(0.5);
});

test('a break that costs five times as much is risked in a quarter of the trials, and never in hardly any', () => {
  expect(cheapestSplit(5000, 25_000)).toBeCloseTo(0.245, 2);
  expect(cheapestSplit(5000, 5_000_000)).toBe(0.1);
});

test('no other cut of a long gap finds the limit sooner', () => {
  const costOf = (cut: number): number => meanCost(cut, 400, { heldMs: 5, brokeMs: 25 });
  const best = costOf(cheapestSplit(5, 25));
  for (const cut of [0.1, 0.15, 0.35, 0.5]) expect(best).toBeLessThan(costOf(cut));
});

/** What it costs in the mean to find the limit in a gap of so many steps, by cuts at the same share of it. */
function meanCost(
  cut: number,
  steps: number,
  costs: { readonly heldMs: number; readonly brokeMs: number },
): number {
  const mean = [0, 0];
  for (let size = 2; size <= steps; size++) {
    const below = Math.min(size - 1, Math.max(1, Math.round(cut * size)));
    const broken = costs.brokeMs + (mean[below] ?? 0);
    const held = costs.heldMs + (mean[size - below] ?? 0);
    mean.push((below * broken + (size - below) * held) / size);
  }
  return mean[steps] ?? 0;
}
