import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTree } from '../parse-tree';
import { toValue } from '../tree';
import { applyEdits, formatPlan } from './format';

function format(text: string): string {
  return applyEdits(text, formatPlan(text));
}

function valueOf(text: string): unknown {
  const { root } = parseTree(text).tree;
  return root && toValue(root);
}

function commentsOf(text: string): string[] {
  return [...text.matchAll(/(?:^|\s)(#[^\n]*)$/gm)].map(([, comment = '']) => comment.trim());
}

describe('the layout of a plan', () => {
  const check = (before: string, after: string) => {
    expect(format(before)).toBe(after);
  };

  it('indents by two columns, items of lists as well', () => {
    check(
      'phases:\n    load:\n        for:   5m\n        scenarios:\n        -   a\n        -   b\n',
      'phases:\n  load:\n    for: 5m\n    scenarios:\n      - a\n      - b\n',
    );
  });

  it('puts one space into braces, none into brackets, one behind commas', () => {
    check('a: {b: 1,c:  [ 1,2 ] ,d: {} }\n', 'a: { b: 1, c: [1, 2], d: {} }\n');
  });

  it('keeps comments where they are said, with one space before', () => {
    check(
      '# top\na:     1     # one\n\n\n\n# of b\nb:\n      # of c\n      c: 2\n',
      '# top\na: 1 # one\n\n# of b\nb:\n  # of c\n  c: 2\n',
    );
  });

  it('keeps the maps of a list at their dash', () => {
    check(
      'steps:\n-   get: /a\n    name: x\n-   think: 1s\n',
      'steps:\n  - get: /a\n    name: x\n  - think: 1s\n',
    );
  });

  it('moves blocks of text as a whole', () => {
    check(
      'a:\n    b: |\n        one\n          two\n\n        three\n    c: 1\n',
      'a:\n  b: |\n    one\n      two\n\n    three\n  c: 1\n',
    );
  });

  it('moves the lines of texts that go over several', () => {
    check('a:\n    b: "one\n        two"\n', 'a:\n  b: "one\n    two"\n');
  });

  it('moves braces over several lines', () => {
    check('a: {\n   b: 1,\n      c: 2\n  }\n', 'a: {\n    b: 1,\n    c: 2\n  }\n');
  });

  it('ends with one line end, and begins with no empty line', () => {
    check('\n\na: 1\n\n\n', 'a: 1\n');
    check('a: 1', 'a: 1\n');
  });

  it('keeps the line ends of the file', () => {
    check('a:\r\n    b: 1\r\n', 'a:\r\n  b: 1\r\n');
  });

  it('keeps the space before the colon of an alias', () => {
    check('a: &x k\nb: { *x : 1 }\n', 'a: &x k\nb: { *x : 1 }\n');
  });

  it('leaves a text alone that is no YAML', () => {
    check('a: [1,\nb:   2\n', 'a: [1,\nb:   2\n');
  });

  it('formats only the lines that were asked for', () => {
    const text = 'a:   1\nb:   2\nc:   3\n';
    expect(applyEdits(text, formatPlan(text, { start: 7, end: 12 }))).toBe('a:   1\nb: 2\nc:   3\n');
  });
});

describe('formatting', () => {
  const folder = path.join(import.meta.dirname, '../../../test/fixtures/plans');
  const plans = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'));
  const example = readFileSync(
    path.join(import.meta.dirname, '../../../examples/agents/agents.bench.yaml'),
    'utf8',
  );

  const holds = (text: string) => {
    const once = format(text);
    expect(valueOf(once)).toEqual(valueOf(text));
    expect(commentsOf(once)).toEqual(commentsOf(text));
    expect(format(once)).toBe(once);
  };

  it.each([example, ...plans].map((text, index): [number, string] => [index, text]))(
    'keeps values, comments and order of plan %i, and changes nothing the second time',
    (_, text) => {
      holds(text);
    },
  );

  it('does so for plans with space and comments put in anywhere', () => {
    const insert = fc.constantFrom(' ', '  ', '\n', '\n\n\n', ' # said\n', '\n  # said\n', '    ');
    fc.assert(
      fc.property(
        fc.constantFrom(example, ...plans),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), insert), {
          minLength: 1,
          maxLength: 6,
        }),
        (plan, inserts) => {
          let text = plan;
          for (const [share, added] of inserts) {
            const at = Math.floor(share * text.length);
            text = text.slice(0, at) + added + text.slice(at);
          }
          holds(text);
        },
      ),
      { numRuns: 150, seed: 7 },
    );
  });
});
