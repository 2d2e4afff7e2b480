import { describe, expect, test } from 'vitest';
import { requests, simulatedPhase, tasks } from '../../test/kit/simulated-stream';
import { analysePlan } from '../plan/analyse';
import { isLoadPhase, measuredWindow } from '../plan/load';
import type { Latency, PhaseResult } from '../run/run';
import { judgePhase, type PhaseEvidence } from './judge-phase';
import { totalPhase } from './phase-totals';
import type { LogCell, StreamRecord, TickRecord } from './record';
import { RunSeries } from './series';

const second = 1000;
const length = 70;

interface Situation {
  readonly goals?: readonly string[];
  /** The load of the phase, in the words of a plan. */
  readonly load?: string;
  readonly tick?: (second: number) => Partial<TickRecord>;
  readonly seconds?: number;
  readonly ends?: boolean;
  /** A last step of the scenario. */
  readonly pause?: string;
  readonly records?: (records: readonly StreamRecord[]) => readonly StreamRecord[];
  readonly evidence?: Partial<PhaseEvidence>;
}

const fifty = (at: number): Partial<TickRecord> => ({
  requests: [requests(at, spread(50, 20))],
  metrics: [tasks('task', at, 'success', spread(50, 20))],
  iterations: 50,
  cpuUs: 100_000,
});

/** Times around `ms`, none the same as the next. */
function spread(count: number, ms: number): number[] {
  return Array.from({ length: count }, (_, i) => ms * (1 + (i % 10) / 20));
}

function planText({ goals, load, pause }: Situation): string {
  const stated = goals ?? ['p95(execute) < 300ms', 'success(execute) >= 99%'];
  return `
version: 1
name: Example
targets: { api: { url: "http://127.0.0.1:1" } }
scenarios:
  execute:
    target: api
    steps:
      - post: /execute
        success: $.ok == true
      - get: /other
      ${pause ?? ''}
phases:
  load: { scenarios: [execute], ${load ?? 'rate: 50/s'}, for: ${length}s, warmup: 10s }
goals: ${JSON.stringify(stated)}
`;
}

function result(situation: Situation): PhaseResult {
  const { plan, problems } = analysePlan(planText(situation));
  const load = plan?.phases['load'];
  if (plan === undefined || load === undefined || !isLoadPhase(load))
    throw new Error(JSON.stringify(problems));
  const { seconds = length, tick = fifty, ends = true } = situation;
  const records = [...simulatedPhase({ seconds, tick, ends })];
  const totals = totalPhase(situation.records?.(records) ?? records, 'load', measuredWindow(load), {
    cpus: 2,
  });
  return judgePhase(load, {
    plan,
    phase: 'load',
    totals,
    exit: { kind: 'clean' },
    isDeadlineHit: false,
    isCoLocated: false,
    ...situation.evidence,
  });
}

function check(situation: Situation, verdict: PhaseResult['verdict'], reason: RegExp): PhaseResult {
  const judged = result(situation);
  expect(`${judged.verdict}: ${judged.reason}`).toMatch(
    new RegExp(`^${verdict}: .*${reason.source}`, reason.flags),
  );
  return judged;
}

const log = (message: string, count = 1): { log: LogCell[] } => ({
  log: [{ level: 'error', message, count }],
});

const whole = (at: number, outcome: 'ok' | 'failed'): Partial<TickRecord> => ({
  requests: [requests(at, spread(50, 20), { outcome })],
  iterations: 50,
});

const some = (at: number, ok: number, failed: number): Partial<TickRecord> => ({
  requests: [
    requests(at, spread(ok, 20)),
    ...(failed > 0 ? [requests(at, spread(failed, 1), { outcome: 'failed' })] : []),
  ],
  iterations: ok + failed,
});

test('a healthy phase passes, and its figures are those of the measured window only', () => {
  const judged = check({}, 'pass', /2 of 2 goals held/);
  expect(judged).toMatchObject({
    requests: 3000,
    failed: 0,
    rps: 50,
    window: { fromMs: 10 * second, toMs: 70 * second },
    validity: { state: 'valid', evidence: [] },
  });
});

test('a pass needs no goals, but a request that succeeded', () => {
  check({ goals: [] }, 'pass', /3,000 requests and no goal to break/);
});

test('a goal that waits for a baseline does not spoil a pass that another goal earned', () => {
  const goals = ['p95(execute) < 300ms', 'p95(execute) <= baseline + 10%'];
  check({ goals }, 'pass', /1 of 2 goals held, the others wait for a baseline/);
});

