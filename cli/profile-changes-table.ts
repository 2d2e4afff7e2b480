/** What changed in profiles, for a terminal. */
import type { ProfileChange } from '../core/profile/profile-change';
import { isProvable, pointsText, verdictWord } from '../core/report/delta-text';
import { milliseconds, share } from '../core/report/figure-text';
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
  const isSure = isProvable(functions);
  return functions
    .slice(0, functionsTold)
    .map(({ name, total, totalPerRequest: cpu }) => [
      name,
      `${share(total.before)} → ${share(total.after)}`,
      pointsText(total),
      cpu === null || unit !== 'ns' ? '' : `${nanoseconds(cpu.before)} → ${nanoseconds(cpu.after)}`,
      verdictWord(total, isSure),
    ]);
}

function nanoseconds(ns: number): string {
  return milliseconds(ns / 1e6);
}
