import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { locatePySpy, type PySpyWish } from './locate';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'locate-'));
  file = path.join(folder, 'py-spy');
  await writeFile(file, '#!/bin/sh\necho py-spy 9.8.7\n', { mode: 0o755 });
});
afterEach(() => rm(folder, { recursive: true }));

/** The process is this one: there is no py-spy beside Node. */
const locate = (wish: Partial<PySpyWish>) => locatePySpy({ pid: process.pid, variables: {}, ...wish });

it('takes the one that was chosen, else one on PATH', async () => {
  const found = { ok: true, pySpy: { file, version: '9.8.7' } };
  expect(await locate({ chosen: file })).toEqual(found);
  expect(await locate({ variables: { PATH: `/nowhere:${folder}` } })).toEqual(found);
});

it('tells of both ways to choose one where none is found, or where the chosen one is none', async () => {
  const ways = 'by --py-spy FILE or by the setting benchwright.profiling.pySpyPath';
  expect(await locate({})).toMatchObject({
    ok: false,
    problem: {
      message: 'py-spy is not there',
      remedy: `install it with “python3 -m pip install py-spy”, or name its file ${ways}`,
    },
  });
  // No other is tried, though there is one.
  expect(await locate({ chosen: '/nowhere/py-spy', variables: { PATH: folder } })).toMatchObject({
    ok: false,
    problem: {
      message: '/nowhere/py-spy is no py-spy that can be run',
      remedy: `name the file of py-spy itself ${ways}`,
    },
  });
});

it('runs no program that anybody could have written', async () => {
  await chmod(file, 0o777);
  expect(await locate({ chosen: file })).toMatchObject({ ok: false });
});
