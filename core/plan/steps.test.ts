import { expect, test } from 'vitest';
import { analysePlan } from './analyse';
import { definitionOf } from './names';
import { allSteps } from './steps';

const head = `version: 1
name: nested
targets: { api: { url: 'http://127.0.0.1:1' } }
data: { rows: { file: rows.csv } }
`;

/** The problems of a scenario with these steps, as `code: text of the place`. */
function check(steps: string, goals = '[]') {
  const text = `${head}scenarios:\n  s: { steps: ${steps} }\nphases: { p: { scenarios: [s], users: 1, for: 1m } }\ngoals: ${goals}\n`;
  const analysis = analysePlan(text);
  const told = analysis.problems
    .filter(({ severity }) => severity !== 'hint')
    .map(({ code, range }) => `${code}: ${text.slice(range.start, range.end)}`);
  return { ...analysis, text, told };
}

const both =
  '[{ get: /a, name: start, capture: { id: $.id } }, { group: shop, steps: [{ if: id > 1, ' +
  'then: [{ get: /x, name: x, capture: { a: $.a } }], else: [{ get: /y, name: y, capture: { a: $.a } }] }, ' +
  "{ repeat: { times: 3, while: more, steps: [{ get: '/p/${a}', name: p, capture: { more: $.more } }] } }] }]";

test('steps within steps are found in the order of the file, with the names of their groups', () => {
  const { plan, told } = check(both, `['p95(s."shop/p") in p < 1s']`);
  expect(told).toEqual([]);
  expect(
    allSteps(plan!.scenarios['s']).map(({ path, name, turns }) => [path.join('.'), name, turns]),
  ).toEqual([
    ['0', 'start', 1],
    ['1', undefined, 1],
    ['1.steps.0', undefined, 1],
    ['1.steps.0.then.0', 'shop/x', 1],
    ['1.steps.0.else.0', 'shop/y', 1],
    ['1.steps.1', undefined, 1],
    ['1.steps.1.repeat.steps.0', 'shop/p', 3],
  ]);
});

test('names inside of them lead to their definitions', () => {
  const { names, text } = check(both, `['p95(s."shop/p") in p < 1s']`);
  const uses = names.references.filter(({ kind }) => kind === 'capture' || kind === 'step');
  expect(uses.map((use) => `${use.name} at ${definitionOf(names, use)?.path.join('.')}`)).toEqual([
    'id at scenarios.s.steps.0.capture.id',
    'more at scenarios.s.steps.1.steps.1.repeat.steps.0.capture.more',
    'a at scenarios.s.steps.1.steps.0.then.0.capture.a',
    'shop/p at scenarios.s.steps.1.steps.1.repeat.steps.0',
  ]);
  for (const { name, range } of uses.slice(0, 3)) expect(text.slice(range.start, range.end)).toBe(name);
});

test.each([
  [
    'a deviation of exponential pauses',
    `[{ get: /a }, { think: { mean: 1s, deviation: 1s } }]`,
    ['wrong-value: 1s'],
  ],
  [
    'pauses around a mean',
    `[{ get: /a }, { think: { mean: 1s } }, { think: { mean: 1s, distribution: lognormal, deviation: 2s } }]`,
    [],
  ],
  [
    'values of a function',
    `[{ script: 'a.js#f', with: { x: '\${rows.a}' }, capture: [id] }, { get: '/b/\${id}' }]`,
    [],
  ],
  ['a function without its file', `[{ script: sign }]`, ['wrong-value: sign']],
  [
    'a value used before a function gives it',
    `[{ get: '/b/\${id}' }, { script: 'a.js#f', capture: [id] }]`,
    ['captured-later: id'],
  ],
  ['an upload without a file', `[{ post: /a, multipart: { x: y } }]`, ['no-file: multipart']],
  [
    'an upload with another body',
    `[{ post: /a, multipart: { x: { file: y } }, json: 1 }]`,
    ['several-bodies: multipart'],
  ],
  [
    'a value of one branch alone',
    `[{ if: rows.a, then: [{ get: /a, capture: { id: $.id } }] }, { get: '/b/\${id}' }]`,
    ['captured-sometimes: id'],
  ],
  [
    'a value of the branch it is used in',
    `[{ if: rows.a, then: [{ get: /a, capture: { id: $.id } }, { get: '/b/\${id}' }] }]`,
    [],
  ],
  [
    'a value used before it is captured',
    `[{ if: id, then: [{ get: /a, capture: { id: $.id } }] }]`,
    ['captured-later: id'],
  ],
  [
    'a condition that reads a response',
    `[{ if: status == 200, then: [{ get: /a }] }, { repeat: { times: 2, while: $.x, steps: [{ get: /b }] } }]`,
    ['no-response: status == 200', 'no-response: $.x'],
  ],
  ['an unknown key in a branch', `[{ if: rows.a, then: [{ get: /a, jsn: {} }] }]`, ['unknown-key: jsn']],
  [
    'a step of no kind in a loop',
    `[{ repeat: { times: 2, steps: [{ fetch: /a }] } }]`,
    ['unknown-step: fetch'],
  ],
  [
    'the same name in two groups',
    `[{ group: a, steps: [{ get: /x }] }, { group: b, steps: [{ get: /x }] }]`,
    [],
  ],
  [
    'the same name twice in a group',
    `[{ group: a, steps: [{ get: /x }, { get: /x }] }]`,
    ['duplicate-step-name: /x'],
  ],
  [
    'a key of a body that is called like one of a step',
    `[{ get: /a, capture: { id: $.id } }, { post: /b, json: { success: '\${late}', if: '\${id}' } }, { get: '/c', capture: { late: $.x } }]`,
    ['captured-later: late'],
  ],
])('%s', (_, steps, problems) => {
  expect(check(steps).told).toEqual(problems);
});