describe('no sabotaged phase passes:', () => {
  const noGoals: readonly string[] = [];
  // prettier-ignore
  const situations: readonly (readonly [string, Situation, PhaseResult['verdict'], RegExp])[] = [
    ['k6 does not start', { evidence: { exit: { kind: 'error', message: 'k6 was not found' } }, records: () => [] }, 'tool-error', /not found/],
    ['the script has a syntax error', { evidence: { exit: { kind: 'error', message: 'exit 107' } } }, 'tool-error', /107/],
    ['k6 panics and its records look fine', { evidence: { exit: { kind: 'error', message: 'exit 109' } } }, 'tool-error', /109/],
    ['a tool error comes with a stop', { evidence: { stopped: 'stopped by a person', exit: { kind: 'error', message: 'exit 109' } } }, 'tool-error', /109/],
    ['a person stops it', { evidence: { stopped: 'stopped by a person', exit: { kind: 'killed', message: 'SIGTERM' } }, seconds: 30, ends: false }, 'aborted', /person/],
    ['the lease is lost', { evidence: { stopped: 'the editor went away' } }, 'aborted', /editor/],
    ['the script aborts the test', { evidence: { exit: { kind: 'aborted', message: 'the data is used up' } } }, 'aborted', /data/],
    ['k6 is killed', { evidence: { exit: { kind: 'killed', message: 'killed by SIGKILL' } }, ends: false }, 'incomplete', /SIGKILL/],
    ['k6 hangs', { evidence: { isDeadlineHit: true } }, 'incomplete', /deadline/],
    ['the disk is full', { evidence: { recorderFault: 'no space left' } }, 'incomplete', /no space left/],
    ['there is no end record', { ends: false }, 'incomplete', /end record/],
    ['the end record tells an error', { records: (all) => all.map((record) => (record.kind === 'end' ? { ...record, error: 'output failed' } : record)) }, 'incomplete', /output failed/],
    ['one record is lost', { records: (all) => all.filter(({ seq }) => seq !== 30) }, 'incomplete', /1 record /],
    ['the first record is lost', { records: (all) => all.filter(({ seq }) => seq !== 0) }, 'incomplete', /1 record /],
    ['the stream is empty', { records: () => [] }, 'incomplete', /end record/],
    ['the record of the start of the load is lost', { records: (all) => all.filter(({ kind }) => kind !== 'clock') }, 'incomplete', /1 record /],
    ['the load never starts', { records: (all) => all.filter(({ kind }) => kind === 'start' || kind === 'end').map((record, seq) => ({ ...record, seq })) }, 'incomplete', /0 s of 70 s/],
    ['the load ends early and cleanly', { seconds: 40 }, 'incomplete', /40 s of 70 s/],
    ['the generator is out of CPU', { tick: (at) => ({ ...fifty(at), requests: [requests(at, spread(30, 20))], cpuUs: 1_900_000 }) }, 'incomplete', /short of CPU/],
    ['half the users never start', { load: 'users: 20', tick: (at) => ({ ...fifty(at), users: 10 }) }, 'incomplete', /10 of 20 planned users/],
    ['the target is down', { goals: noGoals, tick: (at) => whole(at, 'failed') }, 'fail', /every one of 3,000 requests failed/],
    ['the target is down, and a goal is about times', { goals: ['p95(execute) < 300ms'], tick: (at) => whole(at, 'failed') }, 'fail', /every one/],
    ['a tenth of requests fail and no goal is about failures', { goals: ['p95(execute) < 300ms'], tick: (at) => some(at, 45, 5) }, 'fail', /10 % of requests failed/],
    ['one step is dead among many', { goals: noGoals, tick: (at) => ({ requests: [requests(at, spread(50, 9)), ...(at % 5 ? [] : [requests(at, [1], { step: 'GET /x', outcome: 'failed' })])], iterations: 50 }) }, 'fail', /every request of execute: GET \/x failed/],
    ['fast errors hide in front of slow answers', { goals: ['errors(execute) < 1%', 'p95(execute) < 300ms'], tick: (at) => some(at, 49, 1) }, 'fail', /errors\(execute\) < 1%/],
    ['every iteration throws at once', { tick: () => ({ requests: [], iterations: 50, ...log('TypeError: x is undefined', 50) }) }, 'fail', /100 % of iterations: TypeError/],
    ['one in fifty iterations throws', { tick: (at) => ({ ...fifty(at), ...log('TypeError') }) }, 'fail', /script failed in 2 %/],
    ['a latency goal is broken', { tick: (at) => ({ ...fifty(at), requests: [requests(at, spread(50, 400))] }) }, 'fail', /p95\(execute\) < 300ms/],
    ['tasks fail behind status 200', { tick: (at) => ({ ...fifty(at), metrics: [tasks('task', at, 'failed', spread(50, 20))] }) }, 'fail', /success\(execute\)/],
    ['a fiftieth of arrivals is dropped', { tick: (at) => ({ ...fifty(at), dropped: 1 }) }, 'fail', /2 % of arrivals/],
    ['a tenth of the rate is missing', { tick: (at) => ({ ...fifty(at), requests: [requests(at, spread(45, 20))] }) }, 'fail', /45\/s of 50\/s/],
    ['requests come in the warm-up only', { goals: noGoals, load: 'users: 10', tick: (at) => (at < 10 ? fifty(at) : { requests: [] }) }, 'no-data', /no request started/],
    ['the times of requests are before the load', { goals: noGoals, load: 'users: 10', tick: () => fifty(-5) }, 'no-data', /no request started/],
    ['nothing was judged', { tick: (at) => ({ ...fifty(at), metrics: [tasks('task', at, 'unjudged', spread(50, 20))] }) }, 'no-data', /3,000 tasks was judged/],
    ['there are too few samples', { load: 'users: 10', goals: ['p99(execute) < 1s'], tick: (at) => ({ requests: [requests(at, spread(4, 20))] }) }, 'no-data', /p99 needs 300 samples, there are 240/],
    ['the only goal waits for a baseline', { goals: ['p95(execute) <= baseline + 10%'] }, 'no-data', /no baseline/],
    ['the clock jumps by a minute', { goals: noGoals, records: (all) => all.map((record) => (record.seq > 40 ? { ...record, timeMs: record.timeMs + 60_000 } : record)) }, 'no-data', /clock jumped/],
    ['a goal is about a step that never ran', { goals: ['p95(execute."GET /other") in load < 1s'] }, 'no-data', /no request of this kind/],
  ];

  test.each(situations)('%s', (_name, situation, verdict, reason) => {
    check(situation, verdict, reason);
  });

  test('they are at least thirty', () => {
    expect(situations.length).toBeGreaterThanOrEqual(30);
  });
});

