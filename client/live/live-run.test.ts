import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Histogram } from '../../core/measure/histogram';
import type { MetricCell, RequestCell, StreamRecord } from '../../core/measure/record';
import type { TimeName } from '../../core/plan/expression/goal-shape';
import { parseGoal } from '../../core/plan/expression/index';
import { toLiveView, liveLimits, type ToLiveView } from '../../protocol/live';
import type { RunEntry } from '../../runner/open-run';
import { sampleRun } from '../../test/kit/sample-report';
import { tasks } from '../../test/kit/simulated-stream';
import { receive, type ViewState } from '../../webviews/live/state';
import { LiveFeed, sendEveryMs } from './live-feed';
import { LiveRun } from './live-run';
import type { PlanFacts } from './plan-facts';

const startMs = Date.UTC(2026, 0, 1);

const entry: RunEntry = {
  dir: '/runs/one',
  id: 'one',
  state: 'running',
  problems: [],
  runner: {
    version: 1,
    id: 'one',
    pid: 1,
    processStarted: '',
    startedMs: startMs - 1000,
    plan: { name: 'Sample', file: 'sample.bench.yaml', sha256: '' },
    environment: 'staging',
    targets: ['127.0.0.1:8000'],
    phases: [
      { name: 'smoke', plannedMs: 20_000, drainMs: 5000, windowFromMs: 2000, windowToMs: 20_000 },
      { name: 'load', plannedMs: 20_000, drainMs: 5000, windowFromMs: 0, windowToMs: 20_000 },
    ],
  },
};

const goal = (text: string): PlanFacts['goals'][number] => ({ text, goal: parseGoal(text).goal! });
const facts: PlanFacts = {
  goals: [goal('p95(status) in smoke < 300ms'), goal('p50(status) in smoke < 5ms')],
  phases: new Map([['smoke', { scenarios: ['status'], loadHolds: true }]]),
};

function cell(at: number, count: number, ms: number): RequestCell {
  const histogram = new Histogram();
  histogram.record(ms * 1000, count);
  return {
    scenario: 'status',
    step: 'GET /',
    outcome: 'ok',
    at,
    count,
    sumUs: ms * 1000 * count,
    minUs: ms * 1000,
    maxUs: ms * 1000,
    waitUs: 0,
    newConnections: 0,
    connectUs: 0,
    histogram,
    statuses: { '200': count },
    errorCodes: {},
  };
}

/** Fifty times of one kind in one second. */
function times(time: TimeName, at: number, ms: number): MetricCell {
  const fifty = Array.from({ length: 50 }, () => ms);
  return tasks(time, at, 'success', fifty, { scenario: 'status', step: 'GET /' });
}

/** The stream of a phase that sends 50 requests of 20 ms in each second. */
function stream(phase: string, seconds: number, fromMs = startMs): StreamRecord[] {
  const base = { source: 'k6', phase };
  const ticks = Array.from({ length: seconds }, (_, at): StreamRecord => ({
    ...base,
    kind: 'tick',
    seq: at + 2,
    timeMs: fromMs + (at + 1) * 1000,
    durationMs: 1000,
    users: 5,
    usersMax: 5,
    iterations: 50,
    dropped: 0,
    bytesSent: 0,
    bytesReceived: 0,
    requests: [cell(at, 50, 20)],
    metrics: [],
    log: [],
  }));
  return [
    { ...base, kind: 'start', seq: 0, timeMs: fromMs - 500, pid: 1 },
    { ...base, kind: 'clock', seq: 1, timeMs: fromMs },
    ...ticks,
  ];
}

