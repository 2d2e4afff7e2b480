import { mkdir, mkdtemp, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Run } from '../core/run/run';
import { sampleRun } from '../test/kit/sample-report';
import { readExcerpts } from './read-excerpts';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'excerpts-')));
  await mkdir(path.join(folder, 'plan/src'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const before = new Date(Date.UTC(2020, 0));

async function source(file: string, lines: readonly string[], changed = before): Promise<void> {
  await writeFile(path.join(folder, file), lines.join('\n'));
  await utimes(path.join(folder, file), changed, changed);
}

/** A run whose hottest line this is. */
function runWith(file: string, line: number): Run {
  const run = sampleRun();
  const [phase] = run.phases;
  const [profile] = phase?.profiles ?? [];
  if (phase === undefined || profile === undefined) throw new Error('the sample has no profile');
  const top = [{ name: 'f', file, line, self: 1, total: 1 }];
  return {
    ...run,
    plan: { ...run.plan, file: path.join(folder, 'plan/a.bench.yaml') },
    phases: [{ ...phase, profiles: [{ ...profile, top }] }],
  };
}

const ten = Array.from({ length: 10 }, (_, i) => `line ${i + 1}`);

test('the lines around the hot one, with where they lie', async () => {
  await source('plan/src/a.py', ten);
  const [excerpt] = await readExcerpts(runWith('src/a.py', 5));
  expect(excerpt?.absoluteFile).toBe(path.join(folder, 'plan/src/a.py'));
  expect(excerpt?.lines.map(({ number, isHot }) => (isHot ? -number : number))).toEqual([
    2, 3, 4, -5, 6, 7, 8,
  ]);
});

test('no empty lines at either end', async () => {
  await source('plan/src/a.py', ['x', '', ' ', 'def f():', '    pass', '', '', 'y']);
  const [excerpt] = await readExcerpts(runWith('src/a.py', 4));
  expect(excerpt?.lines.map(({ text }) => text)).toEqual(['x', '', ' ', 'def f():', '    pass']);
  const [later] = await readExcerpts(runWith('src/a.py', 5));
  expect(later?.lines[0]?.text).toBe('def f():');
});

test('nothing of a file that was written to since the run began', async () => {
  await source('plan/src/a.py', ten, new Date(sampleRun().startedMs));
  expect(await readExcerpts(runWith('src/a.py', 5))).toEqual([]);
});

test('nothing from outside of the folder of the plan, by whatever way', async () => {
  await source('secret.py', ten);
  await symlink(path.join(folder, 'secret.py'), path.join(folder, 'plan/src/link.py'));
  for (const file of ['../secret.py', 'src/../../secret.py', 'src/link.py', path.join(folder, 'secret.py')])
    expect(await readExcerpts(runWith(file, 5)), file).toEqual([]);
});

test('nothing where the file or the line is not there', async () => {
  await source('plan/src/a.py', ten);
  expect(await readExcerpts(runWith('src/b.py', 1))).toEqual([]);
  expect(await readExcerpts(runWith('src/a.py', 0))).toEqual([]);
  expect(await readExcerpts(runWith('src/a.py', 11))).toEqual([]);
});
