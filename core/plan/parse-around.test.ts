import { expect, test } from 'vitest';
import { analysePlan } from './analyse';

const plan = `version: 1
name: Shop
targets:
  web: { url: http://127.0.0.1:8000 }
scenarios:
  browse:
    target: web
    steps:
      - get: /items
        capture: { id: $.id }
      - get: /items/\${id}
  pay:
    target: web
    steps:
      - post: /orders
phases:
  load: { scenarios: [browse], rate: 20/s, for: 5m }
  more: { scenarios: [pay], rate: 20/s, for: 5m }
goals:
  - p95(browse."GET /items") in load < 300ms
`;

/** Each problem by its code, the text at its place, and its message. */
function problemsOf(text: string): string[] {
  return analysePlan(text).problems.map(
    ({ code, message, range }) => `${code} at ${text.slice(range.start, range.end)}: ${message}`,
  );
}

test('the plan is right as it is', () => {
  expect(problemsOf(plan)).toEqual([]);
});

test.each([
  ['$.id }', '$.items[0].id }', ['yaml-syntax at [: A value with `[` in it must be put in quotes here']],
  ['$.id }', '$.id', ['yaml-syntax at {: This bracket is not closed: `}` is missing']],
  ['name: Shop', "name: 'Shop", ["yaml-syntax at ': This quote is not closed: a second ' is missing"]],
  ['[browse]', '[browse', ['yaml-syntax at [: This bracket is not closed: `]` is missing']],
  [
    '    target: web',
    '    target web',
    ['yaml-syntax at target web: A key must stand on one line; a `:` may be missing'],
  ],
  ['get: /items\n', 'get: %x\n', ['yaml-syntax at %: A value that begins with % must be put in quotes']],
  ['get: /items\n', 'get: "a"b\n', ['yaml-syntax at b: `b` is not expected here']],
  [
    '300ms\n',
    '300ms\n  errors: 1%\n',
    ['yaml-syntax at  : The indentation does not match the lines around it'],
  ],
])('where %s is %s, only the fault is told', (from, to, problems) => {
  expect(plan).toContain(from);
  expect(problemsOf(plan.replace(from, to))).toEqual(problems);
});

test('a fault in one scenario hides nothing of what is wrong elsewhere', () => {
  const text = plan
    .replace('$.id }', '$.items[0].id }')
    .replace('rate: 20/s, for: 5m }\ng', 'rate: 20, for: 5m }\ng');
  expect(problemsOf(text)).toEqual([
    expect.stringContaining('yaml-syntax at ['),
    expect.stringContaining('missing-unit at 20'),
  ]);
  const { names, phases, scenarios } = analysePlan(text);
  expect(Object.keys(scenarios)).toEqual(['browse', 'pay']);
  expect(Object.keys(phases)).toEqual(['load']);
  expect(names.definitions.map(({ name }) => name)).toContain('browse');
});

test('a value with a bracket is put in quotes by a fix', () => {
  const [problem] = analysePlan(plan.replace('$.id }', '$.items[0].id, n: 1 }')).problems;
  expect(problem?.fixes?.[0]).toMatchObject({
    title: "Write '$.items[0].id'",
    edits: [{ newText: "'$.items[0].id'" }],
  });
});
