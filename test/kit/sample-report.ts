/** A run with one of everything that a report shows, as data. */
import type { Run } from '../../core/run/run';
import { ChartCollector } from '../../core/report/collect-charts';
import type { Delta, FunctionDelta } from '../../core/profile/compare-profiles';
import type { ProfileChange } from '../../core/profile/profile-change';
import { comparePeaks } from '../../core/report/compare-peaks';
import { buildReport, type Report } from '../../core/report/report';
import { loadStartMs as streamStartMs, requests, simulatedPhase } from './simulated-stream';

const nothing = { p50: null, p90: null, p95: null, p99: null, min: null, max: null, mean: null };
const valid = { state: 'valid' as const, evidence: [] };
const startedMs = Date.UTC(2026, 4, 4, 10);

/** @param name stands wherever a plan, a target or a tool gives a name. */
export function sampleRun(name = (usual: string): string => usual): Run {
  const loadStartMs = startedMs + 1000;
  return {
    version: 1,
    id: name('2026-05-04T10-00-00Z-shop-load'),
    plan: { name: name('Shop'), file: `/plans/${name('shop.bench.yaml')}`, sha256: 'ab12' },
    environment: name('quick'),
    startedMs,
    endedMs: startedMs + 95_000,
    verdict: 'fail',
    reason: name('1 of 2 phases failed'),
    validity: valid,
    phases: [loadPhase(name, loadStartMs), searchPhase(name, loadStartMs + 40_000)],
    tools: { k6: name('2.0.0') },
    machine: { platform: 'linux', arch: 'x64', cpus: 2, memoryBytes: 8e9 },
    dashboard: 'https://grafana.example.test/d/bw-1?from=1&to=2',
    records: 32,
  };
}

type Naming = (usual: string) => string;

function loadPhase(name: Naming, loadStartMs: number): Run['phases'][number] {
  const interval = { low: 298, high: 331, grade: 'fair' as const, isLowerBound: false };
  return {
    name: 'load',
    verdict: 'fail',
    reason: name('a goal is broken'),
    validity: { state: 'suspect', evidence: [{ code: 'late', message: name('the runner was late') }] },
    loadStartMs,
    window: { fromMs: 5000, toMs: 30_000 },
    goals: [
      {
        text: name('p95(buy) in load < 300ms'),
        state: 'broken',
        measured: 312,
        limit: 300,
        unit: 'ms',
        samples: 1000,
        reason: name('95 % interval 298 ms to 331 ms'),
      },
      {
        text: name('p95(buy) in load <= baseline + 10%'),
        state: 'no-data',
        measured: 312,
        limit: null,
        unit: 'ms',
        samples: 1000,
        reason: name('no baseline is pinned'),
        lacks: 'baseline',
      },
      {
        text: 'p99(buy) in load < 1s',
        state: 'no-data',
        measured: null,
        limit: 1000,
        unit: 'ms',
        samples: 90,
        reason: 'too few samples',
        lacks: 'samples',
      },
      {
        text: 'errors in load < 5%',
        state: 'held',
        measured: 0.01,
        limit: 0.05,
        unit: 'share',
        samples: 1000,
      },
    ],
    requests: 1000,
    failed: 10,
    rps: 40,
    iterations: 1000,
    dropped: 0,
    usersMax: 10,
    steps: [
      {
        scenario: name('buy'),
        step: name('POST /buy'),
        requests: 1000,
        failed: 10,
        rps: 40,
        latencyMs: {
          ...nothing,
          p50: 100,
          p95: 312,
          intervals: { p50: null, p90: null, p95: interval, p99: null },
        },
        failedLatencyMs: nothing,
        statuses: { '200': 990, '503': 10 },
        errorCodes: {},
      },
    ],
    resources: [
      {
        component: name('shop'),
        metric: 'cpu',
        source: 'process',
        instance: null,
        unit: 'cores',
        limit: 2,
        readings: 25,
        mean: 0.97,
        max: 1,
        start: 0.5,
        end: 1,
      },
    ],
    saturation: {
      kind: 'saturated',
      component: name('shop'),
      metric: 'cpu',
      limitedBy: 'core',
      source: 'process',
      instance: null,
      unit: 'cores',
      limit: 1,
      share: 0.97,
      from: { unit: 'users', load: 8, rate: 40, atMs: 20_000 },
      message: name('shop: one core at 97 % from 8 users on'),
      notes: [name('externalAi was not read')],
      evidence: [
        { atMs: 10_000, load: 4, delivered: 20, used: 0.5 },
        { atMs: 20_000, load: 8, delivered: 40, used: 0.97 },
      ],
    },
    profiles: [
      {
        target: name('shop'),
        tool: 'py-spy',
        version: name('0.4.3'),
        options: [],
        files: ['phases/load/profiles/shop-py-spy-1.speedscope.json'],
        samples: 900,
        seconds: 30,
        rateHz: 100,
        overhead: { rps: 0.99, p50: 1.02 },
        validity: valid,
        top: [{ name: name('rank'), file: name('services/rank.py'), line: 2, self: 0.61, total: 0.72 }],
        libraries: [],
      },
    ],
  };
}

