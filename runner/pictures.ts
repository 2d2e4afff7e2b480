/** Pictures of panels in a run folder. They are brought when a run is over, and change nothing else of it. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { picturesSchema, type Pictures } from '../core/run/pictures';
import type { ReportPicture } from '../core/report/report';
import type { Disk } from '../engines/host/disk';
import { writeWhole } from '../engines/host/file-host';
import type { PanelPicture } from '../engines/grafana/render';
import { fileNames } from './layout';
import { readJson } from './open-run';
import { formatJson } from './run-folder';

/** A picture of a panel is some tens of kilobytes. */
const maxBytes = 2 * 1024 * 1024;

/** Whether a run has the pictures of this dashboard. */
export async function hasPictures(dir: string, dashboard: string): Promise<boolean> {
  const { value } = await readIndex(dir);
  return value?.dashboard === dashboard && (await readPictures(dir)).length === value.pictures.length;
}

/** @throws the error of the disk. */
export async function keepPictures(
  disk: Disk,
  dir: string,
  dashboard: string,
  pictures: readonly PanelPicture[],
): Promise<void> {
  const below = path.join(dir, fileNames.pictures);
  await disk.makeFolder(below).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  const named = pictures.map(({ title, png }, at) => ({ title, png, file: fileOf(at, title) }));
  for (const { file, png } of named) await writeWhole(disk, path.join(below, file), png);
  const index: Pictures = {
    version: 1,
    dashboard,
    pictures: named.map(({ title, file }) => ({ title, file })),
  };
  await writeWhole(disk, path.join(below, fileNames.picturesIndex), formatJson(index));
}

function fileOf(at: number, title: string): string {
  const slug = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `${String(at + 1).padStart(2, '0')}-${slug.slice(0, 60)}.png`.replace('-.png', '.png');
}

function readIndex(dir: string): ReturnType<typeof readJson<typeof picturesSchema>> {
  return readJson(path.join(dir, fileNames.pictures, fileNames.picturesIndex), picturesSchema);
}

/** The pictures that are there; what is none, or too large, is left out. */
export async function readPictures(dir: string): Promise<ReportPicture[]> {
  const { value } = await readIndex(dir);
  const read = (value?.pictures ?? []).map(async ({ title, file }): Promise<ReportPicture[]> => {
    const where = path.join(dir, fileNames.pictures, file);
    const png = await readWithin(where);
    return png === undefined ? [] : [{ title, file, png: png.toString('base64') }];
  });
  return (await Promise.all(read)).flat();
}

const signature = Buffer.from('89504e470d0a1a0a', 'hex');

async function readWithin(file: string): Promise<Buffer | undefined> {
  try {
    if ((await stat(file)).size > maxBytes) return undefined;
    const content = await readFile(file);
    return content.subarray(0, 8).equals(signature) ? content : undefined;
  } catch {
    // A picture that is gone is one that the report does not have.
    return undefined;
  }
}
