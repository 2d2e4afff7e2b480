import { describe, expect, test } from 'vitest';
import type { FindPhase } from '../plan/schema';
import { analysePlan } from '../plan/analyse';
import { trialLoad } from '../plan/trial-load';
import { trialName } from '../run/trial-name';
import { afterTrial, beginSearch, searchSettings, type Search } from './capacity-search';
import { conditionsOf } from './conditions';
import { watchForEnd, type EarlyEnd } from './early-end';
import { Histogram } from './histogram';
import { statedGoals } from './judge-phase';
import { judgeSearch } from './judge-search';
import { iterationMsBefore, judgeTrial, outcomeOf, type JudgedTrial } from './judge-trial';
import { collectSamples, type LoadSample } from './load-samples';
import { PhaseTotals } from './phase-totals';
import type { StreamRecord, TickRecord } from './record';

/** A target that serves so many per second in 20 ms; beyond `failsFrom` it refuses what is too much. */
interface Law {
  readonly cap: number;
  readonly failsFrom?: number;
}

const planOf = (find: string, until: string) =>
  analysePlan(
    [
      'version: 1',
      'name: Search',
      'targets: { web: { url: "http://127.0.0.1:1" } }',
      'scenarios: { work: { steps: [{ name: ask, get: /ask }] } }',
      'phases:',
      `  stress: { scenarios: [work], find: { ${find} }, until: [${until}] }`,
      'goals: [p95(work) in stress < 300ms]',
    ].join('\n'),
  ).plan!;

/** The stream of one trial, one tick a second. */
function stream(phase: string, rate: number, seconds: number, { cap, failsFrom }: Law): StreamRecord[] {
  const base = { source: 'k6', phase };
  const ticks = Array.from({ length: seconds }, (_, at): TickRecord => {
    const failed = failsFrom === undefined ? 0 : Math.max(0, rate - failsFrom);
    const waiting = failsFrom === undefined ? Math.max(0, rate - cap) * (at + 1) : 0;
    const cell = (outcome: 'ok' | 'failed', count: number, ms: number) => {
      const histogram = new Histogram();
      histogram.record(ms * 1000, count);
      const us = ms * 1000;
      const times = { sumUs: us * count, minUs: us, maxUs: us, waitUs: 0, newConnections: 0, connectUs: 0 };
      const codes = { statuses: {}, errorCodes: {} };
      return { scenario: 'work', step: 'ask', outcome, at, count, ...times, histogram, ...codes };
    };
    const ok = cell('ok', rate - failed, 20 + (1000 * waiting) / cap);
    return {
      ...base,
      kind: 'tick',
      seq: at + 2,
      timeMs: (at + 1) * 1000,
      durationMs: 1000,
      users: Math.round(rate * 0.02 + waiting),
      usersMax: 1000,
      iterations: failsFrom === undefined ? Math.min(rate, cap) : rate,
      dropped: 0,
      bytesSent: 0,
      bytesReceived: 0,
      requests: failed > 0 ? [ok, cell('failed', failed, 1)] : [ok],
      metrics: [],
      log: [],
    };
  });
  return [
    { ...base, kind: 'start', seq: 0, timeMs: 0, pid: 1 },
    { ...base, kind: 'clock', seq: 1, timeMs: 0 },
    ...ticks,
    { ...base, kind: 'end', seq: seconds + 2, timeMs: seconds * 1000 },
  ];
}

/** Runs a search to its end on streams that obey a law. */
function search(law: Law, find: string, until = 'plateau') {
  const plan = planOf(find, until);
  const phase = plan.phases['stress'] as FindPhase;
  const conditions = conditionsOf(phase);
  const trials: JudgedTrial[] = [];
  let state: Search = beginSearch(searchSettings(phase));
  while (state.next.kind === 'trial') {
    const { trial } = state.next;
    const lengthMs = trial.purpose === 'confirm' ? phase.find.confirm : phase.find.trial;
    const load = trialLoad(phase, { level: { value: trial.level, unit: 'per-second' }, lengthMs });
    const name = trialName({
      phase: 'stress',
      number: trials.length + 1,
      level: trial.level,
    });
    const totals = new PhaseTotals(name, { fromMs: load.warmup, toMs: lengthMs });
    const samples: LoadSample[] = [];
    const collect = collectSamples(samples);
    const watch = watchForEnd({
      ...{ load, totals, samples, level: trial.level },
      iterationMs: iterationMsBefore(trials),
      goals: statedGoals(plan),
      conditions: conditions.goals,
      isWhole: trial.purpose === 'confirm',
    });
    let endedFor: EarlyEnd | undefined;
    for (const record of stream(name, Math.round(trial.level), lengthMs / 1000, law)) {
      if (endedFor !== undefined) break;
      totals.add(record);
      collect(record);
      if (record.kind === 'tick') endedFor = watch(record);
    }
    const judged = judgeTrial({
      plan,
      phase: 'stress',
      totals,
      exit: { kind: 'clean' },
      isDeadlineHit: false,
      isCoLocated: false,
      trial,
      number: trials.length + 1,
      load,
      until: conditions,
      samples,
      endedFor,
      earlier: trials,
    });
    trials.push(judged);
    if (judged.answer.kind === 'void') break;
    state = afterTrial(state, outcomeOf(judged, false));
  }
  return judgeSearch('stress', state, trials)!;
}

