import { expect, test } from 'vitest';
import { readExposition, type Sample } from './exposition';

/** The samples of `cpu` and `mem`, from a text that comes in pieces of so many bytes. */
function check(text: string, expected: readonly Sample[], badLines = 0): void {
  for (const size of [1, 7, 4096]) {
    const found: Sample[] = [];
    const reader = readExposition(
      (name) => name === 'cpu' || name === 'mem',
      (sample) => found.push(sample),
    );
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) reader.add(bytes.subarray(at, at + size));
    reader.end();
    expect(found).toEqual(expected);
    expect(reader.badLines).toBe(badLines);
  }
}

test('samples are read with and without labels, times and comments', () => {
  check(
    '# HELP cpu Time.\n# TYPE cpu counter\ncpu 1.5e3\n\ncpu{a="1",b="}\\" x"} 2 1700000000000\r\nother{x="1"} 7\nmem 3',
    [
      { name: 'cpu', labels: '', value: 1500 },
      { name: 'cpu', labels: 'a="1",b="}\\" x"', value: 2 },
      { name: 'mem', labels: '', value: 3 },
    ],
  );
});

test('an exemplar after the value is no part of it', () => {
  check('cpu{a="b"} 4 # {trace_id="x"} 1\n', [{ name: 'cpu', labels: 'a="b"', value: 4 }]);
});

test('what is no number is left out, and is no fault', () => {
  check('cpu NaN\ncpu +Inf\nmem -Inf\ncpu 1\n', [{ name: 'cpu', labels: '', value: 1 }]);
});

test.each([
  ['a page', '<!doctype html>\n<html>', 2],
  ['an object', '{"cpu": 1}', 1],
  ['a cut label', 'cpu{a="1" 2\n', 1],
  ['a value that is none', 'cpu twelve\n', 1],
  ['a second value', 'cpu 1 2 3\n', 1],
  ['a line without end', `cpu ${'1'.repeat(40_000)}\n`, 1],
])('%s is counted as what it is not', (_, text, bad) => {
  check(text, [], bad);
});
