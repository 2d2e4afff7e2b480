import { expect, test } from 'vitest';
import { loadStartMs, requests, simulatedPhase } from '../../test/kit/simulated-stream';
import { analysePlan } from '../plan/analyse';
import { isLoadPhase, measuredWindow } from '../plan/load';
import { judgePhase } from './judge-phase';
import { judgeLoadResources } from './judge-resources';
import { totalPhase } from './phase-totals';
import type { ResourceRecord, StreamRecord } from './record';
import { ResourceWatch } from './resource-watch';
import { RunSeries } from './series';

const seconds = 120;
const fullAt = 60;

const planText = `
version: 1
name: Example
targets: { agents: { url: "http://127.0.0.1:1", process: { port: 1 } } }
scenarios: { execute: { target: agents, steps: [{ post: /execute }] } }
phases: { load: { scenarios: [execute], users: 1 -> 120, for: ${seconds}s } }
goals: [p95(execute) in load < 300ms]
`;

/** A process that is full from the first minute on, and a latency that leaves its goal a quarter of a minute later. */
function records(): StreamRecord[] {
  const load = simulatedPhase({
    seconds,
    tick: (at) => ({
      users: at,
      iterations: Math.min(at, fullAt) * 2,
      requests: [
        requests(
          at,
          Array.from({ length: 100 }, () => (at < fullAt + 15 ? 40 : 900)),
        ),
      ],
      cpuUs: 100_000,
    }),
  });
  const resources = Array.from({ length: seconds }, (_, at): ResourceRecord => {
    const memory = { metric: 'memory', value: 80_000_000 + at * 100_000 };
    const readings = [{ metric: 'cpu', value: Math.min(0.99, at / fullAt) }, memory];
    const timeMs = loadStartMs + at * 1000 + 500;
    return {
      kind: 'resources',
      source: 'process',
      phase: 'load',
      seq: at,
      timeMs,
      component: 'agents',
      readings,
    };
  });
  return [...load, ...resources].sort((a, b) => a.timeMs - b.timeMs);
}

function judged(stream: readonly StreamRecord[]) {
  const { plan, problems } = analysePlan(planText);
  const load = plan?.phases['load'];
  if (plan === undefined || load === undefined || !isLoadPhase(load))
    throw new Error(JSON.stringify(problems));
  const watch = new ResourceWatch();
  const series = new RunSeries();
  for (const record of stream) {
    watch.add(record);
    series.add(record);
  }
  const result = judgePhase(load, {
    plan,
    phase: 'load',
    totals: totalPhase(stream, 'load', measuredWindow(load)),
    exit: { kind: 'clean' },
    isDeadlineHit: false,
    isCoLocated: true,
  });
  const machine = { cpus: 4, isShared: true };
  return judgeLoadResources(load, result, { plan, watch, machine }, (selection) =>
    series.points({ phase: 'load', ...selection }),
  );
}

test('a ramp names the process that was full first, and the goal that was left after it', () => {
  const { saturation } = judged(records());
  expect(saturation?.message).toMatch(
    /^agents: one core of one process at 9\d % from 100 requests\/s \(\d\d users\) on; p95\(execute\) < 300ms no longer held (?:1\d|2\d) s later$/,
  );
});

test('the figures of the measured window are kept for reports', () => {
  const { resources } = judged(records());
  const memory = resources?.find(({ component, metric }) => component === 'agents' && metric === 'memory');
  expect(memory).toMatchObject({ source: 'process', unit: 'bytes', limit: null, readings: seconds });
  expect(memory).toMatchObject({ start: 80_000_000, end: 80_000_000 + (seconds - 1) * 100_000 });
  const generator = resources?.find(({ component }) => component === 'generator');
  expect(generator).toMatchObject({ metric: 'cpu', instance: 'k6' });
  expect(generator?.mean).toBeCloseTo(0.1);
});

test('a run in which no target was to be read has nothing to say', () => {
  expect(judged(records().filter(({ kind }) => kind !== 'resources'))).toEqual({});
});

test('a target that could not be read is told with the reason', () => {
  const unread = records().map((record) =>
    record.kind === 'resources' ? { ...record, readings: [], gap: 'nothing listens on port 1' } : record,
  );
  expect(judged(unread).saturation).toMatchObject({ code: 'no-data' });
  expect(judged(unread).saturation?.message).toContain('port 1');
});
