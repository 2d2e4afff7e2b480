import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseCondition,
  parseExpression,
  parseGoal,
  parseTemplate,
  printCondition,
  printExpression,
  printGoal,
  printTemplate,
} from './index';

const words = [
  ...[
    '$',
    '.',
    'a',
    'b-c',
    '[',
    ']',
    '0',
    '"x"',
    "'y'",
    '(',
    ')',
    ',',
    'status',
    'headers',
    'body',
    '"',
    '\\',
  ],
  ...['==', '!=', '<', '<=', 'in', 'and', 'or', 'not', '!', '&&', 'contains', 'matches', '+', '-', '*', '/'],
  ...[
    'length',
    'exists',
    '5%',
    '300ms',
    '1.5',
    '20',
    '/s',
    'p95',
    'p99',
    'ttc',
    'baseline',
    'errors',
    'plateau',
  ],
  ...['${', '}', '$${', 'tasks', ' ', '\n', 'é', '\u{1f600}', '\ud800', 'true', 'null', '((((', '[[[['],
];
const wordSalad = fc
  .array(fc.constantFrom(...words), { maxLength: 30 })
  .chain((parts) => fc.constantFrom(parts.join(' '), parts.join('')));
const anyText = fc.oneof(wordSalad, fc.string({ unit: 'binary', maxLength: 60 }));

/** Sentences of the grammar, so that deep trees occur too. */
const { expression: grammar } = fc.letrec<{ leaf: string; expression: string }>((tie) => ({
  leaf: fc.constantFrom(
    ...[
      '$',
      '$.a',
      "$['x y'][3].z",
      'id',
      'tasks.text',
      'status',
      'body',
      'headers["A"]',
      '-1',
      '2.5',
      '1e3',
    ],
    ...['"a\\"b"', "'\\u00e9'", 'true', 'null', '1m5s', '0.5%', '[]', 'length($.a)', 'exists(id)'],
  ),
  expression: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    tie('leaf'),
    fc.tuple(fc.constantFrom('not ', '-', '!'), tie('expression')).map(([sign, x]) => `${sign}(${x})`),
    fc.array(tie('expression'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('and', '||', '==', '<=', 'in', 'not in', 'contains', '+', '-', '*', '/'),
        tie('expression'),
      )
      .chain(([left, operator, right]) =>
        fc.constantFrom(`${left} ${operator} ${right}`, `(${left}) ${operator} (${right})`),
      ),
  ),
}));

/** The value without its places, which depend on the spelling. */
function shape(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) => (/[rR]ange$/.test(key) ? undefined : inner));
}

interface Ranged {
  readonly problems: readonly { readonly range: { readonly start: number; readonly end: number } }[];
}

function expectPlacesWithin(text: string, { problems }: Ranged): void {
  for (const { range } of problems) {
    expect(range.start).toBeGreaterThanOrEqual(0);
    expect(range.end).toBeGreaterThanOrEqual(range.start);
    expect(range.end).toBeLessThanOrEqual(Math.max(text.length, 0));
  }
}

const runs = { numRuns: 3000 };

describe('whatever the text', () => {
  test('no parser throws, and problems lie within the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const parsed = parseExpression(text, { as: 'condition' });
        expectPlacesWithin(text, parsed);
        expect(parsed.expression !== undefined || parsed.problems.length > 0).toBe(true);
        for (const result of [parseGoal(text), parseCondition(text), parseTemplate(text)])
          expectPlacesWithin(text, result);
      }),
      runs,
    );
  });

  test('brackets without end are refused, not followed', () => {
    for (const sign of ['(', '[', '!', 'not ', '-', 'length(']) {
      expect(parseExpression(sign.repeat(300)).problems).toHaveLength(1);
    }
    expect(parseExpression('('.repeat(100_000)).problems).toHaveLength(1);
    expect(parseExpression(`1${' + 1'.repeat(450)}`).problems).toEqual([]);
  });

  test('a printed expression parses to the same tree', () => {
    let parsedOnes = 0;
    fc.assert(
      fc.property(fc.oneof(grammar, wordSalad), (text) => {
        const { expression } = parseExpression(text);
        if (expression === undefined) return;
        parsedOnes += 1;
        expect(shape(parseExpression(printExpression(expression)).expression)).toBe(shape(expression));
      }),
      runs,
    );
    expect(parsedOnes).toBeGreaterThan(500);
  });

  test('a printed goal or condition parses to the same value', () => {
    const name = fc.constantFrom('load', 'a-b', '"GET /x"', 'ttc', 'in');
    const text = fc
      .tuple(
        fc.constantFrom('p50', 'p99.95', 'mean', 'max', 'success', 'errors', 'rate'),
        fc.oneof(
          fc.constant(''),
          name.map((n) => `(${n})`),
          name.map((n) => `(ttc(${n}.${n}))`),
        ),
        fc.oneof(
          fc.constant(''),
          name.map((n) => ` in ${n}`),
        ),
        fc.constantFrom('<', '<=', '>', '>='),
        fc.oneof(
          fc.constantFrom('baseline', '7/m', '1000/h'),
          fc.double({ min: 0, max: 99, noNaN: true }).chain((n) => {
            const amount = n.toFixed(2);
            return fc.constantFrom(`${amount}ms`, `${amount}%`, `${amount}/s`, `baseline - ${amount}%`);
          }),
        ),
      )
      .map(([metric, subject, phase, operator, limit]) => `${metric}${subject}${phase} ${operator} ${limit}`);
    fc.assert(
      fc.property(text, (goalText) => {
        const { goal } = parseGoal(goalText);
        if (goal) expect(shape(parseGoal(printGoal(goal)).goal)).toBe(shape(goal));
        const { condition } = parseCondition(goalText);
        if (condition)
          expect(shape(parseCondition(printCondition(condition)).condition)).toBe(shape(condition));
      }),
      runs,
    );
  });

  test('a printed template parses to the same parts', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { template, problems } = parseTemplate(text);
        if (problems.length > 0) return;
        expect(shape(parseTemplate(printTemplate(template)).template.parts)).toBe(shape(template.parts));
      }),
      runs,
    );
  });
});
