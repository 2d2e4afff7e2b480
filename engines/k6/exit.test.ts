import { expect, test } from 'vitest';
import { explainExit } from './exit';

test.each([
  [0, 'clean'],
  [97, 'error'],
  [98, 'error'],
  [99, 'error'],
  [100, 'error'],
  [101, 'error'],
  [102, 'error'],
  [103, 'aborted'],
  [104, 'error'],
  [105, 'killed'],
  [106, 'error'],
  [107, 'error'],
  [108, 'aborted'],
  [109, 'error'],
  [110, 'error'],
  [255, 'error'],
])('exit code %i of k6 is known and means %s', (code, kind) => {
  const meaning = explainExit(code, null);
  expect(meaning.kind).toBe(kind);
  expect(meaning.message).not.toContain('unknown');
});

test.each([1, 2, 96, 111, 127, 137, 254])('the unknown code %i is an error, and named', (code) => {
  expect(explainExit(code, null)).toMatchObject({
    kind: 'error',
    message: expect.stringContaining(String(code)) as string,
  });
});

test('only the code 0 without a signal is clean', () => {
  for (let code = 0; code <= 255; code += 1) {
    expect(explainExit(code, null).kind === 'clean').toBe(code === 0);
    expect(explainExit(code, 'SIGTERM').kind).not.toBe('clean');
  }
  expect(explainExit(null, null).kind).toBe('error');
});

test.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGPIPE', 'SIGUSR2'])('%s is a kill', (signal) => {
  expect(explainExit(null, signal).kind).toBe('killed');
});
