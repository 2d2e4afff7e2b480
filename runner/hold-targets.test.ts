import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { holdTargets, type Hold } from './hold-targets';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'locks-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const hold = (targets: readonly string[], isForced = false): Promise<Hold> =>
  holdTargets({ targets, plan: 'a.bench.yaml', isForced, folder });

async function release(taken: Hold): Promise<void> {
  if (taken.kind === 'held') await taken.release();
}

const web = '127.0.0.1:8000';
const other = '127.0.0.1:9000';

test('a target is held by one run at a time, until it is released', async () => {
  const first = await hold([web]);
  expect(await hold([other, web])).toMatchObject({
    kind: 'taken',
    target: web,
    by: { pid: process.pid, plan: 'a.bench.yaml' },
  });
  await release(first);
  const both = await hold([other, web]);
  expect(both.kind).toBe('held');
  await release(both);
  expect(await readdir(folder)).toEqual([]);
});

test('one port of this machine is one target, however its host is spelled', async () => {
  const first = await hold(['127.0.0.1:8000']);
  for (const same of ['localhost:8000', '[::1]:8000', '[0:0:0:0:0:0:0:1]:8000'])
    expect(await hold([same])).toMatchObject({ kind: 'taken', target: same });
  for (const another of ['localhost:8001', '127.0.0.2:8000', 'example.org:8000']) {
    const taken = await hold([another]);
    expect(taken.kind).toBe('held');
    await release(taken);
  }
  await release(first);
});

test('a forced run goes beside the holder, and leaves its lock alone', async () => {
  const first = await hold([web]);
  const forced = await hold([web, other], true);
  expect(forced.kind).toBe('held');
  expect((await hold([other])).kind).toBe('taken');
  await release(forced);
  expect((await hold([web])).kind).toBe('taken');
  await release(first);
});

test('of many that start at once one gets the target, also where a dead run has left its lock', async () => {
  const dead = { pid: process.pid, started: 'another boot/1', plan: 'old', token: 'old' };
  for (const left of [undefined, JSON.stringify(dead), 'not a lock']) {
    const lock = path.join(folder, `${encodeURIComponent('localhost:8000')}.lock`);
    if (left !== undefined) await writeFile(lock, left);
    const all = await Promise.all(Array.from({ length: 20 }, () => hold([web])));
    const held = all.filter(({ kind }) => kind === 'held');
    expect(held).toHaveLength(1);
    for (const one of held) await release(one);
    expect(await readdir(folder)).toEqual([]);
  }
});

test('a folder that others may write to is not trusted with locks', async () => {
  await chmod(folder, 0o777);
  expect((await hold([web])).kind).toBe('held');
  expect(await readdir(folder)).toEqual([]);
});