function searchPhase(name: Naming, loadStartMs: number): Run['phases'][number] {
  const trial = {
    number: 1,
    purpose: 'climb' as const,
    level: 5,
    achieved: 5,
    errors: 0,
    p95: 90,
    held: true,
    why: null,
  };
  return {
    name: 'stress',
    verdict: 'pass',
    reason: 'it holds 5/s and breaks at 7.5/s',
    validity: valid,
    loadStartMs,
    window: { fromMs: 0, toMs: 20_000 },
    goals: [],
    requests: 100,
    failed: 0,
    rps: 5,
    iterations: 100,
    dropped: 0,
    usersMax: 3,
    steps: [],
    capacity: {
      unit: 'per-second',
      lower: 5,
      upper: 7.5,
      reached: true,
      brokeFirst: name('p95(buy) < 300ms'),
      p95: 90,
      plateau: { kind: 'not-reached', reason: name('throughput followed the load') },
      trials: [
        trial,
        { ...trial, number: 2, level: 7.5, achieved: 6, p95: 900, held: false, why: name('p95 broke') },
      ],
    },
  };
}

/** The same system when it broke at half the rate. */
function earlierRun(name: Naming): Run {
  const run = sampleRun(name);
  return {
    ...run,
    phases: run.phases.map((phase) => ({
      ...phase,
      ...(phase.capacity !== undefined && {
        capacity: { ...phase.capacity, lower: 2.5, upper: 5, p95: 140 },
      }),
    })),
  };
}

/** One function that is gone beyond doubt, and one of which nothing can be said. */
function profileChange(name: Naming): ProfileChange {
  const delta = (before: number, after: number, wide: number, verdict: Delta['verdict']): Delta => ({
    before,
    after,
    difference: after - before,
    interval: { low: after - before - wide, high: after - before + wide },
    p: verdict === 'no-evidence' ? 0.6 : 0.001,
    verdict,
  });
  const row = (called: string, line: Delta): FunctionDelta => ({
    name: name(called),
    file: name('services/rank.py'),
    self: line,
    total: line,
    selfPerRequest: null,
    totalPerRequest: null,
  });
  return {
    phase: 'load',
    target: name('shop'),
    tool: 'py-spy',
    unit: 'samples',
    notes: [name('requests of a recording are not known')],
    functions: [
      row('compare', delta(0.6, 0, 0.05, 'shrank')),
      row('rank', delta(0.9, 0.88, 0.06, 'no-evidence')),
    ],
  };
}

export function sampleReport(name = (usual: string): string => usual): Report {
  const charts = new ChartCollector();
  const tick = (at: number) => ({
    requests: [
      requests(
        at,
        Array.from({ length: 40 }, (_, i) => 80 + i),
      ),
    ],
  });
  for (const record of simulatedPhase({ seconds: 30, tick })) charts.add(record);
  const run = sampleRun(name);
  const read = (seq: number, readings: readonly { metric: string; value: number }[]) => {
    const at = { source: 'process' as const, phase: 'load', component: name('shop'), seq };
    charts.add({
      kind: 'resources',
      ...at,
      timeMs: streamStartMs + seq * 1000,
      readings,
      gap: name('it was restarted'),
    });
  };
  for (const seq of [0, 1, 2, 3]) read(seq, seq === 2 ? [] : [{ metric: 'cpu', value: 0.5 }]);
  const lines = ['def rank(rows):', '    return sorted(rows)  # ```', ''].map((text, at) => ({
    number: at + 1,
    text: name(text),
    isHot: at === 1,
  }));
  return buildReport({
    run,
    charts: charts.charts(run),
    excerpts: [
      { file: name('services/rank.py'), line: 2, absoluteFile: name('/plans/services/rank.py'), lines },
    ],
    pictures: [{ title: name('load: CPU'), file: '01-load-cpu.png', png: 'iVBORw0KGgo=' }],
    comparison: {
      baseline: name('earlier'),
      isWithinRuns: true,
      peaks: comparePeaks([earlierRun(name)], run),
      profiles: [profileChange(name)],
      refusal: null,
      phases: [
        {
          phase: 'load',
          obstacle: null,
          figures: [
            {
              scenario: name('buy'),
              step: name('POST /buy'),
              metric: 'p95',
              unit: 'ms',
              baseline: 250,
              candidate: 312,
              verdict: 'slower',
              ratio: 1.25,
              interval: { low: 1.1, high: 1.4 },
              p: 0.01,
              reason: name('+25 %, between +10 % and +40 %'),
            },
          ],
        },
        { phase: 'stress', obstacle: name('earlier did not run it'), figures: [] },
      ],
    },
    problems: [name('2 lines of the stream are damaged')],
  });
}
