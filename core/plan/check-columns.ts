/** Columns that a data file does not have, where the file can be read. */
import type { Check } from './check-context';
import { planProblem } from './problem-catalogue';
import { didYouMean } from './similar';
import { nodeAt, textOf } from './tree';

export const checkColumns: Check = ({ names, root, readColumns }) =>
  names.references.flatMap(({ kind, name, column }) => {
    if (kind !== 'data' || column === undefined) return [];
    const file = textOf(nodeAt(root, ['data', name, 'file']));
    const columns = file === undefined ? undefined : readColumns(file);
    if (file === undefined || columns === undefined || columns.includes(column.name)) return [];
    const hint = didYouMean(column.name, columns, column.range);
    const message = `\`${file}\` has no column \`${column.name}\` in every row${hint.text}`;
    return [planProblem('unknown-column', message, column.range, hint.fixes)];
  });
