import { describe, expect, test } from 'vitest';
import { apiText } from '../../test/kit/api-documents';
import { readApi, type Api } from './document';
import { findPlace } from './find-place';
import { dynamic, misfits } from './fit';
import { hole, matchPath, prefixOf } from './match-path';
import { answersOf, operationOf } from './operations';
import { sampleOf } from './sample';
import { certainlyLacks, fieldsOf, shapeOf } from './shape';
import { describeShape } from './words';

function api(text: string): Api {
  const reading = readApi(text);
  if (!reading.ok) throw new Error(reading.reason);
  return reading.api;
}

const shop = api(apiText('shop.yaml'));
const withSchemas = (schemas: object) =>
  api(JSON.stringify({ openapi: '3.1.0', paths: {}, components: { schemas } }));
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

describe('reading a document', () => {
  test.each([
    ['{', 'is no JSON'],
    ['a: [', 'is no YAML'],
    ['hello', 'is no OpenAPI document'],
    ['{"openapi": "2.9"}', 'is no OpenAPI document'],
    ['openapi: 4.0.0', 'is no OpenAPI document'],
    ['', 'is no OpenAPI document'],
    ['[]', 'is no OpenAPI document'],
    [`openapi: 3.1.0\n# ${'x'.repeat(2 * 1024 * 1024)}`, 'is longer than 2 MiB of YAML'],
    [`a: &a [${'1, '.repeat(999)}]\nb: &b [${'*a, '.repeat(999)}]\nc: [${'*b, '.repeat(999)}]`, 'is no YAML'],
  ])('of %j tells what is wrong', (text, reason) => {
    const reading = readApi(text);
    expect(reading.ok ? '' : reading.reason).toContain(reason);
  });

  test('survives what is deep', () => {
    const deep = 100_000;
    expect(readApi(`openapi: 3.1.0\npaths: ${'['.repeat(deep)}`).ok).toBe(false);
    expect(() => readApi(`{"openapi": "3.1.0", "a": ${'['.repeat(deep)}${']'.repeat(deep)}}`)).not.toThrow();
  });

  test('takes YAML in braces, a byte order mark, and keys that objects inherit', () => {
    expect(readApi('{ openapi: 3.0.1, paths: {} }').ok).toBe(true);
    expect(readApi(`\uFEFF${apiText('gateway.json')}`).ok).toBe(true);
    const odd = api('{"openapi": "3.1.0", "paths": {"/constructor": {"$ref": "#/__proto__/x"}}}');
    expect(odd.paths).toEqual([]);
  });
});

describe('references', () => {
  test('that lead in a circle, nowhere, or away, say nothing', () => {
    for (const name of ['Circle', 'Ring', 'Away', 'Nowhere']) {
      const shape = shapeOf(shop, ref(name));
      expect([name, certainlyLacks(shape, 'x'), misfits(shop, ref(name), 5)]).toEqual([name, false, []]);
    }
  });

  test('are read with their escapes', () => {
    const odd = withSchemas({ 'a/b~c d': { type: 'integer' } });
    expect(misfits(odd, { $ref: '#/components/schemas/a~1b~0c%20d' }, 'x')).toHaveLength(1);
  });

  test('may be as many as one likes, and cost no more than is followed', () => {
    const names = Array.from({ length: 30 }, (_, index) => `S${index}`);
    const schemas = Object.fromEntries(
      names.map((name, index) => [
        name,
        index === 29 ? { type: 'object' } : { allOf: [ref(`S${index + 1}`), ref(`S${index + 1}`)] },
      ]),
    );
    expect(fieldsOf(shapeOf(withSchemas(schemas), ref('S0'))).size).toBe(0);
  });
});

describe('a path', () => {
  const found = (path: string, base = '') => {
    const { paths, isPossible } = matchPath(shop, base, path.replaceAll('*', hole));
    return [paths.map(({ template }) => template).join(' '), isPossible];
  };
  test.each([
    ['/items', '/items', true],
    ['/v1/items', '/items', true],
    ['/items/7', '/items/{item_id}', true],
    ['/items/newest', '/items/newest', true],
    ['/items/*', '/items/{item_id} /items/newest', true],
    ['/items/a*', '/items/{item_id}', true],
    ['/*', '', true],
    ['/files/a/b.txt', '/files/{folder}/{name}.txt', true],
    ['/files/*', '', true],
    ['/files/a/b.csv', '', false],
    ['/item', '', false],
    ['/items/', '', false],
    ['/*/newest', '', true],
    ['/x*/newest', '', false],
    [`/${'a/'.repeat(100)}`, '', true],
  ])('%s is %s', (path, template, isPossible) => {
    expect(found(path)).toEqual([template, isPossible]);
  });

  test('is below what the target has in its address', () => {
    expect(found('/items', '/v1')).toEqual(['/items', true]);
    expect([prefixOf(shop, ''), prefixOf(shop, '/v1'), prefixOf(shop, '/other')]).toEqual(['/v1', '', '']);
  });

  test('may have anything before it where a server has variables', () => {
    const open = api(
      '{"openapi": "3.0.0", "servers": [{"url": "https://x/{stage}/v2"}], "paths": {"/a/{b}": {}}}',
    );
    expect(matchPath(open, '', '/dev/v2/a/1').paths).toHaveLength(1);
    expect(matchPath(open, '', '/dev/v2/c/1').isPossible).toBe(false);
  });
});

