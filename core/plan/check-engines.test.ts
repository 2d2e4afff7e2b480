import { expect, test } from 'vitest';
import { analysePlan } from './analyse';

interface Parts {
  readonly target?: string;
  readonly scenario?: string;
  readonly phase?: string;
  readonly more?: string;
  readonly goals?: readonly string[];
}

/** The problems of a plan with a locustfile, each with the text that it is about. */
function problemsOf({ target, scenario, phase, more, goals }: Parts): string[] {
  const text = [
    'version: 1',
    'name: Shop',
    'targets:',
    '  web: { url: "http://127.0.0.1:8000" }',
    ...(target === undefined ? [] : [`  ${target}`]),
    'scenarios:',
    `  shop: { locustfile: load/shop.py${scenario === undefined ? '' : `, ${scenario}`} }`,
    '  status: { target: web, steps: [{ get: /status }] }',
    'phases:',
    `  load: { scenarios: [shop], ${phase ?? 'users: 5, for: 30s'} }`,
    '  check: { scenarios: [status], users: 5, for: 30s }',
    ...(more === undefined ? [] : [more]),
    `goals: ${JSON.stringify(goals ?? ['p95(shop) in load < 1s'])}`,
  ].join('\n');
  return analysePlan(text).problems.map(
    ({ code, range }) => `${code}: ${text.slice(range.start, range.end)}`,
  );
}

test('a locustfile takes users, ramps, stages, a rate of starting and its own shape', () => {
  for (const phase of [
    'users: 1 -> 20, for: 30s, spawn: 2/s',
    'stages: [{ users: 5, for: 10s }, { users: 5 -> 0, for: 10s }]',
    'shape: file, for: 30s, warmup: 5s',
    'find: { start: 5 }, spawn: 10/s, generators: 2',
  ])
    expect(problemsOf({ phase })).toEqual([]);
  const scenario =
    'users: [Buyer], tags: [a], excludeTags: [b], host: "http://127.0.0.1:9", arguments: [--x, y]';
  expect(problemsOf({ scenario })).toEqual([]);
  expect(problemsOf({ goals: ['p95(shop."GET /items") in load < 1s', 'errors(shop) < 1%'] })).toEqual([]);
});

test.each([
  ['rate: 5/s, for: 30s', ['not-of-locust: rate']],
  ['users: 5, for: 30s, arrivals: poisson', ['closed-only: arrivals', 'not-of-locust: arrivals']],
  ['stages: [{ rate: 5/s, for: 10s }]', ['not-of-locust: rate']],
  ['find: { start: 5/s }', ['not-of-locust: 5/s']],
  ['find: { start: 5/s, max: 50/s }, arrivals: poisson', ['not-of-locust: 5/s', 'not-of-locust: arrivals']],
  ['find: { start: 5 }', ['endless-search: find']],
  ['find: { start: 5, max: 9 }, spawn: 0/s', ['zero-load: 0/s']],
  ['shape: file, for: 30s, spawn: 2/s', ['not-of-locust: spawn']],
  ['shape: file, users: 5, for: 30s', ['load-model: shape']],
  ['shape: file', ['missing-duration: load']],
  ['users: 5, for: 30s, spawn: 0/s', ['zero-load: 0/s']],
  ['users: 5, for: 30s, generators: 6', ['too-few-users: 6']],
  ['users: 5, for: 30s, listen: "10.0.0.5"', ['wrong-value: "10.0.0.5"']],
  ['users: 5, for: 30s, listen: "10.0.0.5:70000"', ['wrong-value: "10.0.0.5:70000"']],
  ['shape: mine, for: 30s', ['wrong-value: mine']],
])('what Locust cannot honour is an error on its key: %s', (phase, problems) => {
  expect(problemsOf({ phase, goals: [] }).sort()).toEqual([...problems].sort());
});

test.each([
  'users: 5, for: 30s, generators: 5, onLostGenerator: stop',
  'shape: file, for: 30s, generators: 3',
  'users: 5, for: 30s, generators: 2, listen: "*:5557"',
])('a locustfile may have workers: %s', (phase) => {
  expect(problemsOf({ phase, goals: [] })).toEqual([]);
});

test('what only Locust can do is an error where steps are run', () => {
  const phase = (keys: string): string => `  more: { scenarios: [status], for: 30s, ${keys} }`;
  expect(problemsOf({ more: phase('users: 5, spawn: 2/s') })).toEqual(['not-of-k6: spawn']);
  expect(problemsOf({ more: phase('shape: file') })).toEqual(['not-of-k6: shape']);
  expect(problemsOf({ more: phase('users: 5, listen: "*:5557"') })).toEqual(['not-of-k6: listen']);
});

test('what is said of the requests of a target is an error where only a locustfile sends them', () => {
  const keys = 'headers: { a: b }, auth: { bearer: x }, redirects: 2, openapi: a.yaml, metrics: /m';
  const target = `own: { url: "http://127.0.0.1:1", ${keys} }`;
  expect(problemsOf({ target, scenario: 'target: own' })).toEqual([
    'not-of-locust: headers',
    'not-of-locust: auth',
    'not-of-locust: redirects',
  ]);
  // Where steps send some as well, or may do so once their faults are mended, they are meant for those.
  for (const more of ['target: own, steps: [{ get: /a }]', 'target: own, stepz: []'])
    expect(problemsOf({ target, scenario: `target: own }\n  more: { ${more}` }).join()).not.toContain(
      'not-of-locust',
    );
});

test('a locustfile shares its phase with no other scenario, and has no rate to be run again at', () => {
  expect(problemsOf({ more: '  both: { scenarios: [status, shop], users: 5, for: 30s }' })).toEqual([
    'several-engines: scenarios',
  ]);
  const rerun = (at: string): string =>
    `  again: { rerun: load, at: ${at}, profile: [{ target: web, with: py-spy, for: 5s }] }`;
  expect(problemsOf({ more: rerun('80%') })).toEqual([]);
  expect(problemsOf({ more: rerun('5/s') })).toEqual(['not-of-locust: at']);
});

test.each([
  ['arguments: [--headless]', ['own-argument: --headless']],
  ['arguments: ["--host=http://127.0.0.1:1"]', ['own-argument: "--host=http://127.0.0.1:1"']],
  ['arguments: ["${env.X}"]', ['wrong-value: "${env.X}"']],
  ['users: ["a b"]', ['wrong-value: "a b"']],
  ['steps: []', ['misplaced-key: steps']],
])('keys of a locustfile that cannot be: %s', (scenario, problems) => {
  expect(problemsOf({ scenario, goals: [] })).toEqual(problems);
});

test('a goal asks of a locustfile only what Locust measures', () => {
  for (const goal of ['success(shop) in load >= 99%', 'p95(ttc(shop)) in load < 1s'])
    expect(problemsOf({ goals: [goal] })).toEqual([`goal-without-answer: "${goal}"`]);
});
