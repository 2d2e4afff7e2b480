import { expect, test } from 'vitest';
import type { PhaseResult, ProfileResult } from '../run/run';
import { judgeProfiling } from './judge-profiling';

const load = (change: Partial<PhaseResult> = {}): PhaseResult => ({
  name: 'hotspots',
  verdict: 'pass',
  reason: '',
  validity: { state: 'valid', evidence: [] },
  loadStartMs: 0,
  window: { fromMs: 0, toMs: 1000 },
  goals: [],
  requests: 100,
  failed: 0,
  rps: 100,
  iterations: 0,
  dropped: 0,
  usersMax: 0,
  steps: [],
  ...change,
});

const profile = (change: Partial<ProfileResult> = {}): ProfileResult => ({
  target: 'agents',
  tool: 'py-spy',
  version: '0.4.3',
  options: [],
  files: ['a'],
  samples: 500,
  seconds: 5,
  rateHz: 100,
  overhead: null,
  validity: { state: 'valid', evidence: [] },
  top: [{ name: 'rank', file: 'a.py', line: 1, self: 0.5, total: 0.9 }],
  libraries: [],
  ...change,
});

const lost = (code: string): ProfileResult['validity'] => ({
  state: 'invalid',
  evidence: [{ code, message: `${code}: do this` }],
});

function check(plain: PhaseResult, profiled: PhaseResult | undefined, profiles: ProfileResult[]): string {
  const level = { value: 5, unit: 'per-second', from: 'the plan' } as const;
  const { verdict, reason } = judgeProfiling({ name: 'hotspots', level, plain, profiled, profiles });
  return `${verdict}: ${reason}`;
}

test('a phase whose profilers recorded under load passes, and says what costs most', () => {
  expect(check(load(), load(), [profile()])).toBe('pass: rank costs 90 % of agents at 5/s (the plan)');
});

test('a load that the target did not sustain is a load to profile under', () => {
  expect(check(load({ verdict: 'fail' }), load({ verdict: 'fail' }), [profile()])).toMatch(/^pass/);
});

test('a target that nobody asked anything is profiled for nothing', () => {
  const nothing = /^no-data: no request started/;
  expect(check(load({ requests: 0, verdict: 'no-data' }), load(), [profile()])).toMatch(nothing);
  expect(check(load(), load({ requests: 0, verdict: 'no-data' }), [profile()])).toMatch(nothing);
});

test.each([
  ['aborted', { verdict: 'aborted', reason: 'x' }],
  ['tool-error', { verdict: 'tool-error', reason: 'x' }],
  ['incomplete', { verdict: 'incomplete', reason: 'x' }],
  ['fail', { failed: 100 }],
] as const)('a load that is %s makes the phase so, with profilers or without', (verdict, change) => {
  expect(check(load(change), load(), [profile()]).split(':')[0]).toBe(verdict);
  expect(check(load(), load(change), [profile()]).split(':')[0]).toBe(verdict);
});

test('a profiler that recorded nothing makes the phase incomplete, with the remedy', () => {
  const missing = profile({ files: [], validity: lost('py-spy-missing') });
  expect(check(load(), undefined, [missing])).toBe('incomplete: py-spy on agents: py-spy-missing: do this');
});

test('a recording that shows nothing is no data', () => {
  expect(check(load(), load(), [profile({ validity: lost('too-few-samples') })])).toMatch(/^no-data: /);
});

test('the cost of the profilers is told as a ratio, and no figure is taken while they record', () => {
  const level = { value: 5, unit: 'per-second', from: 'the plan' } as const;
  const profiled = load({ rps: 80 });
  const result = judgeProfiling({ name: 'hotspots', level, plain: load(), profiled, profiles: [profile()] });
  expect(result.rps).toBe(100);
  expect(result.profiles?.[0]?.overhead).toEqual({ rps: 0.8, p50: null });
});

test.each([
  [80, ['profiler-cost']],
  [95, []],
])('a load that kept %i % of its answers under the profilers says so where that is too few', (rps, codes) => {
  const level = { value: 5, unit: 'per-second', from: 'the plan' } as const;
  const evidence = { name: 'hotspots', level, plain: load(), profiled: load({ rps }), profiles: [profile()] };
  const { verdict, profiles } = judgeProfiling(evidence);
  expect(verdict).toBe('pass');
  expect(profiles?.[0]?.validity.state).toBe('valid');
  expect(profiles?.[0]?.validity.evidence.map(({ code }) => code)).toEqual(codes);
});

test('of counted calls the function is named that works most, since what drives a program calls all of it', () => {
  const top = [{ name: 'serve', file: 'a.py', line: 1, self: 0.2, total: 0.99 }];
  expect(check(load(), load(), [profile({ tool: 'cProfile', top })])).toBe(
    'pass: serve works most in agents, 20 % of the time at 5/s (the plan)',
  );
});