test('dropped arrivals between a thousandth and a hundredth leave a pass that is suspect', () => {
  const judged = check({ tick: (at) => ({ ...fifty(at), dropped: at % 4 === 0 ? 1 : 0 }) }, 'pass', /held/);
  expect(judged.validity.state).toBe('suspect');
  expect(judged.validity.evidence.map(({ code }) => code)).toEqual(['dropped-iterations']);
});

type KnownLatency = Latency & { readonly intervals: NonNullable<Latency['intervals']> };

const percentiles = ['p50', 'p90', 'p95', 'p99'] as const;

/** The latencies of the first step of a phase that passes. */
function latencyOf(situation: Situation): KnownLatency {
  const latency = check(situation, 'pass', /held/).steps[0]?.latencyMs;
  if (latency?.intervals === undefined) throw new Error('the step has no intervals');
  return { ...latency, intervals: latency.intervals };
}

test('every percentile has its interval, and is a lower bound where arrivals were dropped', () => {
  const { intervals, ...latency } = latencyOf({});
  for (const name of percentiles) {
    expect(intervals[name]).toMatchObject({ isLowerBound: false });
    expect(intervals[name]?.low).toBeLessThanOrEqual(latency[name] ?? NaN);
    expect(intervals[name]?.high).toBeGreaterThanOrEqual(latency[name] ?? NaN);
  }
  expect([intervals.p50?.grade, intervals.p99?.grade]).toEqual(['plain', 'fair']);
  const dropping = (at: number): Partial<TickRecord> => ({ ...fifty(at), dropped: at % 4 === 0 ? 1 : 0 });
  const dropped = latencyOf({ tick: dropping }).intervals;
  expect(percentiles.map((name) => dropped[name]?.isLowerBound)).toEqual([true, true, true, true]);
});

test('percentiles below what had not ended are no lower bounds, and those beyond it are', () => {
  const goals = ['p50(execute) < 300ms', 'errors < 5%'];
  const { intervals } = latencyOf({ goals, ...frozen(69, 40, 6000) });
  expect(percentiles.map((name) => intervals[name]?.isLowerBound)).toEqual([false, false, false, true]);
});

