import { expect, it } from 'vitest';
import { profileOfStacks } from '../../test/kit/profile-samples';
import { findHotspots, type HotspotOptions } from './hotspots';

/** `name self/total` of the program's own functions. */
function check(
  stacks: readonly (readonly string[])[],
  expected: readonly string[],
  options: Partial<HotspotOptions> = {},
): void {
  const { own } = findHotspots(
    stacks.map((each) => profileOfStacks(...each)),
    { count: 3, ...options },
  );
  expect(own.map(({ name, self, total }) => `${name} ${self}/${total}`)).toEqual(expected);
}

it('leaves out what only drives the program, and puts first what costs most with all that it calls', () => {
  check(
    [['main serve rank = 1', 'main serve rank stem = 6', 'main serve write = 1']],
    ['rank 0.125/0.875', 'stem 0.75/0.75', 'write 0.125/0.125'],
  );
});

it('counts what is written inside of a function to it', () => {
  check(
    [['rank best rank.<locals>.<genexpr> = 1', 'rank best rank.<locals>.<genexpr> stem = 3']],
    ['rank 0.25/1', 'stem 0.75/0.75'],
  );
});

it('takes a function for busy that has others work in a loop of its own', () => {
  check(
    [['main rank best rank.<locals>.<genexpr> stem = 3', 'main rank best = 1']],
    ['rank 0/1', 'best 0.25/1', 'stem 0.75/0.75'],
  );
});

it('puts nothing first for a single sample', () => {
  check([['main = 1', 'main rank = 99']], ['rank 0.99/0.99', 'main 0.01/1']);
});

it('adds up the pieces of a recording', () => {
  check([['a = 1'], ['a = 1', 'b = 2']], ['a 0.5/0.5', 'b 0.5/0.5']);
});

it('tells the most expensive line', () => {
  const { own } = findHotspots([profileOfStacks('rank:7 = 1', 'rank:8 = 5', 'rank:9 = 2')], { count: 1 });
  expect(own).toMatchObject([{ name: 'rank', line: 8 }]);
});

it('tells libraries apart, by what the caller takes for its own', () => {
  const profile = profileOfStacks('a.py/serve b.py/parse = 3', 'a.py/serve = 1');
  const found = findHotspots([profile], { count: 5, isOwn: (file) => file === 'a.py' });
  expect(found.own.map(({ name }) => name)).toEqual(['serve']);
  expect(found.libraries).toMatchObject([{ name: 'parse', self: 0.75 }]);
});

it('has nothing to tell of an empty recording', () => {
  expect(findHotspots([], { count: 5 })).toEqual({ own: [], libraries: [] });
});
