import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatOf, readRows, type DataFormat } from './rows';

function check(text: string, format: DataFormat): unknown {
  const reading = readRows(text, format);
  return reading.ok ? reading.rows : reading.reason;
}

test('CSV has its columns in the first line and texts in the others', () => {
  const text = '\ufefftext,topic\r\n"a, ""b""\nc",x\r\n\r\n1,\u00e9\r\n';
  expect(check(text, 'csv')).toEqual([
    { text: 'a, "b"\nc', topic: 'x' },
    { text: '1', topic: 'é' },
  ]);
});

test('JSON keeps the types of its values', () => {
  expect(check('[{"n": 1, "ok": true}]', 'json')).toEqual([{ n: 1, ok: true }]);
  expect(check('{"n": 1}\n\n{"n": 2}\n', 'ndjson')).toEqual([{ n: 1 }, { n: 2 }]);
});

test('columns are those that every row has', () => {
  expect(readRows('[{"a": 1, "b": 2}, {"b": 3}]', 'json')).toMatchObject({ columns: ['b'] });
});

test('half a surrogate pair is replaced, a whole one is kept', () => {
  expect(check('[{"a": "\\ud800x\\ud83d\\ude00"}]', 'json')).toEqual([{ a: '\ufffdx\u{1f600}' }]);
});

test.each([
  ['a,b\n1\n', 'csv', 'is no proper CSV: Invalid Record Length: expect 2, got 1 on line 2'],
  ['a,a\n1,2\n', 'csv', 'has the column a twice'],
  ['a\n', 'csv', 'has no rows'],
  ['', 'csv', 'has no rows'],
  ['{}', 'json', 'is JSON, but not a list of rows'],
  ['[1]', 'json', 'has an entry 1 that is no object with columns'],
] as const)('refuses %j as %s', (text, format, reason) => {
  expect(check(text, format)).toBe(reason);
});

test('a broken line of NDJSON is named', () => {
  expect(check('{}\n{', 'ndjson')).toMatch(/^is no proper JSON in line 2: /);
});

test('the name of a file tells its format', () => {
  expect(['a.csv', 'b.JSON', 'c.jsonl', 'd.ndjson', 'e.txt', 'csv'].map(formatOf)).toEqual([
    'csv',
    'json',
    'ndjson',
    'ndjson',
    undefined,
    undefined,
  ]);
});

test('no text makes it throw, and no column changes a prototype', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('csv', 'json', 'ndjson'), (text, format) => {
      readRows(text, format);
    }),
    { numRuns: 2000 },
  );
  const reading = readRows('__proto__,a\nx,1\n', 'csv');
  expect(reading.ok && Object.hasOwn(reading.rows[0]!, '__proto__')).toBe(true);
});