describe('a search', () => {
  test('encloses a hard cap within its resolution, and finds the plateau', () => {
    const { verdict, reason, capacity } = search(
      { cap: 200 },
      'start: 20/s, factor: 1.5, trial: 10s, confirm: 30s',
    );
    expect(`${verdict}: ${reason}`).toMatch(
      /^pass: it holds .* and breaks at .*: plateau: arrivals piled up /,
    );
    // An overload of up to two percent piles up too slowly to be told from noise in so short a trial.
    expect(capacity!.lower).toBeLessThanOrEqual(200 * 1.02);
    expect(capacity!.upper).toBeGreaterThan(200);
    expect(capacity!.upper! / capacity!.lower!).toBeLessThanOrEqual(1.05 + 1e-9);
    expect(capacity!.reached).toBe(true);
    expect(capacity!.p95).toBeLessThan(300);
    expect(capacity!.plateau).toMatchObject({ kind: 'knee' });
    const [first] = capacity!.trials;
    expect(first!.inFlight).toBeCloseTo(first!.achieved! * 0.02, 2);
    // A cap at once is neither contention nor crosstalk: the law would only be bent to it.
    expect(capacity!.explanation).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining('as where a fixed number of workers') as string,
    });
  });

  test('ends where a condition holds, and says which', () => {
    const { capacity } = search(
      { cap: 1000, failsFrom: 100 },
      'start: 40/s, factor: 2, trial: 10s, resolution: 10%, confirm: 20s',
      '"errors > 5%"',
    );
    expect(capacity!.brokeFirst).toBe('errors > 5%');
    expect(capacity!.lower).toBeLessThanOrEqual(106);
    expect(capacity!.upper).toBeGreaterThan(105);
  });

  test('says that no limit was reached below the highest rate allowed', () => {
    const { verdict, capacity } = search({ cap: 200 }, 'start: 40/s, factor: 2, trial: 10s, max: 100/s');
    expect([verdict, capacity!.lower, capacity!.upper, capacity!.reached]).toEqual([
      'pass',
      100,
      null,
      false,
    ]);
    expect(capacity!.plateau).toMatchObject({ kind: 'not-reached' });
  });

  test('fails where not even the first rate holds, with the bounds that it found below', () => {
    const { verdict, reason, capacity } = search({ cap: 30 }, 'start: 40/s, factor: 2, trial: 10s');
    expect(verdict).toBe('fail');
    expect(reason).toMatch(/^not even the first rate, 40\/s, holds; it holds /);
    expect(capacity!.lower).toBeLessThanOrEqual(30 * 1.02);
    expect(capacity!.upper).toBeGreaterThan(30);
  });

  test('has no answer where its trials are too short for a goal', () => {
    const { verdict, reason, capacity } = search({ cap: 200 }, 'start: 5/s, factor: 2, trial: 5s');
    expect(`${verdict}: ${reason}`).toMatch(
      /^no-data: a trial of 5 s at 5\/s has no answer: .*p95 needs 60 samples/,
    );
    expect(capacity!.trials).toMatchObject([{ level: 5, held: null }]);
  });
});

test('a trial by users is not broken by those who are started one after the other', () => {
  const plan = planOf('start: 10, trial: 10s', '"errors > 5%"');
  const phase = plan.phases['stress'] as FindPhase;
  const load = trialLoad(phase, { level: { value: 10, unit: 'users' }, lengthMs: 10_000 });
  const name = trialName({ phase: 'stress', number: 1, level: 10, unit: 'users' });
  const totals = new PhaseTotals(name, { fromMs: load.warmup, toMs: 10_000 });
  for (const record of stream(name, 20, 10, { cap: 200 }))
    totals.add(record.kind === 'tick' ? { ...record, users: 10 } : record);
  const seconds = Array.from({ length: 10 }, (_, at) => at + 1);
  const samples = seconds.map((second): LoadSample => {
    return { endMs: second * 1000, durationMs: 1000, users: second, iterations: 10 * second };
  });
  const judged = judgeTrial({
    ...{ plan, phase: 'stress', totals, load, samples, number: 1, earlier: [] },
    exit: { kind: 'clean' },
    isDeadlineHit: false,
    isCoLocated: false,
    trial: { level: 10, purpose: 'climb', needsRecovery: false },
    until: conditionsOf(phase),
    endedFor: undefined,
  });
  expect(judged.answer).toEqual({ kind: 'held' });
});
