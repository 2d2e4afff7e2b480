import { describe, expect, test } from 'vitest';
import type { LoadSample } from './load-samples';
import { collapse, overload } from './overload';
import { normal, seededRandom } from './random';

const iterationMs = 20;

/** One record a second: what is got done of `rate` arrivals, second by second. */
function recordsOf(rate: number, doneIn: readonly number[]): LoadSample[] {
  let users = 0;
  return doneIn.map((done, index) => {
    users = Math.max(0, users + rate - done);
    return { endMs: (index + 1) * 1000, durationMs: 1000, users, iterations: Math.round(done) };
  });
}

const repeat = (seconds: number, done: (second: number) => number): number[] =>
  Array.from({ length: seconds }, (_, second) => done(second));

function check(rate: number, doneIn: readonly number[], knownMs: number | undefined = iterationMs) {
  return overload(recordsOf(rate, doneIn), { fromMs: 1000, toMs: 60_000 }, rate, knownMs);
}

describe('an overload is beyond doubt', () => {
  test('two seconds into a load far above the capacity, and what is served is the capacity', () => {
    expect(
      check(
        320,
        repeat(2, () => 200),
      )?.served,
    ).toBeCloseTo(200, 0);
    expect(
      check(
        320,
        repeat(1, () => 200),
      ),
    ).toBeUndefined();
  });

  test('a few seconds into a load of one percent too much, where each second leaves as much undone', () => {
    expect(
      check(
        202,
        repeat(6, () => 200),
      ),
    ).toMatchObject({ served: 200 });
    expect(
      check(
        202,
        repeat(3, () => 200),
      ),
    ).toBeUndefined();
  });

  test('behind a service at random, once chance does not explain what is left undone', () => {
    const random = seededRandom(5);
    const done = repeat(8, () => 266 + 16 * normal(random));
    expect(check(320, done)?.served).toBeGreaterThan(250);
    expect(check(268, done)).toBeUndefined();
  });

  test('counts what arrives up to the end of the load only', () => {
    const window = { fromMs: 1000, toMs: 8000 };
    const kept = [...repeat(8, () => 200), 4];
    expect(overload(recordsOf(200, kept), window, 200, iterationMs)).toBeUndefined();
  });
});

describe('it is not beyond doubt', () => {
  test('where the growth is within a two-hundredth of what arrives', () => {
    expect(
      check(
        200,
        repeat(30, () => 199.5),
      ),
    ).toBeUndefined();
  });

  test('while long tasks begin', () => {
    expect(
      check(
        100,
        repeat(8, () => 0),
        8000,
      ),
    ).toBeUndefined();
  });

  test('where nobody knows how long an iteration takes', () => {
    const window = { fromMs: 1000, toMs: 60_000 };
    expect(
      overload(
        recordsOf(
          320,
          repeat(10, () => 200),
        ),
        window,
        320,
        undefined,
      ),
    ).toBeUndefined();
  });

  test('where the target pauses for a second, or catches up after it', () => {
    expect(check(200, [200, 200, 200, 0])).toBeUndefined();
    expect(check(200, [200, 200, 0, 400, 200, 200])).toBeUndefined();
  });

  test('in a queue at its limit, more than once in some hundred', () => {
    const random = seededRandom(11);
    let seen = 0;
    for (let trial = 0; trial < 1000; trial++)
      if (
        check(
          266,
          repeat(8, () => 266 + 16 * normal(random)),
        ) !== undefined
      )
        seen++;
    expect(seen).toBeLessThan(5);
  });
});

describe('a collapse shows', () => {
  /** Four records a second. */
  function signs(rate: number, doneIn: readonly number[], { held = 160, ms = iterationMs } = {}) {
    let users = 0;
    const records = doneIn.map((done, index) => {
      users = Math.max(0, users + rate / 4 - done);
      return { endMs: (index + 1) * 250, durationMs: 250, users, iterations: done };
    });
    return collapse(records, { toMs: 60_000 }, { rate, held, iterationMs: ms });
  }

  test('within three quarters of a second, where less gets done than at a load that held', () => {
    expect(signs(320, [36, 28, 20])).toEqual({ from: 0, to: 156 });
    expect(signs(320, [36, 28])).toBeUndefined();
  });

  test.each<[string, number, readonly number[]]>([
    ['a target that serves as much as ever of what is too much for it', 320, [50, 50, 50, 50, 50, 50]],
    ['a pause in which nothing gets done', 200, [50, 50, 50, 50, 0, 0, 0]],
    ['a target that catches up', 200, [50, 20, 20, 70]],
    ['so few that it may be chance', 24, [5, 2, 2, 2]],
  ])('not in %s', (_, rate, doneIn) => {
    expect(signs(rate, doneIn)).toBeUndefined();
  });

  test('not while long tasks begin', () => {
    expect(signs(320, [36, 28, 20], { ms: 1000 })).toBeUndefined();
  });
});
