import { describe, expect, test } from 'vitest';
import { loadStartMs, requests, simulatedPhase } from '../../test/kit/simulated-stream';
import { parseGoal } from '../plan/expression/goal';
import { trialLoad } from '../plan/trial-load';
import { watchForEnd, type EarlyEnd } from './early-end';
import { collectSamples, type LoadSample } from './load-samples';
import { PhaseTotals } from './phase-totals';

const rate = 100;
const phase = 'stress#1@100';
const lengthMs = 10_000;
const load = trialLoad(
  { scenarios: { execute: 1 } },
  {
    level: { value: rate, unit: 'per-second' },
    lengthMs,
  },
);
const text = 'p95(execute) in stress < 150ms';

interface Course {
  /** Milliseconds of each answer that starts in a second. */
  readonly takes: (second: number) => number;
  readonly done?: number;
  /** Iterations under way. */
  readonly users?: number;
  /** Of an iteration, at a load before. */
  readonly iterationMs?: number | undefined;
  readonly isWhole?: boolean;
  /** Where users make the load, and no arrivals. */
  readonly closed?: number;
}

const crowdOf = (users: number) =>
  trialLoad({ scenarios: { execute: 1 } }, { level: { value: users, unit: 'users' }, lengthMs });

/** How a trial ends, and after how many seconds. */
function endOf({ takes, done = rate, users = 1, isWhole = false, closed, ...course }: Course): {
  readonly end: EarlyEnd | undefined;
  readonly second: number;
} {
  const totals = new PhaseTotals(phase, { fromMs: load.warmup, toMs: lengthMs });
  const samples: LoadSample[] = [];
  const collect = collectSamples(samples);
  const watch = watchForEnd({
    ...{
      totals,
      samples,
      isWhole,
      load: closed === undefined ? load : crowdOf(closed),
      level: closed ?? rate,
    },
    iterationMs: 'iterationMs' in course ? course.iterationMs : 10,
    goals: [{ text, goal: parseGoal(text).goal! }],
    conditions: [],
  });
  const tick = (second: number) => ({
    users,
    iterations: done,
    requests: [
      requests(
        second,
        Array.from({ length: done }, () => takes(second)),
      ),
    ],
  });
  for (const record of simulatedPhase({ phase, seconds: lengthMs / 1000, ends: false, tick })) {
    totals.add(record);
    collect(record);
    const end = record.kind === 'tick' ? watch(record) : undefined;
    if (end !== undefined) return { end, second: (record.timeMs - loadStartMs) / 1000 };
  }
  return { end: undefined, second: lengthMs / 1000 };
}

describe('a trial in which everything holds', () => {
  test('ends before its time where nothing waits longer than at a load before', () => {
    expect(endOf({ takes: () => 10 })).toEqual({ end: { kind: 'clear' }, second: 5 });
  });

  test.each<[string, Course]>([
    ['it is the answer that is confirmed', { takes: () => 10, isWhole: true }],
    ['nobody knows how long an iteration takes', { takes: () => 10, iterationMs: undefined }],
    ['iterations take longer than before', { takes: () => 40, users: 4 }],
  ])('goes on where %s', (_, course) => {
    expect(endOf(course).end).toBeUndefined();
  });
});

describe('a trial in which something breaks', () => {
  test('ends once a goal cannot hold any more', () => {
    expect(endOf({ takes: () => 400, users: 40 })).toEqual({ end: { kind: 'goal', why: text }, second: 5 });
  });

  test('ends by what piles up, which tells how much is served, before that', () => {
    expect(endOf({ takes: () => 400, done: 20 })).toMatchObject({ end: { kind: 'pile' }, second: 2 });
  });

  test('goes on where a goal is broken by little, which may be chance', () => {
    expect(endOf({ takes: (second) => (second === 4 ? 160 : 40), users: 4 }).end).toBeUndefined();
  });
});

describe('a trial by users', () => {
  /** So many each second, whatever their number: those that think are no queue. */
  const thinking = { takes: () => 10, users: 300, done: 100, closed: 300, iterationMs: 3000 };

  test('is not broken by users who think, though fewer iterations end than there are users', () => {
    expect(endOf(thinking)).toEqual({ end: { kind: 'clear' }, second: 5 });
    expect(endOf({ ...thinking, isWhole: true }).end).toBeUndefined();
  });

  test('goes on where iterations take a fifth longer than with fewer users', () => {
    expect(endOf({ ...thinking, iterationMs: 2400 }).end).toBeUndefined();
  });
});

describe('the first signs of a collapse', () => {
  const records = [24, 12, 6].map((iterations, index) => ({
    endMs: (index + 1) * 250,
    ...{ durationMs: 250, users: 9, iterations },
  }));
  const tick = [...simulatedPhase({ phase, seconds: 1 })].find((record) => record.kind === 'tick')!;

  function endAt(sparedAbove: number | undefined): EarlyEnd | undefined {
    const totals = new PhaseTotals(phase, { fromMs: load.warmup, toMs: lengthMs });
    const watched = { load, totals, samples: [], records, level: 200, goals: [], conditions: [] };
    return watchForEnd({ ...watched, sparedAbove, iterationMs: 10, isWhole: false })(tick);
  }

  test('end a trial that is to spare the target', () => {
    const why = 'arrivals piled up from 0 to 108 iterations under way';
    expect(endAt(100)).toEqual({ kind: 'collapse', why });
  });

  test('end no other', () => {
    expect(endAt(undefined)).toBeUndefined();
  });
});
