import { expect, test } from 'vitest';
import { positionInQuery, type QueryPosition } from './query-position';

test.each<[string, QueryPosition]>([
  ['', { kind: 'expression', word: '' }],
  ['ra', { kind: 'expression', word: 'ra' }],
  ['rate(http_req', { kind: 'expression', word: 'http_req' }],
  ['sum(x) / ', { kind: 'expression', word: '' }],
  ['x > 10', { kind: 'none' }],
  ['rate(x[', { kind: 'range', word: '' }],
  ['rate(x[1', { kind: 'range', word: '1' }],
  ['rate(x[5m]', { kind: 'expression', word: '' }],
  ['http_requests_total{', { kind: 'label', word: '', metric: 'http_requests_total' }],
  ['rate(x{job="a", ins', { kind: 'label', word: 'ins', metric: 'x' }],
  ['x{job', { kind: 'label', word: 'job', metric: 'x' }],
  ['x{job=', { kind: 'none' }],
  ['x{job="', { kind: 'value', word: '', label: 'job' }],
  ["x{job=~'ga", { kind: 'value', word: 'ga', label: 'job' }],
  ['x{job="a"', { kind: 'none' }],
  ['x{a="}"} + y', { kind: 'expression', word: 'y' }],
  ['sum by (', { kind: 'label', word: '', metric: '' }],
  ['sum(x) without (rou', { kind: 'label', word: 'rou', metric: '' }],
  ['label_replace(x, "de', { kind: 'none' }],
  ['x # a comment', { kind: 'none' }],
  ['x # a comment\n+ y', { kind: 'expression', word: 'y' }],
])('%j', (typed, expected) => {
  expect(positionInQuery(typed)).toEqual(expected);
});

test('it is quick, whatever is typed', () => {
  for (const each of ['(', '"\\"', '{a="', '[', '#', 'a.']) positionInQuery(each.repeat(4000));
});
