import { describe, expect, it } from 'vitest';
import { openMarked, type Beside } from '../../test/kit/marked-plan';
import { complete, type CompletionOptions } from './completion';
import { hover } from './hover';
import { signatureHelp } from './signature-help';

const head = `version: 1
name: x
targets:
  web: { url: 'http://127.0.0.1:8000' }
data:
  tasks: { file: tasks.csv }
`;
const beside: Beside = {
  readColumns: (file) => (file === 'tasks.csv' ? ['text', 'topic'] : undefined),
};
const step = (text: string) => `${head}scenarios:\n  s:\n    steps:\n      - get: /a\n        ${text}\n`;

function items(marked: string, options: CompletionOptions = {}) {
  const { plan, offset } = openMarked(marked, beside);
  return complete(plan, offset, options)?.items ?? [];
}
const labels = (marked: string, options: CompletionOptions = {}) =>
  items(marked, options).map(({ label }) => label);

describe('behind a name and a dot', () => {
  it('stand the columns of its file', () => {
    expect(labels(step("query: { q: '${tasks.⟦⟧}' }"))).toEqual(['text', 'topic']);
    expect(labels(step('success: $.a == tasks.t⟦⟧'))).toEqual(['text', 'topic']);
    expect(labels(step("query: { q: '${nothing.⟦⟧}' }"))).toEqual([]);
  });

  it('stand names of the environment and of secrets, those of the plan first', () => {
    const outside = { env: ['HOME', 'REGION'], secret: ['TOKEN'] };
    const used = step("headers: { A: '${env.REGION}', B: '${secret.KEY}', C: '${env.⟦⟧}' }");
    expect(labels(used, { outside })).toEqual(['REGION', 'HOME']);
    expect(labels(step("headers: { B: '${secret.⟦⟧}' }"), { outside })).toEqual(['TOKEN']);
  });
});

describe('values', () => {
  it('get their unit once there is a number', () => {
    expect(labels(`${head}phases:\n  load:\n    for: 30⟦⟧\n`)).toEqual(['30ms', '30s', '30m', '30h']);
    expect(labels(`${head}phases:\n  load:\n    rate: 5⟦⟧\n`)).toEqual(['5/s', '5/m', '5/h']);
    expect(labels(`${head}phases:\n  load:\n    find:\n      start: 5⟦⟧\n`)).toEqual([
      '5',
      '5/s',
      '5/m',
      '5/h',
    ]);
    expect(labels(`${head}phases:\n  load:\n    for: ⟦⟧\n`)).toContain('5m');
  });

  it('are files where the format wants one, of the kind that it wants', () => {
    const asked: unknown[] = [];
    const listFiles = (...all: readonly string[]) => {
      asked.push(all.slice(1));
      return ['rows/', 'rows.csv'];
    };
    const found = items(`${head}  more: { file: ro⟦⟧ }\n`, { listFiles });
    expect(found.map(({ label }) => label)).toEqual(['rows/', 'rows.csv']);
    labels(`${head}include:\n  - ⟦⟧\n`, { listFiles });
    labels(`${head}scenarios:\n  s:\n    steps:\n      - script: a⟦⟧\n`, { listFiles });
    expect(asked).toEqual([
      ['ro', 'data'],
      ['', 'include'],
      ['a', 'function of a file'],
    ]);
  });
});

describe('whole things to begin with', () => {
  const snippets = { takesSnippets: true };
  it('are offered where the author names something, to editors that take them', () => {
    expect(labels(`${head}phases:\n  ⟦⟧\n`, snippets)).toEqual([
      'open load',
      'closed load',
      'search',
      'search by users',
      'profile',
    ]);
    expect(labels(`${head}scenarios:\n  ⟦⟧\n`, snippets)).toContain('scenario with a task');
    expect(labels('⟦⟧', snippets)).toContain('new plan');
    expect(labels(`${head}⟦⟧`, snippets)).not.toContain('new plan');
    expect(labels(`${head}phases:\n  ⟦⟧\n`)).toEqual([]);
  });
});

