/** Rows of test data, from a file beside or below the plan and from nowhere else. */
import { constants } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { formatOf, readRows, type Row } from '../core/data/rows';

interface FeedRows {
  readonly ok: true;
  readonly rows: readonly Row[];
}

export type FeedReading = FeedRows | { readonly ok: false; readonly reason: string };

/** Rows are held in memory by the runner, and again by k6. */
const maxFeedBytes = 64 * 1024 * 1024;

/**
 * @param file as the plan names it, relative to the folder of the plan.
 * @param columns those that are read; rows are cut down to them.
 */
export async function loadFeed(
  planFolder: string,
  file: string,
  columns: readonly string[],
): Promise<FeedReading> {
  const content = await readWithin(planFolder, file);
  if (!content.ok) return content;
  const format = formatOf(file);
  if (format === undefined) return { ok: false, reason: 'is no .csv, .json or .ndjson file' };
  const reading = readRows(content.text, format);
  if (!reading.ok) return reading;
  const missing = columns.find((column) => !reading.columns.includes(column));
  if (missing !== undefined) return { ok: false, reason: `has no column ${missing} in every row` };
  const rows = reading.rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]])));
  return { ok: true, rows };
}

type Content = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** Links are followed first, so that what is judged is what is opened. */
async function readWithin(folder: string, file: string): Promise<Content> {
  try {
    const root = await realpath(folder);
    const real = await realpath(path.resolve(root, file));
    const below = path.relative(root, real);
    if (path.isAbsolute(below) || below === '..' || below.startsWith(`..${path.sep}`)) {
      return { ok: false, reason: 'is outside the folder of the plan' };
    }
    // Without waiting, since a named pipe would never answer.
    const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return await readBounded(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { ok: false, reason: `cannot be read: ${(error as Error).message}` };
  }
}

async function readBounded(handle: FileHandle): Promise<Content> {
  const stat = await handle.stat();
  if (!stat.isFile()) return { ok: false, reason: 'is not a plain file' };
  if (stat.size > maxFeedBytes) return { ok: false, reason: 'is larger than 64 MiB' };
  return { ok: true, text: await handle.readFile('utf8') };
}
