/** The columns of a data file, for those who only ask what there is. */
import { formatOf, readRows } from './rows';

/** The start of a CSV file tells its columns; of other formats all rows have to be read. In bytes. */
const columnLimits = { csv: 64 * 1024, whole: 4 * 1024 * 1024 } as const;

/** How much of a file of this size has to be read; `undefined` where its columns are not told. */
export function bytesForColumns(file: string, size: number): number | undefined {
  const format = formatOf(file);
  if (format === undefined) return undefined;
  if (format === 'csv') return Math.min(size, columnLimits.csv);
  return size <= columnLimits.whole ? size : undefined;
}

/** @param isWhole whether the text is all of the file, and not only its start. */
export function columnsIn(file: string, text: string, isWhole: boolean): readonly string[] | undefined {
  const format = formatOf(file);
  if (format === undefined) return undefined;
  const reading = readRows(isWhole ? text : text.slice(0, text.lastIndexOf('\n') + 1), format);
  return reading.ok ? reading.columns : undefined;
}
