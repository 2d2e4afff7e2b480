import { expect, test } from 'vitest';
import { environmentItems } from './environment-items';

const labels = (...args: Parameters<typeof environmentItems>): string[] =>
  environmentItems(...args).map(({ label, description }) => `${label}: ${description}`);

test('what was chosen last for the plan comes first', () => {
  const names = ['quick', 'staging'];
  expect(labels(names, { kind: 'unset' })).toEqual([
    'No environment: the plan as it stands',
    'quick: ',
    'staging: ',
  ]);
  expect(labels(names, { kind: 'named', name: 'staging' })).toEqual([
    'staging: (last used)',
    'No environment: the plan as it stands',
    'quick: ',
  ]);
  expect(labels(names, { kind: 'none' })[0]).toBe('No environment: the plan as it stands (last used)');
});

test('an environment that the plan no longer has is not offered', () => {
  expect(labels(['quick'], { kind: 'named', name: 'gone' })).toEqual([
    'No environment: the plan as it stands',
    'quick: ',
  ]);
});
