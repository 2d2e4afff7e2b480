/** What happened in an iteration, in the words that the terminal and the editor share. */
import type { Excerpt, IterationAnswer, IterationCondition } from './iteration';

/** A value as a program would write it, on one line and cut short. */
export function valueWords(value: Excerpt | null, most = 60): string {
  if (value === null) return 'missing';
  const { text } = value;
  const shown = /^(?:-?\d|[[{]|true$|false$|null$)/.test(text) ? text : JSON.stringify(text);
  const line = shown.replace(/\s+/g, ' ');
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}

/** `200 in 41 ms`, or why there is no answer. */
export function answerWords({ status, error, tookMs }: IterationAnswer): string {
  const took = tookMs >= 10 ? Math.round(tookMs) : Math.round(tookMs * 10) / 10;
  const time = tookMs > 0 ? ` in ${took} ms` : '';
  return error !== '' && status === 0 ? `no answer${time}: ${error}` : `${status}${time}`;
}

/** `$.outcome = "failed"`: the values that decided a condition. */
export function comparedWords({ values }: IterationCondition): string {
  return values.map(({ name, value }) => `${name} = ${valueWords(value)}`).join(', ');
}

export function conditionMark({ key, held }: IterationCondition): '✓' | '✗' | '·' {
  if (held === true) return '✓';
  // What is waited for has only not come yet, and a branch is just not taken.
  return key === 'until' || key === 'if' ? '·' : '✗';
}

/** `success: $.outcome == "success" ($.outcome = "failed")` */
export function conditionWords(condition: IterationCondition): string {
  const { key, text, held } = condition;
  const compared = comparedWords(condition);
  const undecided = held === null ? ' is neither true nor false' : '';
  return `${key === '' ? '' : `${key}: `}${text}${undecided}${compared === '' ? '' : ` (${compared})`}`;
}
