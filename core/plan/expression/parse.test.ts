import { describe, expect, test } from 'vitest';
import { parseExpression, printExpression } from './index';

/** The text as it is printed again, or the first problem with the part of the text it is shown at. */
function check(text: string, as: 'condition' | 'value' = 'value'): string {
  const { expression, problems } = parseExpression(text, { as });
  const problem = problems[0];
  if (problem) return `[${text.slice(problem.range.start, problem.range.end)}] ${problem.message}`;
  return expression === undefined ? 'nothing' : printExpression(expression);
}

describe('parseExpression', () => {
  test.each([
    ['$.outcome == "success"', '$.outcome == "success"'],
    ["$['a b'][0].c", '$["a b"][0].c'],
    ['$.state in ["done", \'failed\']', '$.state in ["done", "failed"]'],
    ['status==200&&!exists($.error)', 'status == 200 and not exists($.error)'],
    ['headers["Content-Type"] contains "json"', 'headers["Content-Type"] contains "json"'],
    ['(1 + 2) * 3 > length($.items)', '(1 + 2) * 3 > length($.items)'],
    ['1 - (2 - 3) < 4', '1 - (2 - 3) < 4'],
    ['not ($.a or $.b) and $.c', 'not ($.a or $.b) and $.c'],
    ['$.a not in [1]', 'not $.a in [1]'],
    ['task-id == $.task-id', 'task-id == $.task-id'],
    ['$.took < 1m30s', '$.took < 1m30s'],
    ['$.share >= 12.5%', '$.share >= 12.5%'],
    ['body matches "^ok\\\\d+$"', 'body matches "^ok\\\\d+$"'],
    ['-$.a + -1 == null', '-$.a + -1 == null'],
  ])('reads %s', (text, printed) => {
    expect(check(text)).toBe(printed);
  });

  test.each([
    ['', '[] Expected a value: $.key, status, a text or a number'],
    ['$.a ==', '[=] Expected a value: $.key, status, a text or a number'],
    ['$.a = 1', '[=] To compare, write =='],
    ['$.a == "x', '["x] This text has no closing quote'],
    ['$.a < 5sec', '[5sec] `5sec` has no known unit: use ms, s, m, h or %'],
    ['1 < $.a < 3', '[<] Two comparisons in a row: join them with and'],
    ['$.a $.b', '[$] Expected an operator, such as == or and, before `$`'],
    ['status.code', '[status] Only $ and captured values have members'],
    ['headers.x', '[.] Expected the name of a header: headers["Content-Type"]'],
    ['($.a', '[a] Expected )'],
  ])('refuses %s at the right place', (text, problem) => {
    expect(check(text)).toBe(problem);
  });

  test.each([
    ['status == "200"', '[status == "200"] Compares a number with text: they are never equal'],
    ['body < 5', '[body < 5] Compares text with a number'],
    ['$.a in "x"', '["x"] in needs a list on its right, this is text'],
    ['status matches "2.."', '[status] matches needs text on its left, this is a number'],
    ['$.a == [1]', '[$.a == [1]] A list equals nothing: to ask whether a value is one of several, write in'],
    ['not status', '[status] not needs something that is true or false: it is a number'],
    ['body + 1 > 2', '[body] + needs numbers, this is text'],
    ['length(status) > 2', '[status] length needs a list or text, this is a number'],
    ['$.n-1 > 2', "[n-1] `n-1` is read as one key: put spaces around - to subtract, or write ['n-1']"],
  ])('says what is wrong with the types of %s', (text, problem) => {
    expect(check(text)).toBe(problem);
  });

  test('a condition has to be true or false', () => {
    expect(check('length($.items)', 'condition')).toBe(
      '[length($.items)] This is never true or false: it is a number',
    );
    expect(check('$.ok', 'condition')).toBe('$.ok');
  });

  test.each([
    ['(a+)+', 'A repetition inside a repetition, such as (a+)+, could take for ever: repeat only once'],
    ['((ab)*c)*', 'A repetition inside a repetition, such as (a+)+, could take for ever: repeat only once'],
    ['(?:a{2,})*', 'A repetition inside a repetition, such as (a+)+, could take for ever: repeat only once'],
    ['(?=a)', 'A pattern may not look around or refer back: its cost could explode'],
    ['(', 'This is no valid regular expression'],
    ['a'.repeat(201), 'A pattern has at most 200 characters'],
  ])('refuses the pattern %s', (pattern, message) => {
    const text = `body matches ${JSON.stringify(pattern)}`;
    expect(check(text)).toBe(`[${JSON.stringify(pattern)}] ${message}`);
  });

  test.each(['^(ab|cd)+$', '[(+]+x*', '\\(a+\\)+', '(a?b)*', 'a{3}'])('accepts the pattern %s', (pattern) => {
    const text = `body matches ${JSON.stringify(pattern)}`;
    expect(check(text)).toBe(text);
  });
});
