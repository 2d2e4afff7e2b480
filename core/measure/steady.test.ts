import { describe, expect, test } from 'vitest';
import { requests, simulatedPhase } from '../../test/kit/simulated-stream';
import { courses, kindsOf, seriesAround, type CourseName } from '../../test/kit/simulated-courses';
import { seededRandom } from './random';
import { RunSeries } from './series';
import { mserCut, steadyFindings, steadyState, type SteadyState } from './steady';

/** How many of 200 series are found to be of one kind. */
const among = (course: CourseName, kind: SteadyState['kind'], length?: number): number =>
  Math.round(200 * kindsOf(course, 200, length)[kind]);

describe('of 200 series', () => {
  test('without drift nearly all are plateaus', () => {
    expect(among('level', 'plateau')).toBeGreaterThanOrEqual(190);
    expect(among('level', 'plateau', 60)).toBeGreaterThanOrEqual(170);
  });

  test('with a start-up of a tenth all are plateaus from there on', () => {
    expect(among('start-up of a tenth', 'plateau')).toBeGreaterThanOrEqual(190);
    const state = steadyState(seriesAround(courses['start-up of a tenth'], 1));
    expect(state).toMatchObject({ kind: 'plateau' });
    if (state.kind !== 'plateau') return;
    expect(state.from).toBeGreaterThanOrEqual(20);
    expect(state.from).toBeLessThan(80);
    expect(state.level).toBeCloseTo(100, -1);
  });

  test('that rise or fall by a third nearly all are found to drift', () => {
    expect(among('rise by a third', 'drifting-up')).toBeGreaterThanOrEqual(190);
    expect(among('fall by a quarter', 'drifting-down')).toBeGreaterThanOrEqual(190);
    expect(among('fall by a quarter', 'plateau')).toBeLessThanOrEqual(5);
  });

  test('that break in the last third none is a plateau', () => {
    expect(among('break in the last third', 'plateau')).toBe(0);
  });

  test('that swing widely none is a plateau', () => {
    expect(among('wide swing', 'plateau')).toBe(0);
  });
});

test('fifty values are the least that can be judged', () => {
  expect(steadyState(Array.from({ length: 49 }, () => 1))).toEqual({ kind: 'unknown' });
  expect(steadyState(Array.from({ length: 50 }, () => 1))).toEqual({ kind: 'plateau', from: 0, level: 1 });
  expect(steadyState(Array.from({ length: 50 }, () => 0))).toMatchObject({ kind: 'plateau', level: 0 });
});

test('MSER cuts off what differs at the start, and only that', () => {
  expect(mserCut([90, 50, 10, 11, 10, 11, 10, 11, 10, 11])).toBe(2);
  expect(mserCut([10, 11, 10, 11, 10, 11, 10, 11, 10, 11])).toBe(0);
});

function findings(latencyMs: (second: number) => number): readonly string[] {
  const random = seededRandom(3);
  const run = new RunSeries();
  const tick = (at: number) => ({
    requests: [
      requests(
        at,
        Array.from({ length: 20 }, () => latencyMs(at) * (1 + 0.2 * random())),
      ),
    ],
  });
  for (const record of simulatedPhase({ seconds: 200, tick })) run.add(record);
  return steadyFindings(run.points(), { fromMs: 20_000, toMs: 200_000 }).map(({ message }) => message);
}

test('a phase whose latency creeps up is told, one that is steady is not', () => {
  expect(findings(() => 50)).toEqual([]);
  expect(findings((at) => 50 + at / 4)).toEqual([
    expect.stringMatching(/^the median latency rose by \d+(?:\.\d)? % through the measured window/),
  ]);
  expect(findings((at) => (at < 15 ? 500 : 50))).toEqual([]);
});
