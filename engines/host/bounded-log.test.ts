import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRedactor } from '../../core/run/redact';
import { openBoundedLog } from './bounded-log';
import { realDisk } from './disk';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'bounded-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const secret = 'correct-horse-battery-staple';
const limit = 64 * 1024;

/** Writes the chunks, and looks for the first half of the secret in what was kept. */
async function check(...chunks: readonly string[]): Promise<string> {
  const file = path.join(folder, 'tool.log');
  const redact = createRedactor(new Map([['TOKEN', secret]]));
  const log = await openBoundedLog(realDisk, file, () => performance.now(), redact);
  for (const chunk of chunks) log.add(Buffer.from(chunk));
  await log.close();
  const text = await readFile(file, 'utf8');
  expect(text).not.toContain(secret.slice(0, 8));
  expect(log.lastLines(50).join('\n')).not.toContain(secret.slice(0, 8));
  return text;
}

test('a secret across the place where a long line is cut is not kept in part', async () => {
  const begin = 'x'.repeat(limit - 10);
  expect(await check(`${begin}${secret}\n`)).toMatch(/^x+\[secret/);
  await check(`${begin}${secret}${'y'.repeat(3 * limit)}\nnext\n`);
  await check(begin, secret.slice(0, 10), secret.slice(10), 'y'.repeat(3 * limit), '\n');
});

test('a secret across the end of what is held is not moved into what is kept', async () => {
  const many = secret.repeat(Math.floor((2 * limit) / secret.length));
  const begin = `${many}${'x'.repeat(2 * limit - many.length)}`.slice(0, 2 * limit - 10);
  await check(`${begin}${secret}\n`, 'next\n');
});

test('a line that is cut by the gap in a long log is left out', async () => {
  const lines = `${'z'.repeat(99)}\n`.repeat(6000);
  const text = await check(`${lines}begin ${secret.slice(0, 10)}`, `${secret.slice(10)}\n`, lines, lines);
  expect(text).toContain('bytes left out');
});

test('a long line keeps its beginning up to the limit', async () => {
  const text = await check(`${'x'.repeat(3 * limit)}\n`, 'next\n', 'last');
  expect(text).toBe(`${'x'.repeat(limit)}\nnext\nlast\n`);
});
