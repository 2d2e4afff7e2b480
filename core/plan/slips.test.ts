/** What those write who come from other tools, or type in haste: told in plain words, and mended by a fix. */
import { expect, test } from 'vitest';
import { analysePlan } from './analyse';
import { applyEdits } from './format/format';

const plan = `version: 1
name: Shop
targets:
  web: { url: http://127.0.0.1:8000 }
scenarios:
  browse:
    target: web
    steps:
      - get: /items
        capture: { id: $.first.id }
      - think: 1s
      - post: /items/\${id}
        json: { a: 1 }
phases:
  load: { scenarios: [browse], rate: 20/s, for: 5m, warmup: 30s }
  smoke: { scenarios: [browse], users: 5, for: 2m }
goals:
  - p95(browse) in load < 300ms
  - errors < 1%
`;

test('the plan is right as it is', () => {
  expect(analysePlan(plan).problems).toEqual([]);
});

test.each([
  ['for: 5m', 'duration: 5m', 'This phase has no key `duration`; did you mean `for`?'],
  ['users: 5', 'vus: 5', 'This phase has no key `vus`; did you mean `users`?'],
  ['rate: 20/s', 'rps: 20/s', 'This phase has no key `rps`; did you mean `rate`?'],
  ['goals:', 'thresholds:', 'A plan has no key `thresholds`; did you mean `goals`?'],
  ['capture:', 'extract:', 'This step has no key `extract`; did you mean `capture`?'],
  ['    steps:', '    requests:', 'A scenario has no key `requests`; did you mean `steps`?'],
  ['think: 1s', 'sleep: 1s', 'There is no step `sleep`; did you mean `think`?'],
  ['json: { a: 1 }', 'body: { a: 1 }', '`body` has a value of the wrong type: it needs text'],
  [
    '[browse], rate',
    'browse, rate',
    '`scenarios` has a value of the wrong type: it needs a list or a map of keys and values',
  ],
  ['get: /items', 'get: items', '`get` needs a path that starts with /; the host comes from the target'],
  [
    'get: /items',
    'get: http://127.0.0.1:8000/items',
    '`get` needs a path that starts with /; the host comes from the target',
  ],
  ['p95(browse)', 'P95(browse)', '`P95` is nothing that is measured; did you mean `p95`?'],
  ['p95(browse)', 'latency(browse)', '`latency` is nothing that is measured; did you mean `p95`?'],
  ['errors <', 'error_rate <', '`error_rate` is nothing that is measured; did you mean `errors`?'],
  ['300ms', '300 ms', 'A number and its unit are one word: 300ms'],
  ['< 1%', '< 1 %', 'A number and its unit are one word: 1%'],
])('%s, written as %s', (right, wrong, message) => {
  const text = plan.replace(right, wrong);
  const problem = analysePlan(text).problems.find(({ fixes = [] }) => fixes.length > 0);
  expect(problem?.message).toBe(message);
  expect(applyEdits(text, problem?.fixes?.[0]?.edits ?? [])).toBe(plan);
});

test.each([
  ['< 300ms', '=< 300ms', 'Write <='],
  ['>= 1', '=> 1', 'Write >='],
])('an operator that is turned round: %s, written as %s', (right, wrong, message) => {
  const text = plan.replace('errors < 1%', 'success >= 1%').replace(right, wrong);
  expect(analysePlan(text).problems.map((problem) => problem.message)).toEqual([message]);
});

test.each(['{id}', '{{id}}', '{{ id }}', '$id', ':id', '<id>'])(
  'a captured value that %s does not fill in',
  (wrong) => {
    const text = plan.replace('/${id}', () => `/${wrong}`);
    const [first, second] = analysePlan(text).problems;
    expect(first).toMatchObject({ code: 'unused-capture' });
    expect(second).toMatchObject({
      code: 'literal-placeholder',
      message: `\`${wrong}\` is sent as it stands here; a value is filled in where \`\${id}\` is written`,
    });
    expect(applyEdits(text, second?.fixes?.[0]?.edits ?? [])).toBe(plan);
  },
);

test('what a comment says, or a value that is filled in, is no placeholder', () => {
  const text = plan.replace('- think: 1s', '- think: 1s # {id} is filled in');
  expect(analysePlan(text).problems).toEqual([]);
  expect(analysePlan(text.replace('/${id}', '/one')).problems).toMatchObject([{ code: 'unused-capture' }]);
});

test('a name of any letters is looked for as it is', () => {
  const text = plan.replace('id: $.first', '"i(d*": $.first').replace('/${id}', '/{i(d*}');
  expect(analysePlan(text).problems.map(({ code }) => code)).toContain('literal-placeholder');
});

test('a scenario that does nothing says what it needs', () => {
  const text = plan.replace('scenarios:\n', 'scenarios:\n  idle: { target: web }\n');
  expect(analysePlan(text).problems).toMatchObject([
    { code: 'missing-key', message: '`idle` needs steps or locustfile' },
    { code: 'unused-scenario' },
  ]);
});
