import { describe, expect, test } from 'vitest';
import { analysePlan } from './analyse';

/** Codes of the problems of a plan with these keys of its target and of `observe`, each with what it marks. */
function check(target: string, observe: string, ...expected: readonly string[]): void {
  const text = `version: 1
name: x
targets: { web: { url: 'http://127.0.0.1:1'${target === '' ? '' : `, ${target}`} } }
${observe === '' ? '' : `observe: ${observe}`}
scenarios: { a: { steps: [{ get: / }] } }
phases: { p: { scenarios: [a], users: 1, for: 9m } }
`;
  const { problems } = analysePlan(text);
  expect(problems.map(({ code, range }) => `${code}: ${text.slice(range.start, range.end)}`)).toEqual(
    expected,
  );
}

const server = "{ prometheus: 'http://127.0.0.1:9090' }";

describe('where resources are observed', () => {
  test('both forms of a server and of metrics are taken', () => {
    check('metrics: /metrics', server);
    check(
      "metrics: { url: /m, auth: { bearer: '${secret.M}' } }",
      "{ every: 2s, prometheus: { url: 'http://p:9090/x', auth: { basic: { user: a, password: '${env.P}' } }, write: histograms } }",
    );
  });

  test('reading all the time is a load of its own', () => {
    check('', '{ every: 50ms }', 'wrong-value: 50ms');
  });

  test('nothing is captured there, and there is no user', () => {
    check("metrics: { url: /m, auth: { bearer: '${vu}' } }", '', 'not-known-yet: vu');
    check("metrics: { url: /m, auth: { bearer: '${token}' } }", '', 'unknown-variable: token');
  });

  test('a target says nothing of a server that is not there', () => {
    check('prometheus: { labels: { job: a } }', '', 'not-observed: prometheus');
    check('prometheus: { labels: { job: a } }', server);
  });

  test('a query is checked at its place, and a function that is nearly one is named', () => {
    check("prometheus: { queries: { q: 'sum(rate(x[5m])' } }", server, 'promql-syntax: (rate(x[5m])');
    check("prometheus: { queries: { q: 'sum(rat(x[5m]))' } }", server, 'promql-function: rat');
  });

  test.each([
    [`'rat(x{a="it''s"})'`, 'promql-function: rat'],
    [`"rat(x{a=\\"b\\"})"`, 'promql-function: rat'],
    [`"\\u0020rat(x)"`, 'promql-function: rat'],
    ['|\n            sum(x)\n              / rat(y)', 'promql-function: rat'],
    ['>\n            sum(x) /\n            rat(y)', 'promql-function: rat'],
    ['sum(x)\n            / rat(y)', 'promql-function: rat'],
    ['|\n            rate(x[5x])', 'promql-syntax: [5x]'],
    [`'é😀 + x'`, 'promql-syntax: é'],
  ])('the place of an error is exact in %j', (query, expected) => {
    const text = `version: 1
name: x
targets:
  web:
    url: http://127.0.0.1:1
    prometheus:
      queries:
        q: ${query}
observe: ${server}
scenarios: { a: { steps: [{ get: / }] } }
phases: { p: { scenarios: [a], users: 1, for: 9m } }
`;
    const { problems } = analysePlan(text);
    expect(problems.map(({ code, range }) => `${code}: ${text.slice(range.start, range.end)}`)).toEqual([
      expected,
    ]);
  });

  test('a target without a step is not unused where it is observed', () => {
    const text = `version: 1
name: x
targets: { web: { url: 'http://127.0.0.1:1' }, db: { url: 'http://127.0.0.1:2', process: { port: 2 } }, idle: { url: 'http://127.0.0.1:3' } }
scenarios: { a: { target: web, steps: [{ get: / }] } }
phases: { p: { scenarios: [a], users: 1, for: 9s } }
`;
    expect(analysePlan(text).problems.map(({ message }) => message)).toEqual([
      'No step uses the target `idle`',
    ]);
  });
});
