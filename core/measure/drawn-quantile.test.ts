import { expect, test } from 'vitest';
import { drawnQuantile } from './drawn-quantile';
import { Histogram } from './histogram';
import { below, normal, seededRandom } from './random';

test('a quantile of drawn blocks is that of their histograms, merged', () => {
  const random = seededRandom(1);
  const blocks = [0, 3, 40, 500].map((count) => {
    const histogram = new Histogram();
    for (let i = 0; i < count; i++) histogram.record(Math.exp(8 + 2 * normal(random)));
    return histogram;
  });
  const draw = drawnQuantile(blocks);
  for (let seed = 0; seed < 200; seed++) {
    for (const q of [0, 0.5, 0.95, 1]) {
      const same = seededRandom(seed);
      const whole = new Histogram();
      for (const _ of blocks) whole.merge(blocks[below(blocks.length, same)] ?? new Histogram());
      expect(draw(q, seededRandom(seed))).toBe(whole.quantile(q));
    }
  }
});

test('blocks without any sample have none', () => {
  expect(drawnQuantile([new Histogram()])(0.5, () => 0)).toBeUndefined();
  expect(drawnQuantile([])(0.5, () => 0)).toBeUndefined();
});
