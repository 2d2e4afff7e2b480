import { expect, test } from 'vitest';
import { failureCounts } from './failure-words';

test('answers are told by status, and what stood in their way by code and cause', () => {
  const step = {
    statuses: { '0': 784, '200': 990, '503': 10 },
    errorCodes: { '0': 1, '1212': 783, '1999': 1 },
  };
  expect(failureCounts(step)).toEqual({
    answers: '990 × 200, 10 × 503',
    errors: '783 × 1212 (connection refused), 1 × 1999',
  });
});
