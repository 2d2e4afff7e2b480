import { describe, expect, it } from 'vitest';
import { profileOfStacks } from '../../test/kit/profile-samples';
import { topFunctions, type TopOptions } from './top-functions';

/** `name self/total` of each function, heaviest first. */
function check(stacks: readonly string[], expected: readonly string[], options: TopOptions = {}): void {
  const { functions } = topFunctions(profileOfStacks(...stacks), options);
  expect(functions.map(({ name, self, total }) => `${name} ${self}/${total}`)).toEqual(expected);
}

describe('the functions that cost most', () => {
  it('are told by own weight, with what they called in the total', () => {
    check(['main serve price = 3', 'main serve = 1'], ['price 3/3', 'serve 1/4', 'main 0/4']);
  });

  it('are functions, whatever the line that was executed', () => {
    check(['main:1 price:7 = 2', 'main:1 price:8 = 3'], ['price 5/5', 'main 0/5']);
  });

  it('of the same name in two files are two', () => {
    check(['main a.py/get = 1', 'main b.py/get = 2'], ['get 2/2', 'get 1/1', 'main 0/3']);
  });

  it('count once in the total however deep they recurse', () => {
    check(['main walk walk walk = 5', 'main walk = 1'], ['walk 6/6', 'main 0/6']);
  });

  it('count once where recursion goes through another function', () => {
    check(['even odd even odd = 4'], ['odd 4/4', 'even 0/4']);
  });

  it('leave out the moments in which a thread waited', () => {
    check(['main serve = 1', 'main (idle) = 9'], ['serve 1/1', 'main 0/1']);
    check(['main (idle) = 9'], ['(idle) 9/9', 'main 0/9'], { withWaiting: true });
  });

  it('can be of a stretch of time', () => {
    check(['a = 1', 'b = 1', 'c = 1'], ['b 1/1'], { window: { fromMs: 10, toMs: 20 } });
  });

  it('name who called them and whom they called, recursion once', () => {
    const { functions } = topFunctions(profileOfStacks('main walk walk price = 4', 'main price = 2'));
    const named = (list: readonly { index: number; weight: number }[]): string[] =>
      list.map(({ index, weight }) => `${functions[index]?.name ?? '?'} ${weight}`);
    const [price, walk] = ['price', 'walk'].map((name) => functions.find((fn) => fn.name === name));
    expect(named(price?.callers ?? [])).toEqual(['walk 4', 'main 2']);
    expect(named(walk?.callers ?? [])).toEqual(['main 4', 'walk 4']);
    expect(named(walk?.callees ?? [])).toEqual(['price 4', 'walk 4']);
  });

  it('tell own code from libraries, by default by the folder', () => {
    const profile = profileOfStacks('main /v/lib/python3.11/site-packages/uvicorn/server.py/serve = 2');
    const own = (options: TopOptions): string[] =>
      topFunctions(profile, options)
        .functions.filter(({ isOwn }) => isOwn)
        .map(({ name }) => name);
    expect(own({})).toEqual(['main']);
    expect(own({ isOwn: (file) => file.includes('uvicorn') })).toEqual(['serve']);
  });

  it('are added up by module', () => {
    const { modules } = topFunctions(
      profileOfStacks('main /v/site-packages/uvicorn/a.py/a /v/site-packages/uvicorn/b.py/b = 2', 'main = 1'),
    );
    expect(modules).toMatchObject([
      { module: 'uvicorn', self: 2, total: 2, isOwn: false },
      { module: 'app.py', self: 1, total: 3, isOwn: true },
    ]);
  });
});
