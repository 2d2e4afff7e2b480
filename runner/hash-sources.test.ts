import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { profileOfStacks } from '../test/kit/profile-samples';
import { hashSources } from './hash-sources';
import { sourcePaths } from './source-paths';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sources-'));
  await mkdir(path.join(folder, 'services'));
  await writeFile(path.join(folder, 'services/app.py'), 'def serve():\n    pass\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('each own file that is here has its content kept, also under the path of a container', async () => {
  const planFile = path.join(folder, 'a.bench.yaml');
  const profile = profileOfStacks(
    '/app/services/app.py/serve:1 /usr/lib/python3.11/asyncio/run.py/run:3 = 2',
    '/app/services/gone.py/lost:1 <frozen/importlib:1 = 1',
  );
  const place = await sourcePaths(planFile, 'services');
  expect(await hashSources([profile, profile], planFile, place)).toEqual([
    {
      told: '/app/services/app.py',
      file: 'services/app.py',
      sha256: createHash('sha256').update('def serve():\n    pass\n').digest('hex'),
    },
  ]);
});