describe('what a run tells of itself', () => {
  test('before the load it waits', () => {
    const run = new LiveRun(entry, facts);
    const { header, points } = run.source(startMs, null);
    expect(header).toMatchObject({ state: 'waiting', plan: 'Sample', environment: 'staging', phase: null });
    expect(points.t).toEqual([]);
    expect(run.source(startMs, null).goals[0]).toMatchObject({ state: 'too-few', samples: 0, reason: null });
  });

  test('under load it has figures, and goals so far', () => {
    const run = new LiveRun(entry, facts);
    run.add(stream('smoke', 15));
    const { header, summary, goals, steps, phases } = run.source(startMs + 15_000, null);
    expect(header).toMatchObject({ state: 'running', phase: 'smoke', elapsedMs: 16_000, plannedMs: 40_000 });
    expect(summary).toMatchObject({ rps: 50, failedShare: 0, users: 5 });
    expect(summary.p95).toBeCloseTo(20, 0);
    expect(goals.map(({ text, state }) => [text, state])).toEqual([
      ['p95(status) in smoke < 300ms', 'holding'],
      ['p50(status) in smoke < 5ms', 'breaking'],
    ]);
    expect(goals[0]).toMatchObject({ chart: 'latency', subject: 'status', phase: 'smoke' });
    expect(steps).toMatchObject([{ scenario: 'status', step: 'GET /', requests: 750 }]);
    expect(phases.map(({ state }) => state)).toEqual(['running', 'pending']);
  });

  test('the phase under way says how many of its generators are left', () => {
    const run = new LiveRun(entry, facts);
    const records = (counts: readonly number[]): StreamRecord[] =>
      stream('smoke', counts.length).map((record) =>
        record.kind === 'tick' ? { ...record, generators: counts[record.seq - 2]! } : record,
      );
    run.add(records([3, 3]));
    expect(run.source(startMs, null).phases[0]?.note).toBe('3 generators');
    run.add(records([3, 3, 2]).slice(-1));
    expect(run.source(startMs, null).phases[0]?.note).toBe('2 of 3 generators');
    const alone = new LiveRun(entry, facts);
    alone.add(stream('smoke', 3));
    expect(alone.source(startMs, null).phases[0]?.note).toBeNull();
  });

  test('times of streams and tasks are told by step and for all, where a step has them', () => {
    const run = new LiveRun(entry, facts);
    const both = (at: number): MetricCell[] => [times('ttft', at, 300), times('between', at, 40)];
    run.add(
      stream('smoke', 15).map((record) =>
        record.kind === 'tick' ? { ...record, metrics: both(record.seq - 2) } : record,
      ),
    );
    const { summary, steps } = run.source(startMs + 15_000, null);
    for (const figures of [summary, steps[0]!]) {
      expect(figures.ttftP95).toBeCloseTo(300, -1);
      expect(figures.betweenP95).toBeCloseTo(40, 0);
      expect(figures.ttcP95).toBeNull();
      expect(figures.taskSuccess).toBeNull();
    }
  });

  test('a step that waits for tasks has their number, and none of requests that it never makes', () => {
    const run = new LiveRun(entry, facts);
    const ended = { scenario: 'status', step: 'await /tasks/${id}' };
    run.add(
      stream('smoke', 15).map((record) =>
        record.kind === 'tick'
          ? { ...record, metrics: [tasks('ttc', record.seq - 2, 'success', [900, 950], ended)] }
          : record,
      ),
    );
    const row = run.source(startMs + 15_000, null).steps.find(({ step }) => step === ended.step);
    expect(row).toMatchObject({ requests: null, rps: null, failedShare: null, tasks: 30, taskSuccess: 1 });
  });

  test('with few requests a goal has no state yet', () => {
    const run = new LiveRun(entry, facts);
    run.add(stream('smoke', 3));
    expect(run.source(startMs + 3000, null).goals[0]).toMatchObject({ state: 'too-few' });
  });

  test('the second that is still under way has users and no rate', () => {
    const run = new LiveRun(entry, facts);
    run.add(stream('smoke', 10));
    const { points } = run.source(startMs + 10_000, null);
    expect(points.ok.at(-1)).toBeNull();
    expect(points.users.at(-1)).toBe(5);
    expect(points.ok[3]).toBe(50);
  });

  test('between two phases there is a gap', () => {
    const run = new LiveRun(entry, facts);
    run.add(stream('smoke', 5));
    run.add(stream('load', 5, startMs + 9000));
    const { points, phases } = run.source(startMs + 15_000, null);
    const gap = points.t.findIndex((t) => t > 4 && t < 9);
    expect(points.users[gap]).toBeNull();
    expect(phases.map(({ startMs: start }) => start)).toEqual([0, 9000]);
  });

  describe('of a search for the capacity', () => {
    const searching = (...names: string[]): LiveRun => {
      const run = new LiveRun(entry, facts);
      names.forEach((name, index) => {
        run.add(stream(name, 5, startMs + index * 9000));
      });
      return run;
    };

    test('the trial under way is told, and the charts go on over the trials', () => {
      const run = searching('smoke#probe1', 'smoke#1@50', 'smoke#2@75');
      const { header, phases, steps, points } = run.source(startMs + 24_000, null);
      expect(header.phase).toBe('smoke, trial 2 at 75/s');
      expect(phases.map(({ state, note }) => [state, note])).toEqual([
        ['running', 'trial 2 at 75/s'],
        ['pending', null],
      ]);
      expect(steps).toMatchObject([{ requests: 250 }]);
      expect(points.users.filter((users) => users === 5).length).toBeGreaterThan(10);
    });

    test('until a trial has figures those of the trial before stand there, as such and unmixed', () => {
      const slower = (record: StreamRecord): StreamRecord =>
        record.kind === 'tick' ? { ...record, users: 9, requests: [cell(record.seq - 2, 2, 400)] } : record;
      const of = (run: LiveRun) => run.source(startMs + 60_000, null);
      const run = searching('smoke#probe1');
      expect(of(run)).toMatchObject({
        header: { phase: 'smoke, looking whether the target is at rest' },
        summary: { p50: null, rps: null, users: null },
      });

      run.add(stream('smoke#1@50', 5, startMs + 9000));
      expect(of(run).summary).toMatchObject({ span: 'last 10 s, all steps', rps: 50, users: 5 });
      const before = { rps: 50, users: 5, isOver: true, p50: expect.closeTo(20, 0) as number };

      run.add(stream('smoke#probe2', 2, startMs + 18_000).map(slower));
      const rest = 'looking whether the target is at rest';
      expect(of(run).phases[0]?.note).toBe(rest);
      expect(of(run).summary).toMatchObject({
        ...before,
        span: `last 10 s of smoke, trial 1 at 50/s; now smoke, ${rest}`,
      });

      const trial = stream('smoke#2@75', 4, startMs + 27_000).map(slower);
      run.add(trial.slice(0, 3));
      expect(of(run).summary).toMatchObject({
        ...before,
        span: 'last 10 s of smoke, trial 1 at 50/s; now smoke, trial 2 at 75/s',
      });

      run.add(trial.slice(3));
      const { summary } = of(run);
      expect(summary).toMatchObject({ span: 'last 10 s, all steps', rps: 2, users: 9 });
      expect(summary.p50).toBeCloseTo(400, -1);
      expect(summary.isOver).toBeUndefined();
    });

    test('goals are those of the trial under way', () => {
      const { goals } = searching('smoke#1@50', 'smoke#2@75').source(startMs + 15_000, null);
      expect(goals[0]).toMatchObject({ phase: 'smoke', samples: 150 });
    });

    test('it is over when another phase has begun', () => {
      const { phases } = searching('smoke#1@50', 'load').source(startMs + 15_000, null);
      expect(phases.map(({ state }) => state)).toEqual(['done', 'running']);
    });
  });

  test('a runner that is gone without a result is an interrupted run', () => {
    const run = new LiveRun(entry, facts);
    run.add(stream('smoke', 5));
    run.update({ ...entry, state: 'interrupted' });
    const { header } = run.source(startMs + 60_000, null);
    expect(header.state).toBe('interrupted');
    expect(header.reason).toMatch(/without a result/);
    expect(header.elapsedMs).toBe(6000);
  });

  test('one step can be looked at alone, and an unknown one has no points', () => {
    const run = new LiveRun(entry, facts);
    run.add(stream('smoke', 5));
    expect(run.source(startMs, 'status\nGET /').points.ok[1]).toBe(50);
    expect(run.source(startMs, 'status\nother').points.t).toEqual([]);
  });

  test('whatever a plan names, a view can take it', () => {
    const name = '<'.repeat(10_000);
    const run = new LiveRun(
      { ...entry, runner: { ...entry.runner!, plan: { ...entry.runner!.plan, name } } },
      facts,
    );
    run.add(stream('smoke', 5).map((record) => record));
    const message = { kind: 'snapshot', version: 1, seq: 0, ...run.source(startMs, null) };
    expect(toLiveView.safeParse(message).success).toBe(true);
    expect(run.header(startMs).plan.length).toBe(liveLimits.text);
  });
});

