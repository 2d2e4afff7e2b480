/** A run of two phases as the host tells it, made by arithmetic, so that every test sees the same figures. */
import { stepKey } from '../../protocol/live';
import type {
  LiveDelta,
  LiveGoal,
  LiveHeader,
  LivePhase,
  LivePoints,
  LiveResource,
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

const mega = 1_000_000;

/** Seconds in which nothing of the gateway could be read. */
const gapFrom = 90;
const gapTo = 104;

/** The resources at the points of the seconds `from` up to `to`: `agents` has one core and needs more. */
function sampleResources(from: number, to: number): LiveResource[] {
  const { t, users } = samplePoints(from, to);
  const resource = (
    [component, metric, unit]: readonly [string, string, LiveResource['unit']],
    valueAt: (load: number, noise: number, second: number) => number | null,
    rest: Partial<LiveResource> = {},
  ): LiveResource => ({
    key: [component, metric, rest.instance ?? ''].join('\n'),
    ...{ component, metric, unit, source: 'process', instance: null, limit: null },
    ...rest,
    values: t.map((second, index) =>
      valueAt(users[index] ?? 0, createNoise(second * 31 + component.length * metric.length)(), second),
    ),
  });
  const isGap = (second: number): boolean => second >= gapFrom && second < gapTo;
  return [
    resource(['gateway', 'cpu', 'cores'], (load, noise, second) =>
      isGap(second) ? null : 0.06 + load * 0.0042 + 0.05 * noise,
    ),
    resource(
      ['gateway', 'memory', 'bytes'],
      (load, noise, second) => (isGap(second) ? null : (61 + load * 0.1 + noise) * mega),
      { limit: 512 * mega },
    ),
    resource(
      ['agents', 'cpu', 'cores'],
      (load, noise) => Math.min(0.985, 0.04 + load * 0.0135) + 0.012 * noise,
      {
        limit: 2,
      },
    ),
    resource(['agents', 'memory', 'bytes'], (load, noise) => (84 + load * 0.4 + 2 * noise) * mega),
    resource(['agents', 'threads', 'count'], (load) => 4 + Math.floor(load / 12)),
    resource(['agents', 'files', 'count'], (load) => 14 + load, { limit: 1024 }),
    resource(['agents', 'queue_depth', 'own'], (load) => Math.max(0, load - 70) * 3),
    resource(['generator', 'cpu', 'cores'], (load, noise) => 0.05 + load * 0.0035 + 0.03 * noise, {
      ...{ instance: 'k6', source: 'generator' },
    }),
    resource(['generator', 'memory', 'bytes'], (load) => (110 + load * 0.3) * mega, {
      ...{ instance: 'k6', source: 'generator' },
    }),
  ];
}

const sampleIntervals = {
  p50: { low: 86.4, high: 89.9, isRough: false, isLowerBound: false },
  p95: { low: 171, high: 198, isRough: false, isLowerBound: false },
  p99: { low: 251, high: null, isRough: true, isLowerBound: true },
};

const sampleExplanation =
  'contention: 9.1 % of the work waits for its turn (90 % interval 7.9 % to 10.4 %); crosstalk is not proven, so there is no peak as far as was tried';

const phases: LivePhase[] = [
  {
    name: 'smoke',
    state: 'done',
    verdict: 'pass',
    note: null,
    explanation: null,
    reason: 'all 2 goals held',
    startMs: 0,
    plannedMs: smokeSeconds * 1000,
    windowFromMs: 10_000,
    windowToMs: smokeSeconds * 1000,
    trials: [],
  },
  {
    name: 'load',
    state: 'running',
    verdict: null,
    note: null,
    explanation: null,
    reason: null,
    startMs: loadStart * 1000,
    plannedMs: loadSeconds * 1000,
    windowFromMs: 15_000,
    windowToMs: loadSeconds * 1000,
    trials: [],
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
  tasks: null,
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
    tasks: 8421,
    taskSuccess: 0.9871,
  }),
  step('research', 'POST /tasks', { requests: 212, rps: 1.77, p50: 51, p95: 110, p99: null }),
  step('research', 'await /tasks/${id}', {
    requests: null,
    rps: null,
    failedShare: null,
    p50: null,
    p95: null,
    p99: null,
    tasks: 31,
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
  hasDashboard: true,
  hasProfile: false,
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
    saturation: [],
    resourceGaps: [
      {
        component: 'gateway',
        source: 'process',
        reason: 'nothing listens on port 8000',
        fromS: gapFrom,
        toS: gapTo - 1,
      },
    ],
    resources: sampleResources(0, at),
    ...changes,
  };
}

/** The message that follows `seq`, with the points from `from` up to `to`. */
export function sampleDelta(seq: number, from: number, to: number): LiveDelta {
  const { kind: _kind, ...rest } = sampleSnapshot(to);
  return {
    ...rest,
    kind: 'delta',
    seq,
    fromS: from,
    points: samplePoints(from, to),
    resources: sampleResources(from, to),
  };
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
    steps: running.steps.map((row) =>
      row.step === 'execute' ? { ...row, intervals: sampleIntervals } : row,
    ),
    phases: running.phases.map((phase) => ({
      ...phase,
      state: 'done' as const,
      verdict: phase.name === 'load' ? ('fail' as const) : ('pass' as const),
    })),
    goals: running.goals.map((entry) => ({
      ...entry,
      state: entry.state in final ? final[entry.state as keyof typeof final] : entry.state,
    })),
    saturation: [
      {
        ...{ phase: 'smoke', isFound: false, component: null, notes: [] },
        message:
          'nothing reached its limit; the closest was agents, with one core of one process at 18 %, at 46 requests/s',
      },
      {
        ...{ phase: 'load', isFound: true, component: 'agents' },
        message:
          'agents, with one core of one process at 99 % from 301 requests/s (70 users) on; success(execute) >= 99% no longer held 12 s later',
        notes: ['gateway was not read for 14 s: nothing listens on port 8000'],
      },
    ],
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

/** A search of six trials, the last one of which broke, with the resources beside it. */
export function sampleSearch(): LiveSnapshot {
  const rates = [2, 4, 8, 16, 32, 16];
  const lengthS = 20;
  const pauseS = 4;
  const t: number[] = [];
  const loads: (number | null)[] = [];
  for (const [index, rate] of rates.entries()) {
    const start = index * (lengthS + pauseS);
    for (let second = 0; second < lengthS; second += 1) {
      t.push(start + second);
      loads.push(rate);
    }
    t.push(start + lengthS - 0.5);
    loads.push(null);
  }
  const by = (valueOf: (load: number, index: number) => number): (number | null)[] =>
    loads.map((load, index) => (load === null ? null : valueOf(load, index) * (1 + (index % 5) / 60)));
  const cap = 14;
  const late = (load: number, index: number): number =>
    Math.max(0, load - cap) * (index % (lengthS + 1)) * 90;
  const points: LivePoints = {
    t,
    p50: by((load, index) => 120 + load * 9 + late(load, index)),
    p95: by((load, index) => 260 + load * 20 + late(load, index) * 1.2),
    p99: by(() => 0).map(() => null),
    ok: by((load) => Math.min(load, cap) * 4),
    failed: by(() => 0),
    users: by((load, index) => load + late(load, index) / 60),
    dropped: by(() => 0),
    success: by(() => 1).map((value) => value && 1),
  };
  const plain = sampleFinished();
  const [, phase] = plain.phases;
  if (phase === undefined) throw new Error('the sample has no second phase');
  const [agents] = sampleResources(0, 1).filter(
    ({ component, metric }) => component === 'agents' && metric === 'cpu',
  );
  const [gateway] = sampleResources(0, 1).filter(
    ({ component, metric }) => component === 'gateway' && metric === 'cpu',
  );
  if (agents === undefined || gateway === undefined) throw new Error('the sample has no resources');
  return {
    ...plain,
    header: {
      ...plain.header,
      verdict: 'pass',
      reason: 'it holds 8/s and breaks at 16/s: plateau: arrivals piled up',
    },
    phases: [
      {
        ...phase,
        ...{ name: 'stress', verdict: 'pass', note: '8 to 16/s', startMs: 0, windowFromMs: 2000 },
        plannedMs: 144_000,
        explanation: sampleExplanation,
        trials: rates.map((level, index) => ({
          level,
          unit: 'per-second' as const,
          startMs: index * (lengthS + pauseS) * 1000,
          endMs: (index * (lengthS + pauseS) + lengthS) * 1000,
          held: level < cap,
        })),
      },
    ],
    goals: [],
    steps: plain.steps.slice(2),
    points,
    saturation: [
      {
        ...{ phase: 'stress', isFound: true, component: 'agents', notes: [] },
        message:
          'agents, with one core of one process at 98 % from 16/s on; the search broke (plateau: arrivals piled up from 3 to 40 iterations under way) at that load',
      },
    ],
    resourceGaps: [],
    resources: [
      { ...agents, values: by((load) => Math.min(0.95, load * 0.068)) },
      { ...gateway, values: by((load) => 0.05 + Math.min(load, cap) * 0.011) },
    ],
  };
}
