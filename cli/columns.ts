import { plain, type Terminal } from './terminal';

/** A text, or one that is set apart where it is faint. */
export type Cell = string | { readonly text: string; readonly isFaint: boolean };

/** The first column to the left, figures to the right; a column without any figure is left out. */
export function printColumns(
  terminal: Terminal,
  heads: readonly string[],
  rows: readonly (readonly Cell[])[],
): void {
  if (rows.length === 0) return;
  const used = heads.map((_, column) => column === 0 || rows.some((row) => textOf(row[column]) !== ''));
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => textOf(row[column]).length)),
  );
  const line = (cells: readonly Cell[]): string =>
    cells
      .map((cell, column) => {
        const text = textOf(cell);
        const width = widths[column] ?? 0;
        const padded = column === 0 ? text.padEnd(width) : text.padStart(width);
        return typeof cell === 'object' && cell.isFaint ? terminal.style(padded, 'dim') : padded;
      })
      .filter((_, column) => used[column])
      .join('  ');
  terminal.say(`  ${terminal.style(line(heads), 'dim')}`);
  for (const row of rows) terminal.say(`  ${line(row)}`);
}

function textOf(cell: Cell | undefined): string {
  return plain(typeof cell === 'object' ? cell.text : (cell ?? ''));
}
