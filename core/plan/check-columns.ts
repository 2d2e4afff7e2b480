/** Columns that a data file does not have, where the file can be read. */
import { t } from '@vscode/l10n';
import type { Check, ReadColumns } from './check-context';
import { planProblem } from './problem-catalogue';
import { didYouMean } from './similar';
import { childOf, entriesOf, nodeAt, textOf, type PlanNode } from './tree';

export const checkColumns: Check = ({ names, root, readColumns }) =>
  names.references.flatMap(({ kind, name, column }) => {
    if (kind !== 'data' || column === undefined) return [];
    const file = textOf(nodeAt(root, ['data', name, 'file']));
    const columns = file === undefined ? undefined : readColumns(file);
    if (file === undefined || columns === undefined || columns.includes(column.name)) return [];
    const hint = didYouMean(column.name, columns, column.range);
    const message = t`\`${file}\` has no column \`${column.name}\` in every row${hint.text}`;
    return [planProblem('unknown-column', message, column.range, hint.fixes)];
  });

export function columnsOf(
  root: PlanNode,
  read: ReadColumns,
): ReadonlyMap<string, readonly string[] | undefined> {
  const files = entriesOf(childOf(root, 'data')).map(({ value }) => textOf(childOf(value, 'file')));
  return new Map(files.filter((file) => file !== undefined).map((file) => [file, read(file)]));
}
