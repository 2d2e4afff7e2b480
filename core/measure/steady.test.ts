import { describe, expect, test } from 'vitest';
import { requests, simulatedPhase } from '../../test/kit/simulated-stream';
import { normal, seededRandom } from './random';
import { RunSeries } from './series';
import { mserCut, steadyFindings, steadyState } from './steady';

/** Values around a course, with noise that resembles its neighbours as that of a queue does. */
function series(seed: number, length: number, noise: number, course: (i: number) => number): number[] {
  const random = seededRandom(seed);
  let carried = 0;
  return Array.from({ length }, (_, i) => {
    carried = 0.5 * carried + normal(random) * Math.sqrt(0.75);
    return course(i) * (1 + noise * carried);
  });
}

/** How many of 200 series are found to be of each kind. */
function kinds(course: (i: number) => number, length = 300, noise = 0.1): Record<string, number> {
  const found: Record<string, number> = {};
  for (let seed = 0; seed < 200; seed++) {
    const { kind } = steadyState(series(seed, length, noise, course));
    found[kind] = (found[kind] ?? 0) + 1;
  }
  return found;
}

describe('of 200 series', () => {
  test('without drift nearly all are plateaus', () => {
    expect(kinds(() => 100)['plateau']).toBeGreaterThanOrEqual(190);
    expect(kinds(() => 100, 60)['plateau'] ?? 0).toBeGreaterThanOrEqual(170);
  });

  test('with a start-up of a tenth all are plateaus from there on', () => {
    const course = (i: number): number => (i < 30 ? 300 - 6 * i : 100);
    expect(kinds(course)['plateau']).toBeGreaterThanOrEqual(190);
    const state = steadyState(series(1, 300, 0.1, course));
    expect(state).toMatchObject({ kind: 'plateau' });
    if (state.kind !== 'plateau') return;
    expect(state.from).toBeGreaterThanOrEqual(20);
    expect(state.from).toBeLessThan(80);
    expect(state.level).toBeCloseTo(100, -1);
  });

  test('that rise or fall by a third nearly all are found to drift', () => {
    expect(kinds((i) => 100 + i / 9)['drifting-up']).toBeGreaterThanOrEqual(190);
    expect(kinds((i) => 140 - i / 9)['drifting-down']).toBeGreaterThanOrEqual(190);
    expect(kinds((i) => 140 - i / 9)['plateau'] ?? 0).toBeLessThanOrEqual(5);
  });

  test('that break in the last third none is a plateau', () => {
    expect(kinds((i) => (i < 200 ? 100 : 400))['plateau'] ?? 0).toBe(0);
  });

  test('that swing widely none is a plateau', () => {
    expect(kinds((i) => (i % 40 < 20 ? 30 : 170))['plateau'] ?? 0).toBe(0);
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
