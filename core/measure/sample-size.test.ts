import { expect, test } from 'vitest';
import { sampleGrade, samplesNeeded } from './sample-size';

test.each([
  [0.5, 5],
  [0.9, 30],
  [0.95, 60],
  [0.99, 300],
  [0.999, 3000],
  [0.05, 60],
])('the quantile %d needs %d samples', (q, samples) => {
  expect(samplesNeeded(q)).toBe(samples);
});

test.each([
  [0.99, 299, 'withheld'],
  [0.99, 300, 'rough'],
  [0.99, 3000, 'fair'],
  [0.99, 9999, 'fair'],
  [0.99, 10_000, 'plain'],
  [0.95, 59, 'withheld'],
  [0.95, 60, 'rough'],
  [0.95, 600, 'fair'],
  [0.95, 2000, 'plain'],
] as const)('the quantile %d over %d samples is %s', (q, samples, grade) => {
  expect(sampleGrade(q, samples)).toBe(grade);
});
