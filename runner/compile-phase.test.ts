import { expect, test } from 'vitest';
import { analysePlan } from '../core/plan/analyse';
import { withGenerators } from '../core/plan/trial-load';
import { compile } from './compile-phase';

function compiledWith(generators: number) {
  const { plan } = analysePlan(
    [
      'version: 1',
      'name: Shop',
      'targets: { web: { url: "http://127.0.0.1:8000" } }',
      'scenarios: { shop: { locustfile: load/shop.py } }',
      'phases: { load: { scenarios: [shop], users: 5, for: 30s } }',
    ].join('\n'),
  );
  if (plan === undefined) throw new Error('the plan is not right');
  return compile(withGenerators(plan, generators), 'load', {});
}

test('a locustfile is not run by fewer generators than somebody asks for', () => {
  expect(compiledWith(2)).toEqual({
    ok: false,
    problems: [
      {
        path: ['phases', 'load'],
        message: 'A locustfile is run by one Locust: several generators can make the load of steps only',
      },
    ],
  });
  expect(compiledWith(1).ok).toBe(true);
});
