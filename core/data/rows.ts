/** Rows of test data out of the text of a CSV, JSON or NDJSON file. */
import { CsvError, parse as parseCsv } from 'csv-parse/browser/esm/sync';

/** A row by column. Values of CSV are texts; those of JSON are what they are. */
export type Row = Readonly<Record<string, unknown>>;

export type DataFormat = 'csv' | 'json' | 'ndjson';

export type RowsReading =
  | { readonly ok: true; readonly rows: readonly Row[]; readonly columns: readonly string[] }
  /** Why the text is no list of rows, as the end of a sentence about the file, with the line where that is known. */
  | { readonly ok: false; readonly reason: string };

/** The format that the name of a file tells; `undefined` where it tells none. */
export function formatOf(file: string): DataFormat | undefined {
  const extension = /\.([A-Za-z0-9]+)$/.exec(file)?.[1]?.toLowerCase();
  if (extension === 'jsonl') return 'ndjson';
  return extension === 'csv' || extension === 'json' || extension === 'ndjson' ? extension : undefined;
}

/**
 * Reads all rows. Never throws. Half a surrogate pair in a text becomes U+FFFD, since no request can carry it.
 * The columns are those that every row has.
 */
export function readRows(text: string, format: DataFormat): RowsReading {
  const reading = readers[format](text.startsWith('\ufeff') ? text.slice(1) : text);
  if (!reading.ok) return reading;
  const first = reading.values.findIndex((value) => !isRow(value));
  if (first !== -1) return { ok: false, reason: `has an entry ${first + 1} that is no object with columns` };
  const rows = reading.values.filter(isRow).map(wellFormedRow);
  if (rows.length === 0) return { ok: false, reason: 'has no rows' };
  return { ok: true, rows, columns: columnsOf(rows) };
}

type Values =
  | { readonly ok: true; readonly values: readonly unknown[] }
  | { readonly ok: false; readonly reason: string };

const readers: Readonly<Record<DataFormat, (text: string) => Values>> = {
  csv: readCsv,
  json: readJson,
  ndjson: readNdjson,
};

function readCsv(text: string): Values {
  try {
    const records = parseCsv(text, { skip_empty_lines: true });
    const [header = [], ...rows] = records;
    const repeated = header.find((column, index) => header.indexOf(column) !== index);
    if (repeated !== undefined) return { ok: false, reason: `has the column ${repeated} twice` };
    return {
      ok: true,
      values: rows.map((row) => rowFrom(header.map((column, index) => [column, row[index]]))),
    };
  } catch (error) {
    if (error instanceof CsvError) return { ok: false, reason: `is no proper CSV: ${error.message}` };
    throw error;
  }
}

function readJson(text: string): Values {
  const value = parseJson(text);
  if (!value.ok) return { ok: false, reason: `is no proper JSON: ${value.reason}` };
  if (!Array.isArray(value.value)) return { ok: false, reason: 'is JSON, but not a list of rows' };
  return { ok: true, values: value.value as unknown[] };
}

function readNdjson(text: string): Values {
  const values: unknown[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const value = parseJson(line);
    if (!value.ok) return { ok: false, reason: `is no proper JSON in line ${index + 1}: ${value.reason}` };
    values.push(value.value);
  }
  return { ok: true, values };
}

function parseJson(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, reason: error.message };
    throw error;
  }
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wellFormedRow(row: Row): Row {
  return rowFrom(Object.entries(row).map(([column, value]) => [column, wellFormed(value)]));
}

/** Defines each column as the row's own, `__proto__` included. */
function rowFrom(entries: readonly (readonly [string, unknown])[]): Row {
  return Object.fromEntries(entries);
}

function wellFormed(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd') : value;
}

function columnsOf(rows: readonly Row[]): string[] {
  const [first = {}, ...others] = rows;
  return Object.keys(first).filter((column) => others.every((row) => Object.hasOwn(row, column)));
}
