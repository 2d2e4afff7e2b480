import { expect, test } from 'vitest';
import { explainRunnerExit } from './runner-exit';

test('a run with a result tells its verdict there, so that its exit is not told twice', () => {
  for (const code of [0, 1, 2, 3, 4, 5]) expect(explainRunnerExit(code, 'result', '')).toBeUndefined();
});

test('a runner that refused says why and what would help', () => {
  const words = 'Not started: another run is on 127.0.0.1:8000.\nTo go on, stop it first.\n';
  expect(explainRunnerExit(2, 'none', words)?.message).toBe(
    'Not started: another run is on 127.0.0.1:8000. To go on, stop it first.',
  );
});

test('a runner that says nothing of why it ended has its exit code explained', () => {
  expect(explainRunnerExit(2, 'none', '')?.message).toBe('The runner did not accept the plan.');
});

test('a broken tool is told even where there is a run', () => {
  expect(explainRunnerExit(6, 'result', '')?.message).toMatch(/tool/);
});

test('an end by a signal before there was a run is told', () => {
  expect(explainRunnerExit(null, 'none', '')?.message).toMatch(/signal/);
});

test('a flood of words is cut', () => {
  expect(explainRunnerExit(7, 'none', 'x'.repeat(10_000))?.message.length).toBeLessThan(600);
});

test('a runner that ended and left a folder without a result is told, whatever its code', () => {
  for (const code of [0, 1, 4, 5]) {
    expect(explainRunnerExit(code, 'folder', '')?.message).toMatch(/without a result/);
  }
  expect(explainRunnerExit(null, 'folder', '')?.message).toMatch(/signal/);
  expect(explainRunnerExit(2, 'folder', 'Not started: the target is taken.')?.message).toMatch(/taken/);
});
