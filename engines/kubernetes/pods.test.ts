import { expect, test } from 'vitest';
import { exitOf, readPods } from './pods';

function pods(status: object, job = 'shop-1'): string {
  return JSON.stringify({
    items: [{ metadata: { name: `${job}-x7`, labels: { 'job-name': job } }, status }],
  });
}

const container = (state: object) => ({ containerStatuses: [{ name: 'k6', ready: false, state }] });

test.each([
  ['runs', { phase: 'Running', ...container({ running: { startedAt: 'x' } }) }, { kind: 'running' }],
  [
    'ended',
    { phase: 'Failed', ...container({ terminated: { exitCode: 137, reason: 'OOMKilled' } }) },
    { kind: 'ended', code: 137, reason: 'OOMKilled' },
  ],
  [
    'was evicted',
    { phase: 'Failed', reason: 'Evicted', message: 'The node was low on memory' },
    { kind: 'ended', code: null, reason: 'Evicted: The node was low on memory' },
  ],
  [
    'has no node',
    {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes' }],
    },
    { kind: 'waiting', why: 'Unschedulable: 0/3 nodes' },
  ],
  [
    'is about to start',
    { phase: 'Pending', ...container({ waiting: { reason: 'ContainerCreating' } }) },
    { kind: 'waiting', why: 'ContainerCreating' },
  ],
  [
    'lacks its image',
    { phase: 'Pending', ...container({ waiting: { reason: 'ImagePullBackOff', message: 'none' } }) },
    { kind: 'waiting', fault: 'ImagePullBackOff: none' },
  ],
])('a pod that %s', (_, status, state) => {
  const found = readPods('shop', pods(status));
  expect(found?.runner(0)).toEqual({ pod: 'shop-1-x7', ...state });
  expect(found?.runner(1)).toEqual({ kind: 'absent' });
  expect(found?.initializer).toEqual({ kind: 'absent' });
});

test('what is no list of pods is none', () => {
  expect(readPods('shop', 'Error')).toBeUndefined();
  expect(readPods('shop', '{"items":[{}]}')).toBeUndefined();
});

test('an exit by a signal is told as such', () => {
  expect(exitOf(137)).toEqual({ code: null, signal: 'SIGKILL' });
  expect(exitOf(105)).toEqual({ code: 105, signal: null });
  expect(exitOf(null)).toEqual({ code: null, signal: null });
});
