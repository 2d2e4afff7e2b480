import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../measure/random';
import { ImportFailure } from '../import-problem';
import { JsonCursor } from './json-cursor';

const decoder = new TextDecoder();

function cursorAt(text: string): JsonCursor {
  return new JsonCursor(new TextEncoder().encode(text), (bytes) => decoder.decode(bytes));
}

/** Reads everything by the steps that an importer takes. */
function walk(cursor: JsonCursor, text: string): unknown {
  const [first = ''] = text.slice(cursor.position).trimStart();
  if (first === '[') {
    const list: unknown[] = [];
    for (let has = cursor.enterList(); has; has = cursor.inList()) list.push(walk(cursor, text));
    return list;
  }
  if (first === '{') {
    const object: [string, unknown][] = [];
    for (let has = cursor.enterObject(); has; has = cursor.inObject())
      object.push([cursor.key(), walk(cursor, text)]);
    return Object.fromEntries(object);
  }
  return /[-\d]/.test(first) ? cursor.number() : cursor.value();
}

function failureOf(work: () => unknown): string {
  try {
    work();
  } catch (cause) {
    if (cause instanceof ImportFailure) return cause.message;
    throw cause;
  }
  return 'none';
}

describe('what is walked over', () => {
  it.each([
    '[]',
    ' { } ',
    '[[], {}, [[]]]',
    '{"a":1,"b":[2,3],"c":{"d":null}}',
    '{ "a" : [ 1 , -2.5 , 3e2 , 4E-3 , 0 , -0.125 ] }',
    '["\\"", "\\\\", "a\\\\\\"b", "]}[{", ""]',
    '{"\\u0061b":true,"ä":"ö\\n"}',
    '[0.1, 0.01, 1.0000000000000002, 123456789012345678, 1e-320, 0.30000000000000004]',
  ])('is what JSON.parse makes of it: %s', (text) => {
    const ascii = text.replace(/[^ -~]/g, 'x');
    expect(walk(cursorAt(ascii), ascii)).toEqual(JSON.parse(ascii));
    expect(cursorAt(text).value()).toEqual(JSON.parse(text));
  });

  it('holds for numbers of every length, to the last bit', () => {
    const random = seededRandom(4);
    const numbers = Array.from({ length: 2000 }, () => {
      const digits = Math.floor(random() * 18);
      return Number(((random() - 0.5) * 10 ** (random() * 12)).toFixed(digits));
    });
    const text = JSON.stringify(numbers);
    expect(walk(cursorAt(text), text)).toEqual(JSON.parse(text));
  });

  it('is passed as a whole, whatever stands in it', () => {
    const cursor = cursorAt('[{"a":["]","\\"}"],"b":{}}, "x\\\\", -1.5e3, true, 7]');
    cursor.enterList();
    for (let i = 0; i < 4; i++) {
      cursor.skip();
      expect(cursor.inList()).toBe(true);
    }
    expect(cursor.number()).toBe(7);
    expect(cursor.inList()).toBe(false);
  });

  it('has keys that are passed only if they are the ones looked for', () => {
    const cursor = cursorAt('{ "attic" : 1 , "at" : 2 }');
    cursor.enterObject();
    expect([cursor.passKey('at'), cursor.passKey('attics'), cursor.passKey('attic')]).toEqual([
      false,
      false,
      true,
    ]);
    expect(cursor.number()).toBe(1);
    cursor.inObject();
    expect(cursor.passKey('at')).toBe(true);
  });
});

describe('what is no JSON is refused with its place', () => {
  it.each([
    ['[1 2]', 'a comma is expected at byte 3'],
    ['[1', 'the file ends at byte 2, too early'],
    ['{"a" 1}', 'a colon is expected at byte 5'],
    ['{a:1}', 'the name of a value is expected at byte 1'],
    ['[-]', 'a number is expected at byte 2'],
    ['[1e999]', 'the number at byte 1 is none that can be counted with'],
    ['[1e]', 'it is not valid JSON at byte 1'],
    ['[,1]', 'a value is expected at byte 1'],
  ])('%s', (text, message) => {
    expect(failureOf(() => walk(cursorAt(text), text))).toContain(message);
  });

  it('and a value that has no end, at its beginning', () => {
    expect(
      failureOf(() => {
        cursorAt('  [[1]').skip();
      }),
    ).toBe('the file ends within what begins at byte 2');
    expect(
      failureOf(() => {
        cursorAt(' "abc\\"').skip();
      }),
    ).toBe('a text at byte 1 has no end');
  });
});
