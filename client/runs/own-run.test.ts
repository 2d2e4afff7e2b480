import { expect, test } from 'vitest';
import type { RunEntry } from '../../runner/open-run';
import { findOwnRun } from './own-run';

function entry(id: string, startedMs: number, state: RunEntry['state']): RunEntry {
  const runner = {
    version: 1,
    id,
    pid: 4711,
    processStarted: '',
    startedMs,
    plan: { name: 'p', file: 'p.bench.yaml', sha256: '' },
    environment: null,
    targets: [],
    phases: [],
  } as const satisfies RunEntry['runner'];
  return { dir: `/runs/${id}`, id, state, runner, run: undefined, problems: [] } as unknown as RunEntry;
}

const own = { pid: 4711, spawnedMs: 1000, hasEnded: false };

test('an older run whose runner had the same pid is not taken for the one just started', () => {
  const entries = [entry('old', 10, 'finished'), entry('new', 1001, 'running')];
  expect(findOwnRun(entries, own)?.id).toBe('new');
  expect(findOwnRun(entries.slice(0, 1), own)).toBeUndefined();
  expect(findOwnRun(entries.slice(0, 1), { ...own, hasEnded: true })).toBeUndefined();
});

test('a run that is finished is the one just started only where the runner has ended', () => {
  const entries = [entry('quick', 1001, 'finished')];
  expect(findOwnRun(entries, own)).toBeUndefined();
  expect(findOwnRun(entries, { ...own, hasEnded: true })?.id).toBe('quick');
});
