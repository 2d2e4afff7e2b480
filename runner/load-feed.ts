/** Rows of test data, from a file beside or below the plan and from nowhere else. */
import { constants } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';

export interface FeedRows {
  readonly ok: true;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
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
  const parsed = parseRows(file, content.text);
  if (!parsed.ok) return parsed;
  if (parsed.rows.length === 0) return { ok: false, reason: 'has no rows' };
  for (const column of columns) {
    const index = parsed.rows.findIndex((row) => !Object.hasOwn(row, column));
    if (index >= 0) return { ok: false, reason: `has no column ${column} in row ${index + 1}` };
  }
  const rows = parsed.rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]])));
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

function parseRows(file: string, text: string): FeedReading {
  try {
    const rows = rowsOf(path.extname(file).toLowerCase(), text);
    if (!Array.isArray(rows) || !rows.every(isRow)) return { ok: false, reason: 'is not a list of rows' };
    return { ok: true, rows };
  } catch (error) {
    return { ok: false, reason: `cannot be understood: ${(error as Error).message}` };
  }
}

function rowsOf(extension: string, text: string): unknown {
  if (extension === '.json') return JSON.parse(text);
  if (extension === '.ndjson' || extension === '.jsonl') {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    return lines.map((line): unknown => JSON.parse(line));
  }
  return parseCsv(text, { columns: true, bom: true, skip_empty_lines: true });
}

function isRow(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
