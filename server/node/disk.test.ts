import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { disk } from './disk';

let root: string;
const uriOf = (name: string): string => pathToFileURL(path.join(root, name)).href;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'benchwright-disk-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

it('finds the plans of a folder and of those below, and goes round in no circle', () => {
  for (const folder of ['load/deep', 'node_modules/x'])
    mkdirSync(path.join(root, folder), { recursive: true });
  const plans = ['a.bench.yaml', 'load/deep/b.bench.yml', 'node_modules/x/c.bench.yaml'];
  for (const name of plans) writeFileSync(path.join(root, name), 'version: 1\n');
  symlinkSync(root, path.join(root, 'load/again'));
  expect(disk.plansBelow(pathToFileURL(root).href)).toEqual(plans.slice(0, 2).map(uriOf));
  expect(disk.entriesIn(uriOf('load'))).toEqual([{ name: 'deep', kind: 'folder' }]);
});

it('finds nothing in a folder that is not there', () => {
  expect(disk.plansBelow(uriOf('gone'))).toEqual([]);
});
