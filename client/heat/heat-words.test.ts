import { expect, test } from 'vitest';
import { heatStep, lensWords, levelWords, lineWords, percent } from './heat-words';

test('a share has as many digits as it is worth', () => {
  expect([0.314, 0.0995, 0.0994, 0.034, 0.0304, 0].map(percent)).toEqual([
    '31 %',
    '10 %',
    '9.9 %',
    '3.4 %',
    '3 %',
    '0 %',
  ]);
});

test('a line through which work only passes says its total alone', () => {
  expect(lineWords({ self: 0.12, total: 0.31 })).toBe('12 % self · 31 % total');
  expect(lineWords({ self: 0.004, total: 0.31 })).toBe('31 % total');
});

test('the step of a line is by what it costs itself', () => {
  expect([0, 0.04, 0.05, 0.1, 0.2, 0.9].map((self) => heatStep({ self, total: 0.9 }))).toEqual([
    0, 0, 1, 2, 3, 3,
  ]);
});

test('the level of the load is named as people call it', () => {
  const at = (from: string, unit: 'users' | 'per-second' = 'per-second'): string =>
    levelWords({ value: 7.5, unit, from });
  expect(at('the knee of stress')).toBe('at the knee');
  expect(at('80 % of the capacity of stress')).toBe('at 80 % of the capacity');
  expect(at('the plan')).toBe('at 7.5/s');
  expect(at('the plan', 'users')).toBe('at 7.5 users');
});

test('a lens says the share, what it was, and whether the file is still the same', () => {
  const level = { value: 7.5, unit: 'per-second', from: 'the knee of stress' } as const;
  const facts = { total: 0.31, isCounted: false, level, before: undefined, hasChanged: false };
  expect(lensWords(facts)).toBe('31 % of samples at the knee');
  expect(lensWords({ ...facts, before: { total: 0.12, words: 'at baseline' } })).toBe(
    '31 % of samples at the knee, was 12 % at baseline',
  );
  expect(lensWords({ ...facts, isCounted: true, hasChanged: true })).toBe(
    '31 % of counted time at the knee · the file has changed since',
  );
});
