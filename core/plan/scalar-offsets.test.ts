import fc from 'fast-check';
import { stringify } from 'yaml';
import { expect, test } from 'vitest';
import { parseTree } from './parse-tree';
import { rangeInside } from './scalar-offsets';
import { childOf } from './tree';

/** The text that a part of the value of `key` stands for in the file. */
function partOf(text: string, part: string): string {
  const node = childOf(parseTree(text).tree.root, 'key');
  if (node?.kind !== 'scalar' || typeof node.value !== 'string') throw new Error(`no text in ${text}`);
  const start = node.value.indexOf(part);
  const range = rangeInside(text, node, { start, end: start + part.length });
  return text.slice(range.start, range.end);
}

test.each([
  ['plain', 'key: one two three', 'two', 'two'],
  ['plain over two lines', 'key: one\n  two\n\n  three', 'three', 'three'],
  ['plain across a line end', 'key: one\n  two', 'one two', 'one\n  two'],
  ['single quotes', "key: 'it''s two'", 'two', 'two'],
  ['a quote in single quotes', "key: 'it''s'", "'", "''"],
  ['double quotes', 'key: "one \\"two\\" three"', 'three', 'three'],
  ['an escape in double quotes', 'key: "a\\u0041b"', 'A', '\\u0041'],
  ['a pair of surrogates by escape', 'key: "a\\U0001F600b"', 'b', 'b'],
  ['an escaped line end', 'key: "one \\\n   two"', 'two', 'two'],
  ['a folded line in double quotes', 'key: "one\n\n  two"', 'two', 'two'],
  ['a literal block', 'key: |\n    one\n      two\n    three\n', 'three', 'three'],
  ['a literal block with its indentation', 'key: |2\n    one\n  two\n', 'two', 'two'],
  ['a folded block', 'key: >-\n  one\n  two\n\n  three\n', 'three', 'three'],
  ['Windows line ends', 'key: |\r\n  one\r\n  two\r\n', 'two', 'two'],
])('a part of a text is found in %s', (_, text, part, expected) => {
  expect(partOf(text, part)).toBe(expected);
});

test('a word is found again in whatever style it is written', () => {
  const words = fc.array(fc.stringMatching(/^[a-z'"\\#:é]{1,6}$/u), { minLength: 1, maxLength: 8 });
  const style = fc.constantFrom('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED');
  const gap = fc.constantFrom(' ', '  ', '\n', '\n\n', ' \n ');
  fc.assert(
    fc.property(
      words,
      gap,
      style,
      fc.integer({ min: 20, max: 60 }),
      (parts, between, defaultStringType, lineWidth) => {
        const value = [...parts, 'needle', 'end'].join(between);
        const text = stringify({ key: value }, { defaultStringType, lineWidth });
        // A long line in double quotes may be broken within a word.
        expect(partOf(text, 'needle').replace(/\\\n\s*/, '')).toBe('needle');
      },
    ),
    { numRuns: 500 },
  );
});
