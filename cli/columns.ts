import { plain, type Terminal } from './terminal';

/** The first column to the left, figures to the right; a column without any figure is left out. */
export function printColumns(
  terminal: Terminal,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  if (rows.length === 0) return;
  const used = heads.map((_, column) => column === 0 || rows.some((row) => row[column] !== ''));
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => plain(row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? plain(cell).padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .filter((_, column) => used[column])
      .join('  ');
  terminal.say(`  ${terminal.style(line(heads), 'dim')}`);
  for (const row of rows) terminal.say(`  ${line(row)}`);
}
