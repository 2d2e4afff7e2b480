import { expect, test } from 'vitest';
import { shiftLines, type LineChange } from './shift-lines';

function check(change: LineChange, expected: readonly (readonly [number, number])[]): void {
  const lines = new Map([2, 5, 6, 9].map((line) => [line, line]));
  expect([...shiftLines(lines, change)]).toEqual(expected);
}

test('an edit within a line moves nothing', () => {
  check({ firstLine: 5, lastLine: 5, keepsFirst: true, addedBreaks: 0 }, [
    [2, 2],
    [5, 5],
    [6, 6],
    [9, 9],
  ]);
});

test('a line put in behind a line leaves it, and pushes down those below', () => {
  check({ firstLine: 5, lastLine: 5, keepsFirst: true, addedBreaks: 2 }, [
    [2, 2],
    [5, 5],
    [6, 8],
    [9, 11],
  ]);
});

test('a line put in before a line pushes it down too', () => {
  check({ firstLine: 5, lastLine: 5, keepsFirst: false, addedBreaks: 1 }, [
    [2, 2],
    [5, 6],
    [6, 7],
    [9, 10],
  ]);
});

test('lines that are taken out lose their mark, and those below move up', () => {
  // From the start of line 5 to the start of line 7.
  check({ firstLine: 5, lastLine: 7, keepsFirst: false, addedBreaks: 0 }, [
    [2, 2],
    [9, 7],
  ]);
});

test('what is joined to the end of a line is gone', () => {
  check({ firstLine: 5, lastLine: 6, keepsFirst: true, addedBreaks: 0 }, [
    [2, 2],
    [5, 5],
    [9, 8],
  ]);
});