/** In the second `from` of the load the target stops answering; what it was asked has waited for `waitedMs` at the end. */
const frozen = (from: number, count: number, waitedMs: number): Situation => ({
  tick: (at) => {
    if (at < from) return fifty(at);
    return at > from
      ? { requests: [], iterations: 0 }
      : { ...fifty(at), requests: [requests(at, spread(count, waitedMs), { outcome: 'unfinished' })] };
  },
});

describe('requests that had not ended when the drain did', () => {
  const goals = ['p95(execute) < 300ms', 'p99(execute) < 300ms', 'errors < 5%'];
  const judged = check({ goals, ...frozen(69, 40, 6000) }, 'fail', /p99/);

  test('are told, count as failed, and are as long as they took at least', () => {
    expect(judged.validity).toMatchObject({ state: 'suspect', evidence: [{ code: 'unfinished' }] });
    expect(judged).toMatchObject({ requests: 2990, failed: 40 });
    expect(judged.steps[0]).toMatchObject({ unfinished: 40, failed: 40 });
    expect(judged.steps[0]?.latencyMs.p99).toBeGreaterThan(6000);
    expect(judged.goals.map(({ state }) => state)).toEqual(['held', 'broken', 'held']);
    expect(judged.goals[1]?.reason).toMatch(/a lower bound: 40 requests had not ended/);
  });

  test('leave it open whether a percentile keeps a limit that they have not reached yet', () => {
    const lenient = check(
      { goals: ['p99(execute) < 20s', 'errors < 5%'], ...frozen(69, 40, 6000) },
      'no-data',
      /p99/,
    );
    expect(lenient.goals[0]).toMatchObject({ state: 'no-data', lacks: 'completion' });
  });

  test('show that an open load was frozen where they are more than a hundredth and no goal tolerates that', () => {
    const own = ['p50(execute) < 300ms'];
    const reason = /stopped answering: 40 requests had waited more than three times as long/;
    check({ goals: own, ...frozen(69, 40, 6000) }, 'fail', reason);
    check({ goals: [...own, 'errors < 5%'], ...frozen(69, 40, 6000) }, 'pass', /held/);
    check({ goals: own, ...frozen(69, 20, 6000) }, 'pass', /held/);
  });

  test('show that a closed load was frozen where they are half of its users', () => {
    const closed = { goals: ['p50(execute) < 300ms', 'errors < 5%'], load: 'users: 10' };
    check({ ...closed, ...frozen(69, 5, 6000) }, 'fail', /stopped answering: 5 requests/);
    check({ ...closed, ...frozen(69, 4, 6000) }, 'pass', /held/);
    // Some are always under way at the end; these took no longer than others do.
    check({ ...closed, ...frozen(69, 10, 30) }, 'pass', /held/);
  });
});

test('a ramp is judged without a rate', () => {
  const rising = (at: number): Partial<TickRecord> => ({
    ...fifty(at),
    requests: [requests(at, spread(Math.round(10 + (80 * (at + 0.5)) / length), 20))],
  });
  const judged = check({ load: 'rate: 10 -> 90/s', tick: rising }, 'pass', /held/);
  expect(judged.rps).toBeNull();
  expect(judged.steps[0]?.rps).toBeNull();
});

test('a constant load that never settles leaves a pass that is suspect', () => {
  const slowing = (at: number): Partial<TickRecord> => ({
    ...fifty(at),
    requests: [requests(at, spread(50, 20 + 2 * at))],
  });
  const series = new RunSeries();
  for (const record of simulatedPhase({ seconds: length, tick: slowing })) series.add(record);
  const evidence = { points: series.points() };
  const judged = check({ tick: slowing, evidence }, 'pass', /held/);
  expect(judged.validity).toMatchObject({ state: 'suspect', evidence: [{ code: 'not-steady' }] });
  expect(check({ evidence: { points: [] } }, 'pass', /held/).validity.state).toBe('valid');
});

describe('tasks that fail behind requests that succeed', () => {
  const dealt = (failed: number) => (at: number) => ({
    ...fifty(at),
    metrics: [
      tasks('task', at, 'success', spread(50 - failed, 20)),
      tasks('task', at, 'failed', spread(failed, 20)),
    ],
  });

  test('are no pass where no goal says how many are tolerated', () => {
    const goals = ['p95(execute) < 300ms'];
    check({ goals, tick: dealt(5) }, 'fail', /10 % of tasks failed/);
    check({ goals, tick: dealt(2) }, 'pass', /the goal held/);
  });

  test('are as many as a goal tolerates', () => {
    check({ goals: ['success(execute) >= 80%'], tick: dealt(5) }, 'pass', /the goal held/);
  });
});
