import { expect, test } from 'vitest';
import { CounterRates } from './resource-rates';

/** @param readings value and time in seconds. */
function check(readings: readonly (readonly [number, number])[], expected: readonly (number | undefined)[]) {
  const rates = new CounterRates();
  expect(readings.map(([value, second]) => rates.rate('c', value, second * 1000))).toEqual(expected);
}

test('a rate is the difference by the time between', () => {
  check([[10, 0], [12, 1], [12, 3], [20, 5]], [undefined, 2, 0, 4]); // prettier-ignore
});

test('a counter that begins anew has no rate, then has one again', () => {
  check([[10, 0], [3, 1], [5, 2]], [undefined, undefined, 2]); // prettier-ignore
});

test('no rate is made across a long silence, of a clock that stands, or of one that goes back', () => {
  check([[0, 0], [100, 60], [101, 61]], [undefined, undefined, 1]); // prettier-ignore
  check([[0, 10], [5, 10], [9, 11]], [undefined, undefined, 9]); // prettier-ignore
  check([[0, 10], [5, 8], [9, 10]], [undefined, undefined, 2]); // prettier-ignore
});
