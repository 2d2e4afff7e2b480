import { expect, test } from 'vitest';
import { explainRunnerExit } from './runner-exit';

test('a run with a folder tells its verdict there, so that its exit is not told twice', () => {
  for (const code of [0, 1, 2, 3, 4, 5]) expect(explainRunnerExit(code, true, '')).toBeUndefined();
});

test('a runner that refused says why and what would help', () => {
  const words = 'Not started: another run is on 127.0.0.1:8000.\nTo go on, stop it first.\n';
  expect(explainRunnerExit(2, false, words)?.message).toBe(
    'The runner did not accept the plan. Not started: another run is on 127.0.0.1:8000. To go on, stop it first.',
  );
});

test('a broken tool is told even where there is a run', () => {
  expect(explainRunnerExit(6, true, '')?.message).toMatch(/tool/);
});

test('an end by a signal before there was a run is told', () => {
  expect(explainRunnerExit(null, false, '')?.message).toMatch(/signal/);
});

test('a flood of words is cut', () => {
  expect(explainRunnerExit(7, false, 'x'.repeat(10_000))?.message.length).toBeLessThan(600);
});
