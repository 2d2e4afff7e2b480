import { expect, test } from 'vitest';
import { liveLimits, noPoints, type LivePoints } from '../../protocol/live';
import { sampleDelta, sampleSnapshot } from '../../test/views/sample-run';
import { receive, replaceTail, type ViewState } from './state';

const at = (...t: number[]): LivePoints => {
  const column = t.map((value) => value * 10);
  const named = Object.fromEntries(Object.keys(noPoints).map((name) => [name, column]));
  return { ...noPoints, ...named, t };
};

function check(before: LivePoints, fromS: number, tail: LivePoints, expected: readonly number[]): void {
  const { t, p50, success } = replaceTail(before, fromS, tail);
  expect(t).toEqual(expected);
  expect(p50).toEqual(expected.map((value) => value * 10));
  expect(success).toEqual(p50);
}

test('points from the given time on are replaced', () => {
  check(at(0, 1, 2, 3), 2, at(2, 3, 4), [0, 1, 2, 3, 4]);
});

test('points after the end are appended, and an empty change takes the rest away', () => {
  check(at(0, 1), 5, at(5, 6), [0, 1, 5, 6]);
  check(at(0, 1, 2), 1, at(), [0]);
});

test('beyond the limit the oldest points go', () => {
  const many = at(...Array.from({ length: liveLimits.points }, (_, index) => index));
  const { t } = replaceTail(many, 9000, at(9000, 9001));
  expect(t).toHaveLength(liveLimits.points);
  expect([t[0], t.at(-1)]).toEqual([2, 9001]);
});

test('a change without a picture to change is stale, and so is one after a gap', () => {
  const empty: ViewState = { kind: 'empty' };
  expect(receive(empty, sampleDelta(1, 0, 1))).toEqual({ state: empty, stale: true });
  const { state } = receive(empty, sampleSnapshot(10));
  expect(receive(state, sampleDelta(2, 9, 11))).toEqual({ state, stale: true });
  expect(receive(state, sampleDelta(1, 9, 11)).stale).toBe(false);
});

test('the values of resources are replaced with the points', () => {
  const { state } = receive({ kind: 'empty' }, sampleSnapshot(20));
  const after = receive(state, sampleDelta(1, 18, 22)).state;
  if (after.kind !== 'run') throw new Error('there is no run');
  const whole = sampleSnapshot(22);
  expect(after.run.resources).toEqual(whole.resources);
  expect(after.run.resources.every(({ values }) => values.length === whole.points.t.length)).toBe(true);
});
