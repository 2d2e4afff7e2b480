import { expect, test } from 'vitest';
import { sampleRun } from '../../test/kit/sample-report';
import { cpuNsPerRequest } from './cpu-per-request';
import type { PhaseResult } from './run';

const [load] = sampleRun().phases;
const [step] = load?.steps ?? [];
const cpu = {
  component: 'shop',
  metric: 'cpu',
  source: 'process',
  instance: null,
  unit: 'cores' as const,
  limit: 2,
  readings: 30,
  mean: 0.5,
  max: 1,
  start: 0,
  end: 1,
};

function phaseWith(changes: Partial<PhaseResult>): PhaseResult {
  if (load === undefined || step === undefined) throw new Error('the sample run has no step');
  const { ttcMs: _, ...plain } = step;
  const asked = { ...plain, rps: 20 };
  const polls = { ...step, rps: 80, ttcMs: step.latencyMs };
  return { ...load, steps: [asked, polls], resources: [cpu], ...changes };
}

test('half a core at twenty requests a second is 25 ms each, however often tasks were asked after', () => {
  expect(cpuNsPerRequest(phaseWith({}), 'shop')).toBe(25e6);
});

test('processes are added up where nothing is told of the whole', () => {
  const workers = [1, 2].map((pid) => ({ ...cpu, instance: String(pid), mean: 0.2 }));
  expect(cpuNsPerRequest(phaseWith({ resources: workers }), 'shop')).toBeCloseTo(20e6);
});

test('it is not known of a target that was not watched, nor under a load that moved', () => {
  expect(cpuNsPerRequest(phaseWith({}), 'other')).toBeNull();
  expect(cpuNsPerRequest(phaseWith({ steps: [] }), 'shop')).toBeNull();
  const moving = phaseWith({}).steps.map((each) => ({ ...each, rps: null }));
  expect(cpuNsPerRequest(phaseWith({ steps: moving }), 'shop')).toBeNull();
});
