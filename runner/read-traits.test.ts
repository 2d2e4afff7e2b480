import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { differencesOf } from '../core/measure/run-traits';
import { readTraits } from './read-traits';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'bw-traits-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const machine = { platform: 'linux', arch: 'x64', cpus: 4, memoryBytes: 8e9 };

/** A run folder with a phase `load` of a locustfile. @param files contents by their name below the folder of the phase. */
async function makeRun(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const dir = path.join(folder, name);
  for (const [file, content] of Object.entries(files)) {
    const place = path.join(dir, 'phases/load', file);
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, content);
  }
  const plan = {
    targets: {},
    scenarios: { shop: { locustfile: 'shop.py' } },
    phases: { load: { scenarios: { shop: 1 } } },
  };
  await mkdir(dir, { recursive: true });
  await writeFile(path.join(dir, 'resolved.json'), JSON.stringify(plan));
  return dir;
}

async function differences(...dirs: readonly [string, string]): Promise<string[]> {
  const [a, b] = await Promise.all(
    dirs.map((dir) => readTraits(dir, 'load', { machine, tools: { locust: '2.47.0' } })),
  );
  if (a?.ok !== true || b?.ok !== true) throw new Error('a run cannot be read');
  return differencesOf(a.traits, b.traits);
}

test('runs of a file that has changed between them differ in their requests', async () => {
  const [before, same, changed, bare] = await Promise.all([
    makeRun('before', { 'files/shop.py': 'a = 1', 'files/proto-x/deep.proto': 'x' }),
    makeRun('same', { 'files/shop.py': 'a = 1', 'files/proto-x/deep.proto': 'x' }),
    makeRun('changed', { 'files/shop.py': 'a = 1', 'files/proto-x/deep.proto': 'y' }),
    makeRun('bare', {}),
  ]);
  expect(await differences(before, same)).toEqual([]);
  expect(await differences(before, changed)).toEqual(['the requests of its scenarios']);
  expect(await differences(bare, bare)).toEqual([]);
});

test('rows of data are told apart from files', async () => {
  const [a, b] = [await makeRun('a', { 'data/t.json': '[1]' }), await makeRun('b', { 'data/t.json': '[2]' })];
  expect(await differences(a, b)).toEqual(['the rows of its data']);
});