describe('a value', () => {
  const kinds = (schema: object, value: unknown, isText = false) =>
    misfits(withSchemas({ S: schema }), ref('S'), value, { isText }).map(({ kind, path }) =>
      [kind, ...path].join(' '),
    );
  test.each([
    [{ type: 'integer' }, 1, []],
    [{ type: 'integer' }, 1.5, ['value']],
    [{ type: 'number' }, 1, []],
    [{ type: 'string' }, dynamic, []],
    [{ type: ['string', 'null'] }, null, []],
    [{ type: 'string', nullable: true, enum: ['a'] }, null, []],
    [{ const: 'a' }, 'b', ['value']],
    [{ enum: [{ a: 1 }] }, 'b', []],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 5, ['value']],
    [{ anyOf: [{ type: 'string' }, { type: 'integer' }] }, true, []],
    [{ oneOf: [{ type: 'object', required: ['a'] }, { type: 'null' }] }, {}, ['missing']],
    [{ type: 'integer', minimum: 3, exclusiveMinimum: true }, 3, ['value']],
    [{ type: 'integer', exclusiveMinimum: 3 }, 3, ['value']],
    [{ type: 'string', maxLength: 2 }, '🙂🙂', []],
    [{ type: 'object', additionalProperties: { type: 'integer' }, properties: { a: {} } }, { b: 'x' }, []],
    [{ type: 'object', patternProperties: { '^x': {} }, additionalProperties: false }, { y: 1 }, []],
    [
      { allOf: [{ properties: { a: {} }, additionalProperties: false }, { properties: { b: {} } }] },
      { c: 1 },
      ['undeclared c'],
    ],
    [{ allOf: [{ properties: { a: {} } }], unevaluatedProperties: false }, { c: 1 }, ['impossible c']],
    [{ required: ['a', 'id'], properties: { id: { readOnly: true } } }, {}, ['missing']],
  ])('of %j: %j', (schema, value, expected) => {
    expect(kinds(schema, value)).toEqual(expected);
  });

  test('that is sent as text is what its text says', () => {
    const field = (schema: object) => ({ type: 'object', properties: { a: schema } });
    expect(kinds(field({ type: 'integer' }), { a: '5' }, true)).toEqual([]);
    expect(kinds(field({ type: 'integer' }), { a: 'five' }, true)).toEqual(['value a']);
    expect(kinds(field({ type: 'boolean' }), { a: 'yes' }, true)).toEqual([]);
    expect(kinds(field({ enum: [1, 2] }), { a: '2' }, true)).toEqual([]);
    expect(kinds(field({ type: 'string' }), { a: 5 }, true)).toEqual([]);
  });

  test('to begin with fits its schema', () => {
    for (const name of ['Item', 'Named', 'Fault', 'Gift', 'Purchase'])
      expect([name, misfits(shop, ref(name), sampleOf(shop, ref(name)))]).toEqual([name, []]);
    const parent = { type: 'object', required: ['p'], properties: { p: ref('P') } };
    expect(JSON.stringify(sampleOf(withSchemas({ P: parent }), ref('P')))).toBe('{"p":{"p":{"p":{"p":{}}}}}');
  });

  test('is described in a few words', () => {
    expect(describeShape(shapeOf(shop, ref('Gift')))).toBe('a map');
    expect(describeShape(shapeOf(shop, { type: 'string', format: 'date' }))).toBe('text (date)');
    expect(describeShape(shapeOf(shop, { anyOf: [{ type: 'integer' }, { type: 'null' }] }))).toBe(
      'a whole number or null',
    );
  });
});

test('answers of some statuses are those that are described for them', () => {
  const path = shop.paths[0]!;
  const operation = operationOf(shop, path, 'get')!;
  const statuses = (wanted: readonly number[] | 'success' | 'any') =>
    answersOf(operation, wanted).map(({ status }) => status);
  expect([statuses('success'), statuses([404]), statuses([200]), statuses('any')]).toEqual([
    ['200'],
    ['default'],
    ['200'],
    ['200', 'default'],
  ]);
});

describe('a place in the text of a document', () => {
  test.each([
    ['gateway.json', ['paths', '/tasks', 'post']],
    ['gateway.json', ['components', 'schemas', 'Status', 'properties', 'status']],
    ['shop.yaml', ['paths', '/items/{item_id}', 'delete']],
    ['swagger.json', ['definitions', 'Pet', 'properties', 'age']],
  ])('of %s is that of the key at the end of %j', (name, pointer) => {
    const text = apiText(name);
    const place = findPlace(text, pointer)!;
    expect(text.slice(place.start, place.end).replaceAll('"', '')).toBe(pointer.at(-1));
    // It is the place of this key, and not of another of the same name.
    const before = text.slice(0, place.start);
    expect(before.lastIndexOf(pointer.at(-2)!)).toBeGreaterThan(before.lastIndexOf(pointer.at(-3) ?? '{'));
  });

  test('is that of the nearest key above it that is there', () => {
    const text = apiText('gateway.json');
    const place = findPlace(text, ['paths', '/status', 'nothing', 'here'])!;
    expect(text.slice(place.start, place.end)).toBe('"/status"');
    expect(findPlace(text, ['nothing'])).toBeUndefined();
  });
});
