import { expect, test } from 'vitest';
import { causeIn, explainExit } from './exit';

test('only a clean end is one', () => {
  expect(explainExit(0, null).kind).toBe('clean');
  expect(explainExit(1, null)).toEqual({ kind: 'error', message: 'Locust ended with the exit code 1' });
  expect(explainExit(null, 'SIGKILL').kind).toBe('killed');
  expect(explainExit(null, 'SIGSEGV').kind).toBe('error');
  expect(explainExit(null, null).kind).toBe('error');
});

test.each([
  [
    ['[2026-01-01 00:00:00,000] host/ERROR/locust.main: Unknown User(s): Nobody', ''],
    'Unknown User(s): Nobody',
  ],
  [['benchwright: no shape', '[x] host/INFO/locust.main: Shutting down'], 'no shape'],
  [
    [
      '  File "/plan/shop.py", line 3',
      '    def buy(self:',
      '           ^',
      "SyntaxError: '(' was never closed",
    ],
    "SyntaxError: '(' was never closed (/plan/shop.py:3)",
  ],
  [['nothing to be read from this'], undefined],
])('the cause is found in the last lines of the log: %j', (lines, cause) => {
  expect(causeIn(lines)).toBe(cause);
});
