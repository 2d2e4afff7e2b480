import { expect, test } from 'vitest';
import { noiseFloor } from './noise-floor';
import { normal, seededRandom } from './random';

const random = seededRandom(3);
const runs = (count: number, noise: number): number[] =>
  Array.from({ length: count }, () => 100 * Math.exp(noise * normal(random)));

test('runs that are all the same have no noise', () => {
  expect(noiseFloor([5, 5, 5, 5], random)).toBe(0);
});

test('the floor grows with the noise, and is about as far as two sides of the same build lie apart', () => {
  const [calm, wild] = [noiseFloor(runs(10, 0.01), random), noiseFloor(runs(10, 0.1), random)];
  expect(calm).toBeGreaterThan(0.001);
  expect(calm).toBeLessThan(0.03);
  expect(wild).toBeGreaterThan(0.03);
  expect(wild).toBeLessThan(0.35);
});

test('one wild run of ten hardly moves it', () => {
  const calm = runs(9, 0.01);
  expect(noiseFloor([...calm, 100_000], random)).toBeLessThan(0.05);
});

test('too few runs, or a run without a value, have none', () => {
  expect(noiseFloor([1, 2, 3], random)).toBeUndefined();
  expect(noiseFloor([1, 2, 3, 0], random)).toBeUndefined();
  expect(noiseFloor([1, 2, 3, NaN], random)).toBeUndefined();
});
