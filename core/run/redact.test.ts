import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { createRedactor, redactJson } from './redact';

const values = ['s3cr&t/"quoted" \\ é<ü>!', 'hunter2hunter2', "p+q=r s~(t)'*", 'line\nbreak\ttab'];

function check(value: string, name: string, hide: (value: string) => string): void {
  const redact = createRedactor(new Map([['token', value]]));
  const written = `before ${hide(value)} after`;
  const result = redact(written);
  expect(result, `${name} of ${value}`).toContain('[secret token]');
  expect(result, `${name} of ${value}`).not.toContain(hide(value));
}

describe('a secret is taken out', () => {
  const ways: Readonly<Record<string, (value: string) => string>> = {
    raw: (value) => value,
    'URL-encoded': encodeURIComponent,
    'form-encoded': (value) => new URLSearchParams({ v: value }).toString().slice(2),
    JSON: (value) => JSON.stringify(value).slice(1, -1),
    'JSON in JSON': (value) => JSON.stringify(JSON.stringify(value)).slice(3, -3),
    hex: (value) => Buffer.from(value).toString('hex'),
    'upper-case hex': (value) => Buffer.from(value).toString('hex').toUpperCase(),
    base64: (value) => Buffer.from(value).toString('base64'),
    'base64 of user and password': (value) => Buffer.from(`user:${value}`).toString('base64'),
    'base64 of other credentials': (value) => Buffer.from(`me:${value}`).toString('base64'),
    base64url: (value) => Buffer.from(`x${value}`).toString('base64url'),
  };
  for (const [name, hide] of Object.entries(ways)) {
    it(`as ${name}`, () => {
      for (const value of values) check(value, name, hide);
    });
  }
});

describe('redaction', () => {
  it('leaves short values alone, since they occur in ordinary text', () => {
    expect(createRedactor(new Map([['x', '1']]))('1 of 10')).toBe('1 of 10');
  });

  it('takes the longer of two secrets out first', () => {
    const redact = createRedactor(
      new Map([
        ['short', 'abcd'],
        ['long', 'abcdefgh'],
      ]),
    );
    expect(redact('abcdefgh abcd')).toBe('[secret long] [secret short]');
  });

  it('keeps numbers of a JSON value', () => {
    const redact = createRedactor(new Map([['pin', '12345']]));
    expect(redactJson({ count: 12345, text: ['pin 12345'], '12345': null }, redact)).toEqual({
      count: 12345,
      text: ['pin [secret pin]'],
      '[secret pin]': null,
    });
  });
});
