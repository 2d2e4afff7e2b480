import { expect, test } from 'vitest';
import { analysePlan } from '../../core/plan/analyse';
import { firstPhase, mentions, planNameOf, planOfUsers } from './plan-of-users';

test.each(['shop.py', 'my shop: #1.py'])('the plan of a locustfile has no problems: %s', (file) => {
  const { plan, problems } = analysePlan(
    planOfUsers({ file, className: 'Shopper', host: 'http://127.0.0.1:8000/base' }),
  );
  expect(problems).toEqual([]);
  expect(plan?.scenarios['Shopper']).toMatchObject({ locustfile: file, users: ['Shopper'] });
  expect(Object.keys(plan?.phases ?? {})).toEqual([firstPhase]);
});

test('the plan is called as the file is', () => {
  expect(planNameOf('shop.py')).toBe('shop.bench.yaml');
});

test('a plan names the classes that it runs, and not those of its comments', () => {
  const plan = planOfUsers({ file: 'shop.py', className: 'Shopper', host: 'http://127.0.0.1:8000' });
  expect(mentions(plan, 'Shopper')).toBe(true);
  expect(mentions(plan, 'Shop')).toBe(false);
  expect(mentions(`${plan}\n# Admin is to come`, 'Admin')).toBe(false);
});