describe('what a view is sent', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function follow(): {
    feed: LiveFeed;
    run: LiveRun;
    sent: ToLiveView[];
    setVisible: (value: boolean) => void;
  } {
    const run = new LiveRun(entry, facts);
    const sent: ToLiveView[] = [];
    let isVisible = true;
    const feed = new LiveFeed(run, { post: (message) => sent.push(message), isVisible: () => isVisible });
    return { feed, run, sent, setVisible: (value) => (isVisible = value) };
  }

  test('nothing before it is ready, then a snapshot, then changes that lead to the same picture', () => {
    const { feed, run, sent } = follow();
    const records = stream('smoke', 12);
    run.add(records.slice(0, 6));
    feed.changed();
    expect(sent).toEqual([]);
    feed.ready();
    for (const record of records.slice(6)) {
      run.add([record]);
      feed.changed();
      vi.advanceTimersByTime(sendEveryMs);
    }
    feed.dispose();
    let state: ViewState = { kind: 'empty' };
    for (const message of sent) {
      const received = receive(state, toLiveView.parse(message));
      expect(received.stale).toBe(false);
      state = received.state;
    }
    expect(sent.map(({ kind }) => kind).slice(0, 3)).toEqual(['snapshot', 'delta', 'delta']);
    expect(state.kind === 'run' && state.run.points).toEqual(run.source(startMs, null).points);
  });

  test('many changes within a quarter of a second are one message', () => {
    const { feed, run, sent } = follow();
    feed.ready();
    for (const record of stream('smoke', 12)) {
      run.add([record]);
      feed.changed();
    }
    vi.advanceTimersByTime(sendEveryMs);
    expect(sent).toHaveLength(2);
    feed.dispose();
  });

  test('a hidden view gets nothing, and a snapshot when it is shown again', () => {
    const { feed, run, sent, setVisible } = follow();
    feed.ready();
    setVisible(false);
    feed.visibilityChanged();
    run.add(stream('smoke', 5));
    feed.changed();
    vi.advanceTimersByTime(sendEveryMs * 4);
    expect(sent).toHaveLength(1);
    setVisible(true);
    feed.visibilityChanged();
    expect(sent.map(({ kind }) => kind)).toEqual(['snapshot', 'snapshot']);
    feed.dispose();
  });
});

test('what makes figures doubtful names its phases', () => {
  const run = sampleRun();
  const late = { code: 'late', message: 'the runner was late' };
  const finished = { ...entry, run: { ...run, validity: { state: 'valid' as const, evidence: [late] } } };
  const { validity } = new LiveRun(finished, facts).source(startMs, null);
  expect(validity?.evidence.map(({ message }) => message)).toEqual(['load: the runner was late']);
});
