import { expect, test } from 'vitest';
import { analysePlan } from '../plan/analyse';
import {
  differencesOf,
  generatorOf,
  isRateGiven,
  phaseTraits,
  type ResolvedPlan,
  type RunTraits,
} from './run-traits';

const machine = { platform: 'linux', arch: 'x64', cpus: 4, memoryBytes: 8e9 };

interface Change {
  readonly load?: string;
  readonly path?: string;
  readonly other?: string;
  readonly url?: string;
  readonly headers?: string;
}

function planOf({ load, path, other, url, headers }: Change): ResolvedPlan {
  const { plan, problems } = analysePlan(`
version: 1
name: Example
targets: { web: { url: "${url ?? 'http://127.0.0.1:1'}", headers: { ${headers ?? ''} } } }
scenarios:
  status: { steps: [{ get: "${path ?? '/a'}" }] }
  other: { steps: [{ get: "${other ?? '/b'}" }] }
phases:
  smoke: { scenarios: [other], users: 1, for: 1s }
  load: { scenarios: [status], ${load ?? 'users: 5, for: 9s, after: smoke'} }
`);
  if (plan === undefined) throw new Error(JSON.stringify(problems));
  return plan;
}

function traitsOf(change: Change, rest: Partial<RunTraits> = {}): RunTraits {
  const own = phaseTraits(planOf(change), 'load');
  if (own === undefined) throw new Error('no such phase');
  return { ...own, data: '', machine, generator: 'k6 2.0.0', ...rest };
}

/** What a change of the plan, or of what surrounds it, makes of a comparison. */
function check(change: Change, expected: readonly string[], rest: Partial<RunTraits> = {}): void {
  const found = differencesOf(traitsOf({}), traitsOf(change, rest));
  expect(found).toHaveLength(expected.length);
  for (const [i, words] of expected.entries()) expect(found[i]).toContain(words);
}

test('runs may differ in the address of a target, in other scenarios, and in what ran before', () => {
  check({ url: 'http://127.0.0.1:2', other: '/c', load: 'for: 9s, users: 5' }, []);
  check({}, [], { machine: { ...machine, memoryBytes: 8.1e9 } });
});

test('another load, other requests, other rows, another machine or another generator are no pair', () => {
  check({ load: 'users: 6, for: 9s' }, ['the load of the phase']);
  check({ path: '/c' }, ['the requests']);
  check({ headers: 'x-mode: fast' }, ['the requests']);
  check({}, ['the rows'], { data: 'abc' });
  check({}, ['4 against 8 cores'], { machine: { ...machine, cpus: 8 } });
  check({}, ['linux x64 against darwin arm64'], {
    machine: { ...machine, platform: 'darwin', arch: 'arm64' },
  });
  check({}, ['7.5 GiB against 14.9 GiB'], { machine: { ...machine, memoryBytes: 16e9 } });
  check({}, ['k6 2.0.0 against k6 2.1.0'], { generator: 'k6 2.1.0' });
  check({}, ['k6 2.0.0 against locust 2.47.0'], { generator: 'locust 2.47.0' });
  check({ load: 'rate: 5/s, for: 9s', path: '/c' }, ['the load', 'the requests'], { machine });
});

test('what is compared on purpose is no obstacle, but the load always is', () => {
  const [a, b] = [traitsOf({}), traitsOf({ path: '/c' }, { data: 'abc' })];
  expect(differencesOf(a, b, ['requests', 'data'])).toEqual([]);
  expect(differencesOf(a, traitsOf({ load: 'users: 6, for: 9s' }), ['requests', 'data'])).toHaveLength(1);
});

test('a rate is given by the plan in the open model only', () => {
  const isGiven = (load: string): boolean => isRateGiven(planOf({ load }), 'load');
  expect(isGiven('rate: 5/s, for: 9s')).toBe(true);
  expect(isGiven('stages: [{ rate: 5/s, for: 9s }]')).toBe(true);
  expect(isGiven('users: 5, for: 9s')).toBe(false);
  expect(isRateGiven(planOf({}), 'nothing')).toBe(false);
  expect(phaseTraits(planOf({}), 'nothing')).toBeUndefined();
});

test('the generator is that of the phase, whatever else a run had', () => {
  const plan: ResolvedPlan = {
    targets: {},
    scenarios: { status: { steps: [] }, shop: { locustfile: 'shop.py' } },
    phases: {
      load: { scenarios: { status: 1 } },
      crowd: { scenarios: { shop: 1 } },
      hot: { rerun: 'crowd' },
      steps: { rerun: 'load' },
    },
  };
  const tools = { k6: '2.0.0', locust: '2.47.0' };
  expect(['load', 'crowd', 'hot', 'steps'].map((phase) => generatorOf(plan, phase, tools))).toEqual([
    'k6 2.0.0',
    'locust 2.47.0',
    'locust 2.47.0',
    'k6 2.0.0',
  ]);
  // A run from before there were locustfiles is a pair of one that has both.
  expect(generatorOf(plan, 'load', { k6: '2.0.0' })).toBe('k6 2.0.0');
  expect(generatorOf({ ...plan, kubernetes: {} }, 'load', { k6: '2.0.0' })).toBe('k6 2.0.0 in pods');
});
