import { expect, test } from 'vitest';
import { readReport } from './output';

test('reads how many stacks were taken, and how many were torn', () => {
  const text =
    "py-spy> Sampling process 100 times a second for 6 seconds.\n\npy-spy> Wrote speedscope file to 'a.json'. Samples: 479 Errors: 2\n";
  expect(readReport(text)).toEqual({ samples: 479, errors: 2, behindS: 0, hasTargetExited: false });
});

test('takes the worst of what it says of falling behind', () => {
  const line = (seconds: string): string =>
    `py-spy> ${seconds}s behind in sampling, results may be inaccurate. Try reducing the sampling rate\n`;
  expect(readReport(line('1.02') + line('3.50') + line('2.01')).behindS).toBe(3.5);
});

test('sees that the target ended, and claims nothing of what was not said', () => {
  const report = readReport('py-spy> Stopped sampling because process exited\n');
  expect(report).toEqual({ samples: null, errors: null, behindS: 0, hasTargetExited: true });
});
