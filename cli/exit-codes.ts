/** What the program tells its caller by its exit code; documented in docs/cli.md. */
import type { Verdict } from '../core/run/run';

export const exitCodes = {
  pass: 0,
  fail: 1,
  usage: 2,
  'no-data': 3,
  incomplete: 4,
  aborted: 5,
  'tool-error': 6,
  'not-approved': 7,
} as const satisfies Readonly<Record<Verdict | 'usage' | 'not-approved', number>>;

export function exitCodeOf(verdict: Verdict): number {
  return exitCodes[verdict];
}