describe('hover on an expression', () => {
  const said = (marked: string) => {
    const { plan, offset } = openMarked(marked, beside);
    return JSON.stringify(hover(plan, offset)?.contents ?? null);
  };

  it.each([
    ['success: ⟦⟧length($.a) > 1', 'How many items a list has'],
    ['success: len⟦⟧gth($.a) > 1', 'How many items a list has'],
    ['success: ⟦⟧$.a > 1', 'read as JSON'],
    ['success: $.a > ⟦⟧30s', 'a duration: 30s, 30000 ms'],
    ['success: $.a < ⟦⟧5%', '0.05 as a share'],
    ['success: $.a =⟦⟧= 5', 'true or false'],
    ["query: { q: '${⟦⟧uuid}' }", 'A random id'],
    ["query: { q: '${tasks.te⟦⟧xt}' }", 'column of `tasks.csv`'],
    ["query: { q: '${secret.TO⟦⟧KEN}' }", 'in no output'],
  ])('of %s tells what it is', (text, expected) => {
    expect(said(step(text))).toContain(expected);
  });

  it('of a goal tells what its metric and its time are', () => {
    const goal = (text: string) =>
      said(
        `${head}scenarios: { s: { steps: [{ get: / }] } }\nphases: { p: { scenarios: [s], users: 1, for: 1m } }\ngoals:\n  - ${text}\n`,
      );
    expect(goal('⟦⟧p99.9(s) in p < 1s')).toContain('99.9 % of the requests stay within');
    expect(goal('p95(tt⟦⟧c(s)) in p < 1s')).toContain('time to completion');
  });

  it('of a key tells what environments put in its place', () => {
    const text = `${head}scenarios: { s: { steps: [{ get: / }] } }
phases: { p: { scenarios: [s], users: 1, fo⟦⟧r: 1m } }
environments: { quick: { phases: { p: { for: 10s } } }, slow: {} }
`;
    expect(said(text)).toContain('With `--env quick`: `10s`');
    expect(said(text)).not.toContain('--env slow');
  });
});

describe('hover on what says nothing of some keys', () => {
  const plan = `version: 1
name: Shop
targets:
  shop: { url: http://127.0.0.1:8000/v1/ }
  pay: { url: http://127.0.0.1:8001 }
data:
  ⟦0⟧rows: { file: rows.csv }
scenarios:
  buy:
    target: shop
    steps:
      - ⟦1⟧get: /items
      - ⟦2⟧await: /orders/1
        target: pay
        every: 1s
        until: $.done
phases:
  ⟦3⟧load: { scenarios: [buy], rate: 1/s, for: 1m, drain: 1s }
  stress:
    scenarios: [buy]
    ⟦4⟧find: { start: 1/s, trial: 10s }
environments:
  nightly: { phases: { ⟦5⟧load: { for: 10m } } }
`;
  const at = (mark: number) => {
    const text = plan.replace(`⟦${mark}⟧`, '⟦⟧').replaceAll(/⟦\d⟧/g, '');
    const { plan: opened, offset } = openMarked(text);
    return (hover(opened, offset)?.contents as { value: string } | undefined)?.value.split('\n\n');
  };

  it.each([
    [0, 'Left out: `pick: sequential`'],
    [2, 'Left out: `timeout: 1m`'],
    [3, 'Left out: `warmup: 0ms`'],
    [4, 'Left out: `factor: 1.5`, `resolution: 5%`, `confirm: 3m`'],
  ])('tells the defaults of the keys that are left out (%i)', (mark, expected) => {
    expect(at(mark)).toContain(expected);
  });

  it('tells where a request goes', () => {
    expect(at(1)).toContain('Sent to `http://127.0.0.1:8000/v1/items`, the target `shop`.');
    expect(at(2)).toContain('Sent to `http://127.0.0.1:8001/orders/1`, the target `pay`.');
  });
});

describe('help with the brackets of a function', () => {
  const help = (marked: string) => {
    const { plan, offset } = openMarked(marked);
    return signatureHelp(plan, offset)?.signatures[0]?.label;
  };

  it.each([
    [`${head}goals:\n  - p95(⟦⟧\n`, 'p95(subject)'],
    [`${head}goals:\n  - p95(ttc(⟦⟧\n`, 'ttc(scenario)'],
    [`${head}goals:\n  - p95(ttc(a)⟦⟧\n`, 'p95(subject)'],
    [`${head}goals:\n  - p95(ttc(a))⟦⟧\n`, undefined],
    [step('success: length(⟦⟧'), 'length(value)'],
    [step('success: exists(⟦⟧'), 'exists(value)'],
    [step('name: length(⟦⟧'), undefined],
    [`${head}goals:\n  - nothing(⟦⟧\n`, undefined],
  ])('%#', (text, label) => {
    expect(help(text)).toBe(label);
  });
});
