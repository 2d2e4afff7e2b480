import { expect, test } from 'vitest';
import { plannedMs } from './load';
import { measuredMs, rerunLoad } from './rerun-load';
import type { LoadPhase, RerunPhase } from './schema';

const source: LoadPhase = {
  scenarios: { work: 3, look: 1 },
  users: { from: 1, to: 30 },
  for: 60_000,
  warmup: 0,
  drain: 1000,
  maxUsers: 50,
};

test('a load that is applied again keeps its scenarios and its drain, at one level after a warm-up', () => {
  const users = rerunLoad(source, { value: 15, unit: 'users' }, 20_000);
  expect(users).toEqual({
    scenarios: { work: 3, look: 1 },
    users: { from: 15, to: 15 },
    for: 22_000,
    warmup: 2000,
    drain: 1000,
  });
  const open = rerunLoad(source, { value: 2.5, unit: 'per-second' }, 20_000);
  expect(open).toMatchObject({ rate: { from: 2.5, to: 2.5 }, maxUsers: 50 });
  expect(open.users).toBeUndefined();
});

test('users that are started one after the other are all there before anything is measured', () => {
  const load = rerunLoad({ ...source, spawn: 2 }, { value: 15, unit: 'users' }, 20_000);
  expect(load).toMatchObject({ spawn: 2, warmup: 10_000, for: 30_000 });
});

test('the longest profiler says how long the load is measured, with time to attach', () => {
  const phase = { profile: [{ for: 60_000 }, { for: 5000 }] } as unknown as RerunPhase;
  expect(measuredMs(phase)).toEqual({ plainMs: 30_000, profiledMs: 65_000 });
  const load = rerunLoad(source, { value: 1, unit: 'users' }, measuredMs(phase).profiledMs);
  expect(plannedMs(load) - load.warmup).toBe(65_000);
});
