import { describe, expect, it } from 'vitest';
import { isNoFile, isOnlyNameAlike, likeliest } from './source-paths';

describe('the file of the workspace that a recorded path means', () => {
  function check(recorded: string, candidates: readonly string[], expected: readonly string[]): void {
    expect(likeliest(recorded, candidates)).toEqual(expected);
  }

  it('is the one that shares the longest end with it', () => {
    check(
      '/app/services/gateway/app.py',
      ['/home/me/shop/services/gateway/app.py', '/home/me/shop/services/agents/app.py'],
      ['/home/me/shop/services/gateway/app.py'],
    );
  });

  it('is found for a path that was recorded relative to its folder, or on Windows', () => {
    check('gateway/app.py', ['/w/agents/app.py', '/w/gateway/app.py'], ['/w/gateway/app.py']);
    check('C:\\src\\gateway\\app.py', ['/w/agents/app.py', '/w/gateway/app.py'], ['/w/gateway/app.py']);
  });

  it('is left open where nothing tells the files apart', () => {
    check('app.py', ['/w/a/app.py', '/w/b/app.py'], ['/w/a/app.py', '/w/b/app.py']);
  });

  it('is none where no name is the same', () => {
    check('/app/other.py', ['/w/app.py'], []);
  });
});

it('a file of the same name in another folder is a guess, and one without a folder is none', () => {
  expect(isOnlyNameAlike('/app/main.py', '/w/src/main.py')).toBe(true);
  expect(isOnlyNameAlike('/app/shop/main.py', '/w/shop/main.py')).toBe(false);
  expect(isOnlyNameAlike('main.py', '/w/src/main.py')).toBe(false);
});

it.each([
  '',
  '~',
  '<frozen importlib._bootstrap>',
  '<string>',
  '[kernel]',
  'node:internal/main',
  '/usr/lib/libc.so.6',
])('no file can be opened for "%s"', (file) => {
  expect(isNoFile(file)).toBe(true);
});
