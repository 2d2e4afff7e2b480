import { expect, test } from 'vitest';
import { loadStartMs, requests, simulatedPhase } from '../../test/kit/simulated-stream';
import { analysePlan } from '../plan/analyse';
import { isLoadPhase, measuredWindow } from '../plan/load';
import type { Capacity } from '../run/run';
import { trialName } from '../run/trial-name';
import { judgePhase } from './judge-phase';
import { judgeLoadResources, judgeSearchResources } from './judge-resources';
import type { JudgedTrial } from './judge-trial';
import { totalPhase } from './phase-totals';
import type { ResourceRecord, StreamRecord } from './record';
import { ResourceWatch } from './resource-watch';
import { RunSeries } from './series';

const seconds = 120;
const fullAt = 60;

const planOf = (users: string): string => `
version: 1
name: Example
targets: { agents: { url: "http://127.0.0.1:1", process: { port: 1 } } }
scenarios: { execute: { target: agents, steps: [{ post: /execute }] } }
phases: { load: { scenarios: [execute], users: ${users}, for: ${seconds}s } }
goals: [p95(execute) in load < 300ms]
`;

const ramp = planOf('1 -> 120');

/** A process that is full from the first minute on, and a latency that leaves its goal a quarter of a minute later. */
function records(slowFrom = fullAt + 15): StreamRecord[] {
  const load = simulatedPhase({
    seconds,
    tick: (at) => ({
      users: at,
      iterations: Math.min(at, fullAt) * 2,
      requests: [
        requests(
          at,
          Array.from({ length: 100 }, () => (at < slowFrom ? 40 : 900)),
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

function loadOf(text: string) {
  const { plan, problems } = analysePlan(text);
  const load = plan?.phases['load'];
  if (plan === undefined || load === undefined || !isLoadPhase(load))
    throw new Error(JSON.stringify(problems));
  return { plan, load };
}

/** A phase as it is judged before its resources are. */
function judgedLoad(stream: readonly StreamRecord[], text: string) {
  const { plan, load } = loadOf(text);
  return judgePhase(load, {
    plan,
    phase: 'load',
    totals: totalPhase(stream, 'load', measuredWindow(load)),
    exit: { kind: 'clean' },
    isDeadlineHit: false,
    isCoLocated: true,
  });
}

const machine = { cpus: 4, isShared: true };

function judged(stream: readonly StreamRecord[], text = ramp) {
  const { plan, load } = loadOf(text);
  const watch = new ResourceWatch();
  const series = new RunSeries();
  for (const record of stream) {
    watch.add(record);
    series.add(record);
  }
  return judgeLoadResources(load, judgedLoad(stream, text), { plan, watch, machine }, (selection) =>
    series.points({ phase: 'load', ...selection }),
  );
}

test('a ramp names the process that was full first, and the goal that was left after it', () => {
  const { saturation } = judged(records());
  expect(saturation?.message).toMatch(
    /^agents, with one core of one process at 9\d % from 100 requests\/s \(\d\d users\) on; p95\(execute\) < 300ms no longer held (?:1\d|2\d) s later$/,
  );
});

test('a goal that held as a whole was not left by the last seconds of a load that does not change', () => {
  const late = records(seconds - 3);
  expect(judged(late).saturation?.message).toContain(
    'p95(execute) < 300ms, held over the phase as a whole, no longer held',
  );
  expect(judged(late, planOf('60')).saturation?.message).not.toContain('no longer held');
  expect(judged(records(), planOf('60')).saturation?.message).toContain(
    'p95(execute) < 300ms no longer held',
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

interface SearchedTrial {
  readonly level: number;
  readonly held: boolean;
  /** The share of a core that the process took. */
  readonly core: number;
}

const trialSeconds = 10;

/** The saturation that a search tells, whose trials came one after the other. */
function searched(upper: number, trials: readonly SearchedTrial[]) {
  const { plan } = loadOf(ramp);
  const watch = new ResourceWatch();
  const phase = { ...judgedLoad(records(), ramp), window: { fromMs: 0, toMs: trialSeconds * 1000 } };
  const all = trials.map(({ level, held, core }, index): JudgedTrial => {
    const name = trialName({ phase: 'stress', number: index + 1, level });
    const startMs = loadStartMs + index * 2000 * trialSeconds;
    for (const record of simulatedPhase({ phase: name, startMs, seconds: trialSeconds })) watch.add(record);
    for (let second = 1; second <= trialSeconds; second++)
      watch.add({
        kind: 'resources',
        ...{ source: 'process', phase: name, seq: second, timeMs: startMs + second * 1000 },
        ...{ component: 'agents', readings: [{ metric: 'cpu', value: core }] },
      });
    const told = { number: index + 1, purpose: 'climb', level, achieved: level, inFlight: null } as const;
    return {
      trial: { ...told, errors: 0, p95: null, held, why: held ? null : `p95 at ${level}/s` },
      isCut: false,
      answer: { kind: 'held' },
      phase,
      iterationMs: undefined,
      plateau: undefined,
    };
  });
  const capacity: Capacity = {
    unit: 'per-second',
    lower: null,
    upper,
    reached: true,
    brokeFirst: `p95 at ${upper}/s`,
    p95: null,
    plateau: { kind: 'not-reached', reason: 'too few levels' },
    trials: [],
  };
  return judgeSearchResources(all, { ...phase, name: 'stress', capacity }, { plan, watch, machine })
    .saturation;
}

test('a rate that broke once, and held when it was tried again, is not told as the limit of a search', () => {
  const saturation = searched(16, [
    { level: 8, held: true, core: 0.4 },
    { level: 11, held: false, core: 0.5 },
    { level: 11, held: true, core: 0.5 },
    { level: 16, held: false, core: 0.97 },
  ]);
  expect(saturation?.message).toBe(
    'agents, with one core of one process at 97 % from 16/s on; the search broke (p95 at 16/s) at that load',
  );
});
