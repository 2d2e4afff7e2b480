import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readWithin } from './read-within';

let root = '';

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'benchwright-within-'));
  await mkdir(path.join(root, 'plan', 'below'), { recursive: true });
  await writeFile(path.join(root, 'secret.txt'), 'secret');
  await writeFile(path.join(root, 'plan', 'below', 'own.bin'), Buffer.from([0, 255]));
  await symlink('../secret.txt', path.join(root, 'plan', 'link.txt'));
});

afterAll(() => rm(root, { recursive: true, force: true }));

test.each([
  ['below/own.bin', 'read'],
  ['./below/../below/own.bin', 'read'],
  ['../secret.txt', 'is outside the folder of the plan'],
  ['link.txt', 'is outside the folder of the plan'],
  ['below', 'is not a plain file'],
])('%s: %s', async (file, outcome) => {
  const reading = await readWithin(path.join(root, 'plan'), file, 2);
  expect(reading.ok ? 'read' : reading.reason).toBe(outcome);
  if (reading.ok) expect([...reading.content]).toEqual([0, 255]);
});

test('a file beyond the limit is not read', async () => {
  const reading = await readWithin(path.join(root, 'plan'), 'below/own.bin', 1);
  expect(reading.ok).toBe(false);
});
