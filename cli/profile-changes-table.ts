/** What changed in profiles, for a terminal. */
import type { Delta } from '../core/profile/compare-profiles';
import { milliseconds, share } from '../core/report/figure-text';
import type { ProfileChange } from '../runner/compare-recordings';
import { printColumns } from './columns';
import { plain, type Terminal } from './terminal';

/** The others changed less than these. */
const functionsTold = 10;

export function printProfileChanges(terminal: Terminal, changes: readonly ProfileChange[]): void {
  for (const change of changes) {
    terminal.say('');
    terminal.say(
      `${terminal.style(plain(change.target), 'bold')} in ${plain(change.phase)}, by ${change.tool}`,
    );
    for (const note of change.notes) terminal.say(`  ${terminal.style(plain(note), 'dim')}`);
    printColumns(terminal, ['function', 'total', 'change', 'CPU per request', 'verdict'], rowsOf(change));
  }
}

function rowsOf({ unit, functions }: ProfileChange): string[][] {
  const isSure = functions.some(({ total }) => total.interval !== null);
  return functions
    .slice(0, functionsTold)
    .map(({ name, total, totalPerRequest: cpu }) => [
      name,
      `${share(total.before)} → ${share(total.after)}`,
      pointsText(total),
      cpu === null || unit !== 'ns' ? '' : `${nanoseconds(cpu.before)} → ${nanoseconds(cpu.after)}`,
      verdictOf(total, isSure),
    ]);
}

function nanoseconds(ns: number): string {
  return milliseconds(ns / 1e6);
}

/** In points of the whole, with the interval that holds the true difference with 95 %. */
function pointsText({ difference, interval }: Delta): string {
  const points = (value: number): string => `${value > 0 ? '+' : ''}${(value * 100).toFixed(1)}`;
  const range = interval === null ? '' : ` (${points(interval.low)} to ${points(interval.high)})`;
  return `${points(difference)} points${range}`;
}

/** Without intervals nothing is proven, and a difference is only what was seen. */
function verdictOf({ before, after, verdict }: Delta, isSure: boolean): string {
  if (verdict === 'no-evidence') return isSure ? 'no evidence of change' : 'seen once, which proves nothing';
  if (after === 0) return 'gone';
  return before === 0 ? 'new' : verdict;
}
