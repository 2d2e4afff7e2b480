import { expect, test } from 'vitest';
import type { RunEntry } from '../../runner/open-run';
import { sampleRun } from '../../test/kit/sample-report';
import { latestProfiled, runBefore } from './choose-runs';

function entry(id: string, startedMs: number, change: { profiled?: boolean; plan?: string } = {}): RunEntry {
  const { profiled = true, plan = '/plans/shop.bench.yaml' } = change;
  const run = sampleRun();
  const phases = run.phases.map((phase) => (profiled ? phase : { ...phase, profiles: [] }));
  return {
    dir: `/runs/${id}`,
    id,
    state: 'finished',
    problems: [],
    run: { ...run, startedMs, phases, plan: { ...run.plan, file: plan } },
  };
}

const nothingPinned = (): boolean => false;

test('the latest run with a profile is the one whose heat is shown', () => {
  const entries = [entry('c', 3, { profiled: false }), entry('b', 2), entry('a', 1)];
  expect(latestProfiled(entries)?.id).toBe('b');
  expect(latestProfiled([])).toBeUndefined();
});

test('it is held against the pinned baseline, else against the run before it', () => {
  const [late, middle, early] = [entry('c', 3), entry('b', 2), entry('a', 1)];
  const entries = [late, middle, early];
  expect(runBefore(late, entries, nothingPinned)).toEqual({ entry: middle, words: 'in the run before' });
  expect(runBefore(late, entries, ({ id }) => id === 'a')).toEqual({ entry: early, words: 'at baseline' });
  expect(runBefore(early, entries, nothingPinned)).toBeUndefined();
});

test('a run of another plan, or without a profile of the same, says nothing about it', () => {
  const late = entry('c', 3);
  const entries = [
    late,
    entry('b', 2, { plan: '/plans/other.bench.yaml' }),
    entry('a', 1, { profiled: false }),
  ];
  expect(runBefore(late, entries, ({ id }) => id !== 'c')).toBeUndefined();
});
