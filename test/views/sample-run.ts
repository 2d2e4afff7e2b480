/** A run of two phases as the host tells it, made by arithmetic, so that every test sees the same figures. */
import { stepKey } from '../../protocol/live';
import type {
  LiveDelta,
  LiveGoal,
  LiveHeader,
  LivePhase,
  LivePoints,
  LiveSnapshot,
  LiveStep,
} from '../../protocol/live';

const smokeSeconds = 60;
const pauseSeconds = 4;
const loadSeconds = 120;
const loadStart = smokeSeconds + pauseSeconds;

/** Noise that is the same in every run: a linear congruential generator. */
function createNoise(seed: number): () => number {
  let value = seed;
  return () => {
    value = (value * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return value / 2 ** 32;
  };
}

/** The points of the seconds `from` up to `to`, without the pause between the phases. */
export function samplePoints(from: number, to: number): LivePoints {
  const points: LivePoints = {
    t: [],
    p50: [],
    p95: [],
    p99: [],
    ok: [],
    failed: [],
    users: [],
    dropped: [],
    success: [],
  };
  for (let t = from; t < to; t += 1) {
    if (t >= smokeSeconds && t < loadStart) continue;
    addPoint(points, t);
  }
  return points;
}

function addPoint(points: LivePoints, t: number): void {
  const noise = createNoise(t * 7919 + 17);
  const into = t < smokeSeconds ? 0.12 : (t - loadStart) / loadSeconds;
  const users = t < smokeSeconds ? 10 : Math.round(1 + 99 * into);
  const saturation = Math.max(0, into - 0.7) * 3;
  const p50 = 38 + 30 * into + 160 * saturation ** 2 + 6 * noise();
  const rate = t < smokeSeconds ? 42 + 4 * noise() : Math.min(users * 4.3, 312) + 10 * noise();
  const failed = saturation > 0.3 ? rate * saturation * 0.09 * noise() : 0;
  points.t.push(t);
  points.p50.push(p50);
  points.p95.push(p50 * 2.3 + 24 * noise());
  points.p99.push(t === 30 ? null : p50 * 3.1 + 70 * noise());
  points.ok.push(rate - failed);
  points.failed.push(failed);
  points.users.push(users);
  points.dropped.push(0);
  points.success.push(1 - saturation * 0.05 * noise());
}

const phases: LivePhase[] = [
  {
    name: 'smoke',
    state: 'done',
    verdict: 'pass',
    note: null,
    reason: 'all 2 goals held',
    startMs: 0,
    plannedMs: smokeSeconds * 1000,
    windowFromMs: 10_000,
    windowToMs: smokeSeconds * 1000,
  },
  {
    name: 'load',
    state: 'running',
    verdict: null,
    note: null,
    reason: null,
    startMs: loadStart * 1000,
    plannedMs: loadSeconds * 1000,
    windowFromMs: 15_000,
    windowToMs: loadSeconds * 1000,
  },
];

const goal = (text: string, rest: Partial<LiveGoal>): LiveGoal => ({
  text,
  phase: 'load',
  subject: 'execute',
  state: 'holding',
  measured: 182.4,
  limit: 300,
  unit: 'ms',
  samples: 8421,
  reason: null,
  chart: 'latency',
  ...rest,
});

const goals: LiveGoal[] = [
  goal('p95(execute) in smoke < 150ms', { phase: 'smoke', state: 'held', measured: 121, limit: 150 }),
  goal('p99(status) in smoke < 250ms', {
    phase: 'smoke',
    subject: 'status',
    state: 'held',
    measured: 201,
    limit: 250,
  }),
  goal('p95(execute) in load < 300ms', {}),
  goal('success(execute) in load >= 99%', {
    state: 'breaking',
    measured: 0.9871,
    limit: 0.99,
    unit: 'share',
    chart: 'success',
  }),
  goal('p95(ttc(research)) in load < 8s', {
    subject: 'research',
    state: 'too-few',
    measured: null,
    limit: 8000,
    samples: 31,
    reason: 'p95 needs 59 samples; 31 tasks have ended so far',
    chart: null,
  }),
];

const step = (scenario: string, name: string, rest: Partial<LiveStep>): LiveStep => ({
  key: stepKey(scenario, name),
  scenario,
  step: name,
  requests: 14_210,
  rps: 118.4,
  failedShare: 0,
  p50: 41.2,
  p95: 96.7,
  p99: 142.8,
  taskSuccess: null,
  ttcP95: null,
  ttftP95: null,
  betweenP95: null,
  ...rest,
});

const steps: LiveStep[] = [
  step('status', 'GET /status', {}),
  step('execute', 'execute', {
    requests: 8421,
    rps: 70.2,
    failedShare: 0.0042,
    p50: 88,
    p95: 182.4,
    p99: 287,
    taskSuccess: 0.9871,
  }),
  step('research', 'POST /tasks', { requests: 212, rps: 1.77, p50: 51, p95: 110, p99: null }),
  step('research', 'await /tasks/${id}', {
    requests: 31,
    rps: null,
    failedShare: null,
    p50: null,
    p95: null,
    p99: null,
    taskSuccess: 1,
    ttcP95: null,
  }),
];

export const sampleHeader: LiveHeader = {
  runId: '20261123T101500Z-unified-agent-system-smoke-load',
  plan: 'Unified agent system',
  environment: 'staging',
  state: 'running',
  verdict: null,
  reason: null,
  phase: 'load',
  startedMs: Date.UTC(2026, 10, 23, 10, 15),
  elapsedMs: 152_000,
  plannedMs: 184_000,
};

/** The run at second `at` of its time axis. */
export function sampleSnapshot(at = 152, changes: Partial<LiveSnapshot> = {}): LiveSnapshot {
  return {
    kind: 'snapshot',
    version: 1,
    seq: 0,
    header: { ...sampleHeader, elapsedMs: at * 1000 },
    summary: {
      span: 'last 10 s',
      p50: 74.3,
      p95: 171,
      rps: 311.8,
      requests: null,
      failedShare: 0.0021,
      users: 74,
      taskSuccess: 0.9871,
      ttcP95: null,
      ttftP95: 312,
      betweenP95: 41.5,
    },
    phases,
    steps,
    goals,
    validity: null,
    binS: 1,
    selected: null,
    points: samplePoints(0, at),
    ...changes,
  };
}

/** The message that follows `seq`, with the points from `from` up to `to`. */
export function sampleDelta(seq: number, from: number, to: number): LiveDelta {
  const { kind: _kind, ...rest } = sampleSnapshot(to);
  return { ...rest, kind: 'delta', seq, fromS: from, points: samplePoints(from, to) };
}

/** The same run when it is over: the load failed a goal, and its measurement is doubtful. */
export function sampleFinished(): LiveSnapshot {
  const running = sampleSnapshot(184);
  const final = { holding: 'held', breaking: 'broken', 'too-few': 'no-data' } as const;
  return {
    ...running,
    header: {
      ...running.header,
      state: 'finished',
      verdict: 'fail',
      phase: null,
      reason: '1 of 5 goals is broken: success(execute) in load >= 99%',
      elapsedMs: 191_000,
    },
    summary: { ...running.summary, span: 'measured windows of all phases' },
    phases: running.phases.map((phase) => ({
      ...phase,
      state: 'done' as const,
      verdict: phase.name === 'load' ? ('fail' as const) : ('pass' as const),
    })),
    goals: running.goals.map((entry) => ({
      ...entry,
      state: entry.state in final ? final[entry.state as keyof typeof final] : entry.state,
    })),
    validity: {
      state: 'suspect',
      evidence: [
        {
          code: 'same-machine',
          message: 'Generator and target share one machine: they compete for its 2 processors.',
        },
        { code: 'generator-cpu', message: 'The generator used 81 % of a processor for 14 s.' },
      ],
    },
  };
}
