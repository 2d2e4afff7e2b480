import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { realDisk } from '../engines/host/disk';
import { hasPictures, keepPictures, readPictures } from './pictures';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'benchwright-pictures-'));
});
afterEach(() => rm(dir, { recursive: true }));

const png = Buffer.from('89504e470d0a1a0a00', 'hex');

test('pictures are kept under plain names, and are there for the same dashboard only', async () => {
  expect(await readPictures(dir)).toEqual([]);
  await keepPictures(realDisk, dir, 'one', [
    { title: 'web: CPU', png },
    { title: '../../§', png },
  ]);
  expect(await readPictures(dir)).toEqual([
    { title: 'web: CPU', file: '01-web-cpu.png', png: png.toString('base64') },
    { title: '../../§', file: '02.png', png: png.toString('base64') },
  ]);
  expect(await hasPictures(dir, 'one')).toBe(true);
  expect(await hasPictures(dir, 'two')).toBe(false);
  await keepPictures(realDisk, dir, 'two', [{ title: 'other', png }]);
  expect((await readPictures(dir)).map(({ title }) => title)).toEqual(['other']);
});

test('what is no picture, or lies elsewhere, is left out', async () => {
  await keepPictures(realDisk, dir, 'one', [
    { title: 'a', png: Buffer.from('<svg onload="x"/>') },
    { title: 'b', png: Buffer.concat([png, Buffer.alloc(3 * 1024 * 1024)]) },
    { title: 'c', png },
  ]);
  expect((await readPictures(dir)).map(({ title }) => title)).toEqual(['c']);
  expect(await hasPictures(dir, 'one')).toBe(false);
  const index = { version: 1, dashboard: 'x', pictures: [{ title: 't', file: '../secret.png' }] };
  await writeFile(path.join(dir, 'grafana/pictures.json'), JSON.stringify(index));
  expect(await readPictures(dir)).toEqual([]);
});
