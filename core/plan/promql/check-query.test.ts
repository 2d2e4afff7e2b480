import { describe, expect, test } from 'vitest';
import { checkQuery } from './check-query';

/** Messages, each with what it marks. */
function check(query: string, ...expected: readonly string[]): void {
  expect(
    checkQuery(query).map(({ message, range }) => `${message} | ${query.slice(range.start, range.end)}`),
  ).toEqual(expected);
}

describe('a query that a server would take is left alone', () => {
  test.each([
    'up',
    'rate(process_cpu_seconds_total{job="a",instance=~"x|y"}[5m])',
    'sum by (route) (rate(http_requests_total[1m30s])) / ignoring(route) group_left sum(up)',
    'sum(rate(x[5m])) by (a, b)',
    'histogram_quantile(0.95, sum(rate(k6_http_req_duration_seconds{testid="r"}[15s] offset 5s)))',
    'max_over_time(rate(x[1m])[10m:30s])',
    'avg_over_time(x[1h:]) > bool 1e3',
    'a and on(x) b or c unless ignoring(y) d',
    "label_replace(up, 'a', '$1', \"b\", `(.*)`) # a comment with ( and [",
    '{__name__=~"a.*", "dotted.name"="x"}',
    'x @ end() offset -5m',
    'time() - process_start_time_seconds > 0x1F',
    'SUM(up)',
    'job:rate:5m{a!~"b"}',
    'x{a="}"}',
    'rate(x[5m + 1m])',
    '-x ^ 2 % 3 != NaN',
  ])('%s', (query) => {
    check(query);
  });
});

describe('what is proven wrong is told at its place', () => {
  test('brackets', () => {
    check('sum(rate(x[5m])', '`(` is not closed | (rate(x[5m])');
    check('sum(x))', '`)` closes nothing | )');
    check('x{a="b")', '`{` is closed by `)`; it needs `}` | {a="b")');
  });
  test('texts and signs', () => {
    check('x{a="b}', 'The text that begins here has no closing " | "b}');
    check('x ; y', '`;` has no meaning here | ;');
  });
  test('a query that stops in the middle', () => {
    check('', 'The query is empty | ');
    check('# only a comment', 'The query is empty | # only a comment');
    check('a +', 'Nothing follows `+` | +');
  });
  test('ranges', () => {
    check('rate(x[five])', '`five` is no time: write one such as [1m] | [five]');
    check('rate(x[])', '`` is no time: write one such as [1m] | []');
    check(
      'rate(x[$__rate_interval])',
      '`$__rate_interval` is a variable of Grafana, which has no value here: write a time such as 1m | [$__rate_interval]',
    );
  });
  test('functions', () => {
    check('rat(x[5m])', 'PromQL has no function `rat` | rat');
  });
});

test('it is linear in the length of a query, whatever it holds', () => {
  for (const piece of ['(', '"\\', '[5m:', 'a{', '1e', '#\n', '$'])
    expect(checkQuery(piece.repeat(2000)).length).toBeGreaterThan(-1);
});
