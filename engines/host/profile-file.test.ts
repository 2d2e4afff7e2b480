import path from 'node:path';
import { expect, it } from 'vitest';
import { readProfile } from './profile-file';

const samples = path.join(import.meta.dirname, '../../test/fixtures/profiles');

it('reads a profile from the disk', async () => {
  const result = await readProfile(path.join(samples, 'py-spy/0.4.3-python-3.11/shop.speedscope.json'));
  expect(result).toMatchObject({ ok: true, format: 'speedscope', profile: { producer: 'py-spy@0.4.3' } });
});

it.each([
  ['a file that is not there', path.join(samples, 'nowhere.json')],
  ['a folder', samples],
])('tells of %s', async (_, file) => {
  expect(await readProfile(file)).toMatchObject({ ok: false, problem: { code: 'not-readable' } });
});
