import { expect, test } from 'vitest';
import type { RunEntry } from '../../runner/open-run';
import { panelTitleOf } from './run-words';

function entry(startedMs: number): RunEntry {
  const runner = { plan: { name: 'Shop' }, phases: [{ name: 'smoke' }, { name: 'load' }], startedMs };
  return {
    dir: '/runs/a',
    id: 'a',
    state: 'running',
    runner,
    run: undefined,
    problems: [],
  } as unknown as RunEntry;
}

test('two runs of the same phases within a minute have panels of two titles', () => {
  const startedMs = Date.UTC(2026, 0, 1, 12, 0, 5);
  const [first, second] = [panelTitleOf(entry(startedMs)), panelTitleOf(entry(startedMs + 40_000))];
  expect(first).toMatch(/^Shop: smoke, load · .*:05/);
  expect(second).not.toBe(first);
  expect(panelTitleOf(entry(startedMs))).toBe(first);
});
