/** A figure of a table beside the goal that it has to meet. */

export interface Claim {
  readonly what: string;
  readonly measured: number;
  readonly unit: 'share' | '/s' | 's' | 'MB' | 'bytes' | 'users' | '';
  /** Both allowed; without a goal the figure is only told. */
  readonly goal?: { readonly atLeast?: number; readonly atMost?: number };
}

export interface ClaimTable {
  readonly title: string;
  readonly claims: readonly Claim[];
}

export function isMet({ measured, goal }: Claim): boolean {
  if (goal === undefined) return true;
  return measured >= (goal.atLeast ?? -Infinity) && measured <= (goal.atMost ?? Infinity);
}

/** The table as Markdown, so that it can be shown, kept and compared as it is. */
export function printClaims({ title, claims }: ClaimTable): string {
  const rows = claims.map((claim) => [
    claim.what,
    figure(claim.measured, claim.unit),
    goalOf(claim),
    claim.goal === undefined ? '' : isMet(claim) ? '✓' : '✗',
  ]);
  return `### ${title}\n\n${markdownTable(['figure', 'measured', 'goal', ''], rows)}`;
}

/** @param rows as many cells each as there are heads. */
function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, i) =>
    Math.max(3, head.length, ...rows.map((row) => (row[i] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function goalOf({ goal, unit }: Claim): string {
  if (goal === undefined) return '';
  const { atLeast, atMost } = goal;
  if (atLeast === undefined) return `≤ ${figure(atMost ?? NaN, unit)}`;
  return atMost === undefined
    ? `≥ ${figure(atLeast, unit)}`
    : `${figure(atLeast, unit)} to ${figure(atMost, unit)}`;
}

function figure(value: number, unit: Claim['unit']): string {
  if (unit === 'share') return `${Number((value * 100).toFixed(2))} %`;
  const number = Number(value.toPrecision(value >= 1000 ? 5 : 4)).toLocaleString('en');
  return unit === '' || unit === '/s' ? number + unit : `${number} ${unit}`;
}
