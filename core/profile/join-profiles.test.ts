import { expect, test } from 'vitest';
import { importSample, profileOfStacks } from '../../test/kit/profile-samples';
import { joinProfiles } from './join-profiles';
import type { Profile } from './profile';
import { topFunctions } from './top-functions';

function joinedOf(...pieces: [Profile, ...Profile[]]): Profile {
  const joined = joinProfiles(pieces);
  if (!joined.ok) throw new Error(joined.problem.message);
  return joined.profile;
}

test('what pieces cost is added up, function by function', () => {
  const joined = joinedOf(
    profileOfStacks('main:3 price:7 = 2', 'main:3 = 1'),
    profileOfStacks('main:4 price:7 tax:9 = 4'),
  );
  const { whole, functions } = topFunctions(joined);
  expect(whole).toBe(7);
  expect(functions.map(({ name, self, total }) => [name, self, total])).toEqual([
    ['tax', 4, 4],
    ['price', 2, 6],
    ['main', 1, 7],
  ]);
});

test('the time of a piece goes on where the one before it ended', () => {
  const piece = importSample('py-spy/0.4.3-python-3.11/shop.speedscope.json');
  const joined = joinedOf(piece, piece);
  const count = piece.samples.stack.length;
  expect(joined.samples.stack.length).toBe(2 * count);
  const times = [...(joined.samples.timeMs ?? [])];
  const ends = times.slice(0, count).map((timeMs, i) => timeMs + (piece.samples.weight[i] ?? 0) / 1e6);
  expect(Math.min(...times.slice(count))).toBeCloseTo(Math.max(...ends) + Math.min(...times.slice(0, count)));
  expect(joined.threads).toEqual(piece.threads);
});

test('counts of calls in several processes are not put together', () => {
  const counted = importSample('cprofile/python-3.12/shop.pstats');
  expect(joinProfiles([counted])).toEqual({ ok: true, profile: counted });
  expect(joinProfiles([counted, counted])).toMatchObject({ ok: false, problem: { code: 'not-supported' } });
});
