import { expect, test } from 'vitest';
import { describeAt, describeFormat, keysAt } from './describe';
import { planJsonSchema } from './json-schema';
import { parseTree } from './parse-tree';

const { root } = parseTree(`
phases:
  smoke: { scenarios: [a], users: 1 }
  open: {}
  stress: { find: {} }
scenarios:
  a:
    steps:
      - post: /x
      - await: /y
      - {}
environments:
  ci: { phases: { stress: {}, smoke: {} } }
`).tree;
const keys = (...path: (string | number)[]): string[] => keysAt(root, path).map((item) => item.key ?? '');

test('a key has its description, type, default and values', () => {
  expect(describeAt(root, ['phases', 'smoke', 'warmup'])).toMatchObject({
    key: 'warmup',
    type: 'duration',
    default: '0ms',
    isRequired: false,
    description: 'The time at the start that is not measured.',
    examples: ['30s', '5m', '250ms'],
  });
  expect(describeAt(root, ['data', 'tasks', 'pick'])).toMatchObject({
    values: ['unique', 'sequential', 'random'],
  });
  expect(describeAt(root, ['phases', 'stress', 'find', 'resolution'])).toMatchObject({ default: '5%' });
  expect(describeAt(root, ['phases', 'smoke', 'nonsense'])).toBeUndefined();
});

test('a value that may hold itself has a type that ends', () => {
  const below = describeAt(root, ['scenarios', 'a', 'steps', 0, 'json', 'list', 0]);
  expect(below?.type).toContain('list of any value');
});

test('a step offers the keys of its verb, or all verbs while it has none', () => {
  expect(keys('scenarios', 'a', 'steps', 1)).toEqual([
    'await',
    'name',
    'target',
    'headers',
    'cookies',
    'auth',
    'every',
    'timeout',
    'until',
    'success',
  ]);
  expect(keys('scenarios', 'a', 'steps', 0)).toContain('json');
  expect(keys('scenarios', 'a', 'steps', 0)).not.toContain('get');
  expect(keys('scenarios', 'a', 'steps', 2)).toEqual(
    expect.arrayContaining(['get', 'post', 'await', 'think']),
  );
});

test('a phase offers the keys of its kind, or of all kinds while it is open', () => {
  expect(keys('phases', 'stress')).toEqual([
    'scenarios',
    'find',
    'spawn',
    'arrivals',
    'until',
    'generators',
    'onLostGenerator',
    'after',
  ]);
  expect(keys('phases', 'open')).toEqual(expect.arrayContaining(['users', 'find', 'rerun']));
});

test('an environment offers the keys of what it changes', () => {
  expect(keys('environments', 'ci')).toEqual(['targets', 'data', 'phases', 'goals', 'kubernetes']);
  expect(keys('environments', 'ci', 'phases', 'stress')).toEqual([
    'scenarios',
    'find',
    'spawn',
    'arrivals',
    'until',
    'generators',
    'onLostGenerator',
    'after',
  ]);
  expect(describeAt(root, ['environments', 'ci', 'targets', 'gateway', 'url'])).toMatchObject({ key: 'url' });
});

test('every key of the format says what it is for', () => {
  const silent = describeFormat().flatMap((shape) =>
    shape.keys
      .filter((key) => key.description === undefined)
      .map((key) => `${shape.title}: ${key.key ?? ''}`),
  );
  expect(silent).toEqual([]);
});

test('the JSON Schema is about plans as they are written', () => {
  const schema = JSON.stringify(planJsonSchema());
  expect(schema).toContain('"default":"500ms"');
  expect(schema).toContain('"additionalProperties":false');
});
