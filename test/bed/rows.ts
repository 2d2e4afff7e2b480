/** A figure with its truth, and how far from it the figure may be. */

export type Topic =
  | 'sums'
  | 'percentiles'
  | 'queues'
  | 'freeze'
  | 'tasks'
  | 'jobs'
  | 'limited'
  | 'drip'
  | 'cap'
  | 'collapse'
  | 'unfinished';

export interface Row {
  readonly topic: Topic;
  readonly what: string;
  readonly unit: 'ms' | '/s' | '';
  readonly truth: number;
  readonly measured: number;
  /** The figure is right when it lies between these, both allowed. */
  readonly low: number;
  readonly high: number;
}

export function isRight({ measured, low, high }: Row): boolean {
  return measured >= low && measured <= high;
}

/** A count that must be the same. */
export function equal(topic: Topic, what: string, truth: number, measured: number): Row {
  return { topic, what, unit: '', truth, measured, low: truth, high: truth };
}

/** A count or a rate that may be off by `slack` either way. */
export function within(
  topic: Topic,
  what: string,
  unit: Row['unit'],
  figures: { truth: number; measured: number; slack: number },
): Row {
  const { truth, measured, slack } = figures;
  return { topic, what, unit, truth, measured, low: truth - slack, high: truth + slack };
}

/** A bucket's middle is within 0.4 % of any value in it, and times are cut to microseconds. */
const bucketError = 0.004;
const cutMs = 0.01;

/** A time in milliseconds that is never shorter than the truth, and longer by at most `slackMs`. */
export function atLeast(
  topic: Topic,
  what: string,
  truth: number,
  measured: number | undefined,
  slackMs: number,
): Row {
  return {
    ...{ topic, what, unit: 'ms', truth, measured: measured ?? NaN },
    low: truth * (1 - bucketError) - cutMs,
    high: truth * (1 + bucketError) + cutMs + slackMs,
  };
}

const columns = [12, 38, 12, 12, 9] as const;

/** The table as text. The error is in percent of the truth, and in whole numbers where counts should be the same. */
export function printRows(rows: readonly Row[]): string {
  const head = ['topic', 'figure', 'truth', 'measured', 'error'];
  const body = rows.map((row) => [
    row.topic,
    row.what,
    figure(row.truth, row.unit),
    figure(row.measured, row.unit),
    errorOf(row) + (isRight(row) ? '' : ' ✗'),
  ]);
  return [head, ...body]
    .map((cells) =>
      cells
        .map((cell, index) =>
          index < 2 ? cell.padEnd(columns[index] ?? 0) : cell.padStart(columns[index] ?? 0),
        )
        .join(' '),
    )
    .join('\n');
}

function figure(value: number, unit: Row['unit']): string {
  if (unit === '') return String(value);
  return `${value.toFixed(unit === 'ms' ? 2 : 1)} ${unit}`;
}

function errorOf({ truth, measured, low, high }: Row): string {
  const difference = measured - truth;
  if (low === high || truth === 0) return difference === 0 ? '0' : difference.toPrecision(3);
  return `${((100 * difference) / truth).toFixed(2)} %`;
}
