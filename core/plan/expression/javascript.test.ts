import { describe, expect, test } from 'vitest';
import { helperCode, parseExpression, toJavaScript, type HelperName } from './index';

interface Response {
  readonly body?: unknown;
  readonly text?: string;
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly variables?: Record<string, unknown>;
}

/** The generated code, run in the engine at hand. */
function check(text: string, response: Response): unknown {
  const names = new Set<HelperName>();
  const { expression, problems } = parseExpression(text);
  expect(problems).toEqual([]);
  const { code } = toJavaScript(
    expression!,
    {
      json: () => 'json',
      status: () => 'response.status',
      body: () => 'response.text',
      header: (name) => `response.headers[${JSON.stringify(name)}]`,
      variable: (name) => `variables[${JSON.stringify(name)}]`,
      pattern: (source) => `new RegExp(${JSON.stringify(source)})`,
      helper: (name) => names.add(name),
    },
    JSON.stringify,
  );
  const script = `${helperCode(names).join('\n')}\nreturn ${code};`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const run = new Function('json', 'response', 'variables', script) as (...values: unknown[]) => unknown;
  return run(response.body, { headers: {}, ...response }, response.variables ?? {});
}

describe('the generated JavaScript', () => {
  test.each([
    ['$.outcome == "success"', { outcome: 'success' }, true],
    ['$.outcome == "success"', { outcome: 'no' }, false],
    ['$.outcome == "success"', {}, false],
    ['$.outcome == "success"', undefined, undefined],
    ['$.outcome != "success"', {}, true],
    ['$.a.b.c == null', { a: { b: { c: null } } }, true],
    ['$.a.b.c == 1', null, false],
    ['$.n == 1', { n: '1' }, false],
    ['$.state in ["done", "failed"]', { state: 'failed' }, true],
    ['$.state not in ["done"]', undefined, undefined],
    ['$.state in $.states', { state: 1, states: [1] }, true],
    ['$.n > 0', { n: 1 }, true],
    ['$.n > 0', {}, undefined],
    ['$.n > 0', { n: '1' }, undefined],
    ['$.t >= "a"', { t: 'b' }, true],
    ['$.n + 1 <= 2 * 3', { n: 5 }, true],
    ['$.n / 0 > 1', { n: 5 }, undefined],
    ['10 - 2 - 3 == 5', {}, true],
    ['-$.n == -2', { n: 2 }, true],
    ['exists($.a)', { a: null }, true],
    ['exists($.a)', {}, false],
    ['not exists($.error)', undefined, undefined],
    ['length($.items) == 2', { items: [1, 2] }, true],
    ['length($.items) > 2', {}, undefined],
    ['$.items contains 2', { items: [1, 2] }, true],
    ['$.text contains "ell"', { text: 'hello' }, true],
    ['$.text contains "ell"', { text: 3 }, undefined],
    ['$.text matches "^h.*o$"', { text: 'hello' }, true],
    ['$.items[1]["a b"] == 2', { items: [0, { 'a b': 2 }] }, true],
    ['$.took < 1s', { took: 999 }, true],
    ['$.share < 5%', { share: 0.049 }, true],
    ['$.ok', { ok: true }, true],
    ['not $.ok', { ok: 'yes' }, undefined],
  ])('%s about %j is %s', (text, body, result) => {
    expect(check(text, { body })).toBe(result);
  });

  test('and, or and not follow Kleene', () => {
    const value = { true: '$.t', false: '$.f', undefined: '$.u' };
    const decide = (left: unknown, operator: string, right: unknown) => {
      const of = (x: unknown) => value[String(x) as keyof typeof value];
      return check(`${of(left)} ${operator} ${of(right)}`, { body: { t: true, f: false } });
    };
    const table = [true, false, undefined].flatMap((a) =>
      [true, false, undefined].map((b) => [a, b, decide(a, 'and', b), decide(a, 'or', b)]),
    );
    expect(table).toEqual([
      [true, true, true, true],
      [true, false, false, true],
      [true, undefined, undefined, true],
      [false, true, false, true],
      [false, false, false, false],
      [false, undefined, false, undefined],
      [undefined, true, undefined, true],
      [undefined, false, false, undefined],
      [undefined, undefined, undefined, undefined],
    ]);
  });

  test('the status decides where the body cannot', () => {
    expect(check('status == 202 or $.state == "done"', { status: 202 })).toBe(true);
    expect(check('status == 200 and $.state == "done"', { status: 500 })).toBe(false);
  });

  test('keys of the language are not data', () => {
    for (const key of ['constructor', '__proto__', 'toString', 'length', 'hasOwnProperty']) {
      for (const body of [{}, [], '', 1, null])
        expect(check(`exists($["${key}"])`, { body }), `${key} of ${JSON.stringify(body)}`).toBe(false);
    }
    expect(check('$["constructor"] == 1', { body: { constructor: 1 } })).toBe(true);
    expect(check('$["__proto__"] == 1', { body: JSON.parse('{"__proto__": 1}') as unknown })).toBe(true);
  });

  test('headers, body and captured values are there', () => {
    const response = { text: 'pong', headers: { Via: 'x' }, variables: { id: { n: 1 } } };
    expect(check('body == "pong" and headers["Via"] == "x" and id.n == 1', response)).toBe(true);
    expect(check('exists(headers["Age"])', response)).toBe(false);
  });

  test('brackets are kept where they change the meaning', () => {
    expect(check('(1 == 2) == false', {})).toBe(true);
    expect(check('not (1 == 2 or 1 == 1)', {})).toBe(false);
    expect(check('(1 == 1 or 1 == 2) and 1 == 2', {})).toBe(false);
    expect(check('1 == 1 or 1 == 2 and 1 == 2', {})).toBe(true);
    expect(check('(1 - (2 - 3)) * 2 == 4', {})).toBe(true);
  });
});
