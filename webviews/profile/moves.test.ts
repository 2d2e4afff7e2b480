import { describe, expect, it } from 'vitest';
import { boxAt, boxTowards, zoomed, type Layout } from './moves';

// main 0-10 over price 0-6 and parse 6-9; score 1-4 below price.
const layout: Layout = {
  left: Float64Array.of(0, 0, 6, 1),
  right: Float64Array.of(10, 6, 9, 4),
  depth: Uint32Array.of(0, 1, 1, 2),
  fn: Uint32Array.of(0, 1, 2, 3),
  from: 0,
  to: 10,
};
const [main, price, parse, score] = [0, 1, 2, 3];

it('the rectangle under the pointer is found, or none', () => {
  expect([boxAt(layout, 5, 0), boxAt(layout, 6, 1), boxAt(layout, 9.5, 1), boxAt(layout, 2, 2)]).toEqual([
    main,
    parse,
    -1,
    score,
  ]);
});

it.each([
  ['up to the caller', score, 'ArrowUp', price],
  ['up no further than the top', main, 'ArrowUp', main],
  ['down to the heaviest callee', main, 'ArrowDown', price],
  ['right to the next in the row', price, 'ArrowRight', parse],
  ['left to the one before', parse, 'ArrowLeft', price],
  ['nowhere at the end of the row', parse, 'ArrowRight', parse],
])('an arrow key leads %s', (_, from, key, to) => {
  expect(boxTowards(layout, from, key)).toBe(to);
});

describe('zooming', () => {
  const axis = { from: 0, to: 100 };
  it('keeps the point under the pointer', () => {
    expect(zoomed(axis, axis, 25, 0.5)).toEqual({ from: 12.5, to: 62.5 });
  });
  it('stays within the axis', () => {
    expect(zoomed({ from: 0, to: 50 }, axis, 0, 4)).toEqual({ from: 0, to: 100 });
  });
});
