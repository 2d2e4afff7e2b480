import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { analysePlan } from '../analyse';
import { namePattern } from '../schema-values';
import { namesIn, parseCondition, parseGoal, printCondition, printGoal } from './index';

const folder = new URL('../../../test/fixtures/plans/', import.meta.url);
const reference = readFileSync(new URL('reference.bench.yaml', folder), 'utf8');

/** The goal as it is printed again, or the first problem with the part of the text it is shown at. */
function check(text: string): string {
  const { goal, problems } = parseGoal(text);
  return goal ? printGoal(goal) : problemOf(text, problems);
}

function checkCondition(text: string): string {
  const { condition, problems } = parseCondition(text);
  return condition ? printCondition(condition) : problemOf(text, problems);
}

function problemOf(
  text: string,
  problems: readonly { message: string; range: { start: number; end: number } }[],
) {
  const problem = problems[0]!;
  return `[${text.slice(problem.range.start, problem.range.end)}] ${problem.message}`;
}

describe('parseGoal', () => {
  test.each([
    'p95(execute) in smoke < 300ms',
    'p99.9(execute.submit) <= 1m30s',
    'success(execute) in load >= 99%',
    'p95(ttc(research)) in load < 8s',
    'success(ttc(research.poll)) > 95%',
    'errors < 0.5%',
    'rate(status) in load > 20/s',
    'p95(execute) in load <= baseline + 10%',
    'mean(execute) <= baseline',
    'rate(execute) >= baseline - 12.5%',
    'p50(execute."POST /agents/execute") < 1s',
    'p95(ttc()) < 2s',
    'p95(ttft(chat)) in load < 500ms',
    'p99(between(chat."stream /chat")) < 60ms',
    'p95(ttft) < 1s',
    'max(my-scenario) in soak-test < 2s',
    'rate(received(chat)) >= 10/s',
    'capacity in stress >= 200/s',
    'capacity >= baseline - 10%',
  ])('reads %s and writes it back', (text) => {
    expect(check(text)).toBe(text);
  });

  test('a rate per minute is held per second', () => {
    expect(parseGoal('rate > 300/m').goal?.limit).toEqual({ kind: 'fixed', unit: 'per-second', value: 5 });
  });

  test.each([
    ['', '[] Expected what is measured: p50, p90, p95, p99, mean, max, success, errors, rate, capacity'],
    [
      'p100(x) < 1s',
      '[p100] Expected what is measured: p50, p90, p95, p99, mean, max, success, errors, rate, capacity',
    ],
    ['p0(x) < 1s', '[p0] A percentile lies above 0 and below 100'],
    ['p95(x) < 5%', '[5%] p95 is measured against a duration, such as 300ms'],
    ['success(x) >= 99', '[99] success is measured against a percentage, such as 99%'],
    ['success(x) >= 101%', '[101%] A share is at most 100%'],
    ['rate(x) > 5', '[5] rate is measured against a rate, such as 200/s'],
    ['errors(ttc(x)) < 5%', '[(ttc(x))] errors counts requests: it cannot be asked of ttc'],
    ['success(ttft(x)) > 5%', '[(ttft(x))] success counts tasks: it cannot be asked of ttft'],
    ['rate(between(x)) > 5/s', '[(between(x))] rate counts requests: it cannot be asked of between'],
    ['p95(x) < -1s', '[-1s] A limit is never below zero'],
    ['p95(x) == 1s', '[==] Expected in and a phase, or <, <=, > or >='],
    ['p95(x) in load < ', '[<] Expected a duration, such as 300ms, or baseline'],
    ['p95(x) < baseline + 5', '[5] Expected a percentage: baseline + 10%'],
    ['p95(x) < 1s or so', '[or] `or` is too much: the goal ends before it'],
    ['p95(x < 1s', '[<] Expected )'],
    [
      'capacity(x) in stress >= 20/s',
      '[(x)] The capacity is that of all the load of a phase: capacity in PHASE >= 200/s',
    ],
    ['capacity in stress < 20/s', '[<] A capacity has to be large enough: write >='],
    [
      'capacity in stress >= 20%',
      '[20%] capacity is measured against a rate, such as 200/s, or a number of users, such as 200',
    ],
    ['capacity in stress >= 20.5', '[20.5] Users are whole'],
    [
      'capacity in stress >= 20/x',
      '[20/] capacity is measured against a rate, such as 200/s, or a number of users, such as 200',
    ],
  ])('refuses %s at the right place', (text, problem) => {
    expect(check(text)).toBe(problem);
  });

  test('tells its names with their places', () => {
    const text = 'p95(ttc(a."b c")) in load < 1s';
    const names = namesIn(parseGoal(text).goal!);
    expect(names.map(({ kind, at }) => [kind, at.name, text.slice(at.range.start, at.range.end)])).toEqual([
      ['scenario', 'a', 'a'],
      ['step', 'b c', 'b c'],
      ['phase', 'load', 'load'],
    ]);
  });
});

describe('parseCondition', () => {
  test.each(['plateau', 'errors > 5%', 'p95(execute) > 2s'])('reads %s', (text) => {
    expect(checkCondition(text)).toBe(text);
  });

  test.each([
    ['plateau now', '[now] `now` is too much: the goal ends before it'],
    ['errors in load > 5%', '[in] Expected <, <=, > or >='],
  ])('refuses %s', (text, problem) => {
    expect(checkCondition(text)).toBe(problem);
  });
});

describe('a name', () => {
  test.each(['a', 'a-b', 'a_b', 'a_-b', 'a1-2-c', 'A-1', 'a__'])(
    '%s that a plan may define can be read by goals',
    (name) => {
      expect(namePattern.test(name)).toBe(true);
      expect(check(`p95(${name}) in ${name} < 300ms`)).toBe(`p95(${name}) in ${name} < 300ms`);
    },
  );

  test.each(['a-', 'a--b', '-a', 'a-b-', 'a---b'])('%s that goals cannot read is none', (name) => {
    expect(namePattern.test(name)).toBe(false);
    const { plan, problems } = analysePlan(reference.replaceAll('smoke', name));
    expect(plan).toBeUndefined();
    expect(problems.map(({ code }) => code)).toContain('invalid-name');
  });
});
