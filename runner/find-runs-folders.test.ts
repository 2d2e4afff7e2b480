import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findRunsFolders } from './find-runs-folders';

test('folders of runs are found below a folder, the nearest first, but not among packages or through links', async ({
  onTestFinished,
}) => {
  const root = await mkdtemp(path.join(os.tmpdir(), 'benchwright-places-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const places = ['a/b/c', '.', 'z', 'node_modules/x', '.hidden'];
  for (const place of places) await mkdir(path.join(root, place, '.benchwright/runs'), { recursive: true });
  await mkdir(path.join(root, 'empty/.benchwright'), { recursive: true });
  await symlink(root, path.join(root, 'circle'));
  const { found, isWhole } = await findRunsFolders(root);
  expect(isWhole).toBe(true);
  expect(found.map((one) => path.relative(root, one))).toEqual([
    '.benchwright/runs',
    'z/.benchwright/runs',
    'a/b/c/.benchwright/runs',
  ]);
});
