/** How often intervals hold the truth, in simulations. The bench has the same with more samples and more runs. */
import { expect, test } from 'vitest';
import { coverageOf, type LawName } from '../../test/kit/simulated-waits';
import { Histogram } from './histogram';
import { interval } from './interval';

const quantiles = [0.5, 0.95, 0.99];
const runs = 300;

function coverage(law: LawName, samples: number): number[] {
  return coverageOf(law, { samples, runs }, quantiles, (seconds, q) => {
    const whole = new Histogram();
    for (const second of seconds) whole.merge(second);
    return interval(q, whole);
  });
}

test('the interval of order statistics holds the truth in 95 of 100 runs of independent requests', () => {
  for (const samples of [1000, 5000]) {
    for (const held of coverage('independent', samples)) {
      // Of 300 runs, 95 % is met to within 2.5 % either way.
      expect(held).toBeGreaterThanOrEqual(0.925);
      expect(held).toBeLessThanOrEqual(0.98);
    }
  }
});
