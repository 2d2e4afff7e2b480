/** Rows of test data, from a file beside or below the plan and from nowhere else. */
import { formatOf, readRows, type Row } from '../core/data/rows';
import { readWithin } from './read-within';

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
  const reading = await readWithin(planFolder, file, maxFeedBytes);
  if (!reading.ok) return reading;
  const format = formatOf(file);
  if (format === undefined) return { ok: false, reason: 'is no .csv, .json or .ndjson file' };
  const table = readRows(reading.content.toString('utf8'), format);
  if (!table.ok) return table;
  const missing = columns.find((column) => !table.columns.includes(column));
  if (missing !== undefined) return { ok: false, reason: `has no column ${missing} in every row` };
  const rows = table.rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]])));
  return { ok: true, rows };
}
