import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sourcePaths } from './source-paths';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sources-'));
  for (const file of ['services/core/app.py', 'services/core/tools/app.py', 'services/core/rank.py']) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), '');
  }
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ['a file beside the plan', 'HERE/services/other/x.py', 'services/other/x.py'],
  ['a file of a container', '/app/core/rank.py', 'services/core/rank.py'],
  ['the one of two that lies alike', '/srv/core/tools/app.py', 'services/core/tools/app.py'],
  ['nothing where two lie alike', '/srv/elsewhere/app.py', '/srv/elsewhere/app.py'],
  ['a library', '/usr/lib/python3/json/decoder.py', '/usr/lib/python3/json/decoder.py'],
  ['what is no file', '<frozen importlib>', '<frozen importlib>'],
])('%s', async (_, told, expected) => {
  const place = await sourcePaths(path.join(folder, 'a.bench.yaml'), 'services/core');
  expect(place(told.replace('HERE', folder))).toBe(expected);
});

test('without a source, paths are told as they are', async () => {
  const place = await sourcePaths(path.join(folder, 'a.bench.yaml'), undefined);
  expect(place('/app/core/rank.py')).toBe('/app/core/rank.py');
});
