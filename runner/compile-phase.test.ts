import { expect, test } from 'vitest';
import { analysePlan } from '../core/plan/analyse';
import { withGenerators } from '../core/plan/trial-load';
import { compile, isLocustLoad } from './compile-phase';

/** What a phase of a locustfile says of workers. */
function workersOf(keys: string, generators?: number) {
  const { plan, problems } = analysePlan(
    [
      'version: 1',
      'name: Shop',
      'targets: { web: { url: "http://127.0.0.1:8000" } }',
      'scenarios: { shop: { locustfile: load/shop.py } }',
      `phases: { load: { scenarios: [shop], users: 5, for: 30s${keys} } }`,
    ].join('\n'),
  );
  if (plan === undefined) throw new Error(JSON.stringify(problems));
  const result = compile(withGenerators(plan, generators), 'load', {});
  if (!result.ok || !isLocustLoad(result.compiled)) throw new Error('it is no load of Locust');
  return result.compiled.workers;
}

test('the generators of a locustfile are workers of Locust, and one needs no master', () => {
  expect(workersOf('')).toBeUndefined();
  expect(workersOf(', generators: 1')).toBeUndefined();
  expect(workersOf('', 2)).toEqual({ count: 2, onLost: 'continue', listen: undefined });
  expect(workersOf(', generators: 3, onLostGenerator: stop')).toMatchObject({ count: 3, onLost: 'stop' });
});

test('a master listens where the plan says, for one worker at least', () => {
  expect(workersOf(', listen: "10.0.0.5:5557"')).toMatchObject({
    count: 1,
    listen: { host: '10.0.0.5', port: 5557 },
  });
  expect(workersOf(', listen: "[::1]:5557", generators: 2')).toMatchObject({
    count: 2,
    listen: { host: '[::1]', port: 5557 },
  });
});
