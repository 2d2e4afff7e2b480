/** Pauses have the mean and the deviation that the plan says. */
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { runtime } from './runtime';

const count = 40_000;

/** A generator with a seed, so that the test always sees the same numbers. */
const random = `let state = 7;
Math.random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};`;

test.each([
  ['exponential(2)', 2, 2],
  ['normal(2, 0.5)', 2, 0.5],
  ['lognormal(2, 1)', 2, 1],
  ['lognormal(0, 0)', 0, 0],
])('%s', (call, mean, deviation) => {
  const { exponential, standardNormal, normal, lognormal } = runtime;
  const code = [random, exponential, standardNormal, normal, lognormal].join('\n');
  const draws = runInNewContext(`${code}\nArray.from({ length: ${count} }, () => ${call})`) as number[];
  const found = draws.reduce((sum, draw) => sum + draw, 0) / count;
  const spread = Math.sqrt(draws.reduce((sum, draw) => sum + (draw - found) ** 2, 0) / count);
  // Five standard errors of the mean; the deviation of a skewed distribution is less certain, so 5 % for it.
  expect(Math.abs(found - mean)).toBeLessThanOrEqual((5 * deviation) / Math.sqrt(count));
  expect(Math.abs(spread - deviation)).toBeLessThanOrEqual(0.05 * deviation);
  expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
});
