import { expect, test } from 'vitest';
import type { LiveResource } from '../../protocol/live';
import { sampleFinished, sampleSnapshot } from '../../test/views/sample-run';
import { componentsOf, resourceSpec } from './resource-specs';
import type { RunView } from './state';

const process = (pid: number): LiveResource => ({
  key: `pid ${pid}`,
  ...{ component: 'agents', metric: 'cpu', source: 'process', instance: `pid ${pid}` },
  ...{ unit: 'cores', limit: null, values: [0.2] },
});

const withResources = (resources: readonly LiveResource[]): RunView => ({ ...sampleSnapshot(1), resources });

function check(run: RunView, component: string, metric: string) {
  const spec = resourceSpec(run, component, metric);
  if (spec === undefined) throw new Error(`${component} has no ${metric}`);
  return spec;
}

test('what saturated comes first, and the load generator last', () => {
  expect(componentsOf(sampleSnapshot(20)).map(({ name }) => name)).toEqual([
    'gateway',
    'agents',
    'generator',
  ]);
  expect(componentsOf(sampleFinished()).map(({ name }) => name)).toEqual(['agents', 'gateway', 'generator']);
});

test('CPU and memory come before other metrics, those of the plan last', () => {
  const agents = componentsOf(sampleSnapshot(20)).find(({ name }) => name === 'agents');
  expect(agents?.metrics).toEqual(['cpu', 'memory', 'threads', 'files', 'queue_depth']);
});

test('the limit is drawn, and so is one core, beyond which many processes never get', () => {
  expect(check(sampleSnapshot(20), 'agents', 'cpu').limits).toEqual([
    { label: 'limit 2 cores', limit: 2 },
    { label: 'one core', limit: 1 },
  ]);
  expect(check(sampleSnapshot(20), 'gateway', 'memory').limits).toEqual([
    { label: 'limit 512 MB', limit: 512e6 },
  ]);
  expect(check(sampleSnapshot(20), 'generator', 'cpu').limits).toEqual([]);
});

test('several processes are lines beside the whole, as many as can be told apart', () => {
  const whole = { ...process(0), key: 'whole', instance: null };
  const { series, unit } = check(withResources([...[1, 2, 3, 4, 5, 6].map(process), whole]), 'agents', 'cpu');
  expect(series.map(({ label }) => label)).toEqual(['all together', 'pid 1', 'pid 2', 'pid 3', 'pid 4']);
  expect(unit).toBe('cores, 2 more not drawn');
  expect(new Set(series.map(({ dash }) => dash.join())).size).toBe(5);
});

test('what two sources tell is told apart', () => {
  const both = [
    { ...process(0), key: 'a', instance: null },
    { ...process(0), key: 'b', instance: null, source: 'metrics' },
  ];
  expect(check(withResources(both), 'agents', 'cpu').series.map(({ label }) => label)).toEqual([
    'cpu by process',
    'cpu by metrics',
  ]);
});

test('a point in a gap tells why, and no other point does', () => {
  const run = sampleSnapshot(120);
  const { note } = check(run, 'gateway', 'cpu');
  const at = (t: number): number => run.points.t.indexOf(t);
  expect(note?.(run, at(95))).toBe('Not read: nothing listens on port 8000');
  expect(note?.(run, at(80))).toBe('');
  expect(note?.(run, undefined)).toBe('');
});
