import { describe, expect, it } from 'vitest';
import type { Latency, PhaseResult, Run, StepSummary } from '../../core/run/run';
import { toldRuns } from '../../protocol/language';
import { lastResultsOf } from './last-results';

const latency = (p95: number): Latency => ({
  p50: null,
  p90: null,
  p95,
  p99: p95 * 2,
  min: null,
  max: null,
  mean: null,
  intervals: {
    p50: null,
    p90: null,
    p95: { low: p95 - 1, high: p95 + 1, grade: 'plain', isLowerBound: false },
    p99: { low: p95, high: p95 * 3, grade: 'rough', isLowerBound: true },
  },
});

const step = (name: string, p95: number): StepSummary => ({
  scenario: 'browse',
  step: name,
  requests: 100,
  failed: 0,
  rps: null,
  latencyMs: latency(p95),
  failedLatencyMs: latency(p95),
  statuses: {},
  errorCodes: {},
});

const valid = { state: 'valid', evidence: [] } as const;

const phaseOf = (name: string, steps: StepSummary[]): PhaseResult => ({
  name,
  verdict: 'pass',
  reason: 'all goals held',
  validity: { ...valid, evidence: [] },
  loadStartMs: 1,
  window: { fromMs: 0, toMs: 1 },
  goals: [],
  requests: 1,
  failed: 0,
  rps: null,
  iterations: 1,
  dropped: 0,
  usersMax: 1,
  steps,
});

const runOf = (id: string, phases: PhaseResult[], environment: string | null = null): Run => ({
  version: 1,
  id,
  plan: { name: 'A', file: '/work/a b.bench.yaml', sha256: 's' },
  environment,
  startedMs: 1,
  endedMs: 2,
  verdict: 'pass',
  reason: '',
  validity: { ...valid, evidence: [] },
  phases,
  tools: {},
  machine: { platform: 'linux', arch: 'x64', cpus: 1, memoryBytes: 1 },
  records: 1,
});

describe('what the language server is told', () => {
  it('is apart for each environment and phase', () => {
    const { histories } = lastResultsOf([
      runOf('r2', [phaseOf('load', []), phaseOf('smoke', [])]),
      runOf('r1', [phaseOf('load', [])], 'ci'),
    ]);
    expect(histories.map(({ plan, environment, phase }) => [plan, environment, phase])).toEqual([
      ['file:///work/a%20b.bench.yaml', null, 'load'],
      ['file:///work/a%20b.bench.yaml', null, 'smoke'],
      ['file:///work/a%20b.bench.yaml', 'ci', 'load'],
    ]);
  });

  it('follows the slowest step of the last run through the runs before', () => {
    const { histories } = lastResultsOf([
      runOf('r2', [phaseOf('load', [step('a', 10), step('b', 20)])]),
      runOf('r1', [phaseOf('load', [step('a', 90), step('b', 30)])]),
    ]);
    expect(histories).toMatchObject([
      {
        step: 'browse: b',
        runs: [
          { runId: 'r2', p95: { ms: 20, low: 19, high: 21 } },
          { runId: 'r1', p95: { ms: 30, low: 29, high: 31 } },
        ],
      },
    ]);
  });

  it('leaves the interval of a lower bound open', () => {
    const { histories } = lastResultsOf([runOf('r1', [phaseOf('load', [step('a', 10)])])]);
    expect(histories[0]?.runs[0]?.p99).toEqual({ ms: 20, low: 10, high: null });
  });

  it('is bounded, however many runs there are', () => {
    const runs = Array.from({ length: toldRuns + 5 }, (_, i) => runOf(`r${i}`, [phaseOf('load', [])]));
    const [history] = lastResultsOf(runs).histories;
    expect(history?.runs.map(({ runId }) => runId)).toEqual(runs.slice(0, toldRuns).map(({ id }) => id));
  });
});
