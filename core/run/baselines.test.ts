import { describe, expect, test } from 'vitest';
import {
  baselinesSchema,
  noBaselines,
  whyNoBaseline,
  withBaselines,
  withNoise,
  withoutName,
  withoutRuns,
  type Baselines,
  type PinnedBaseline,
} from './baselines';
import type { GoalResult, PhaseResult, Run, Validity, Verdict } from './run';

const pinned = (
  phase: string,
  runs: readonly string[],
  more: Partial<PinnedBaseline> = {},
): PinnedBaseline => ({
  plan: 'a.bench.yaml',
  environment: null,
  phase,
  runs: [...runs],
  pinnedMs: 1,
  ...more,
});

function check(all: Baselines, expected: readonly string[]): void {
  expect(baselinesSchema.parse(JSON.parse(JSON.stringify(all)))).toEqual(all);
  expect(
    all.baselines.map(({ environment, phase, runs }) => `${environment ?? '-'} ${phase} ${runs.join('+')}`),
  ).toEqual(expected);
}

describe('pinned runs', () => {
  const some = withBaselines(noBaselines, [
    pinned('smoke', ['r/1', 'r/2']),
    pinned('load', ['r/1'], { name: 'v1' }),
  ]);

  test('stand in the order of their scope', () => {
    check(some, ['- load r/1', '- smoke r/1+r/2']);
  });

  test('take the place of those of the same plan, environment and phase, and of no others', () => {
    const again = [pinned('load', ['r/3']), pinned('load', ['r/4'], { environment: 'ci' })];
    check(withBaselines(some, again), ['- load r/3', '- smoke r/1+r/2', 'ci load r/4']);
    check(withBaselines(some, [pinned('load', ['r/5'], { plan: 'b.bench.yaml' })]), [
      '- load r/1',
      '- smoke r/1+r/2',
      '- load r/5',
    ]);
  });

  test('can be let go of by run and by name', () => {
    check(withoutRuns(some, ['r/1']), ['- smoke r/2']);
    check(withoutRuns(some, ['r/9']), ['- load r/1', '- smoke r/1+r/2']);
    check(withoutName(some, 'v1'), ['- smoke r/1+r/2']);
  });

  test('and noise do not get in each other’s way', () => {
    const scope = { plan: 'a.bench.yaml', environment: null, phase: 'load' };
    const noise = { ...scope, runs: 10, measuredMs: 1, floors: { 'p50(a: b)': 0.03 } };
    const both = withNoise(withNoise(some, noise), { ...noise, runs: 12 });
    check(both, ['- load r/1', '- smoke r/1+r/2']);
    expect(both.noise.map(({ runs }) => runs)).toEqual([12]);
  });
});

describe('a run', () => {
  const goal = (state: GoalResult['state'], lacks?: GoalResult['lacks']): GoalResult => ({
    text: 'p95 <= baseline',
    state,
    measured: 1,
    limit: null,
    unit: 'ms',
    samples: 1,
    ...(lacks && { lacks }),
  });
  const valid: Validity = { state: 'valid', evidence: [] };
  const run = (verdict: Verdict, goals: GoalResult[], validity = valid, requests = 100): Run => {
    const phase: PhaseResult = {
      name: 'load',
      verdict,
      reason: 'because',
      validity,
      loadStartMs: 1,
      window: { fromMs: 0, toMs: 1 },
      goals,
      requests,
      failed: 0,
      rps: null,
      iterations: 1,
      dropped: 0,
      usersMax: 1,
      steps: [],
    };
    return {
      version: 1,
      id: 'r',
      plan: { name: 'A', file: '/a', sha256: '' },
      environment: null,
      startedMs: 1,
      endedMs: 2,
      verdict,
      reason: 'because',
      validity,
      phases: [phase],
      tools: {},
      machine: { platform: 'linux', arch: 'x64', cpus: 1, memoryBytes: 1 },
      records: 1,
    };
  };

  test('that passed may be a baseline, also where its figures are suspect', () => {
    expect(whyNoBaseline(run('pass', [goal('held')]))).toBeUndefined();
    const suspect: Validity = { state: 'suspect', evidence: [{ code: 'x', message: 'few samples' }] };
    expect(whyNoBaseline(run('pass', [], suspect))).toBeUndefined();
  });

  test('may be the first where only the baseline was missing', () => {
    expect(whyNoBaseline(run('no-data', [goal('no-data', 'baseline')]))).toBeUndefined();
    expect(whyNoBaseline(run('no-data', [goal('no-data', 'baseline'), goal('held')]))).toBeUndefined();
  });

  test('that did not pass may not, and the reason is told', () => {
    const invalid: Validity = { state: 'invalid', evidence: [{ code: 'x', message: 'the clock jumped' }] };
    expect(whyNoBaseline(run('pass', [], invalid))).toContain('the clock jumped');
    for (const verdict of ['fail', 'no-data', 'incomplete', 'aborted', 'tool-error'] as const)
      expect(whyNoBaseline(run(verdict, [goal('held')]))).toBe(`its verdict is ${verdict}: because`);
    expect(whyNoBaseline(run('no-data', [goal('no-data', 'samples')]))).toContain('no-data');
    expect(whyNoBaseline(run('no-data', [goal('no-data', 'baseline')], valid, 0))).toContain('no-data');
  });
});
