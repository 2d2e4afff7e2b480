/** What the components used beside the load, and what saturated first, for a terminal. */
import type { PhaseResult, Saturation } from '../core/run/run';
import { ownHeads, ownRows, resourceHeads, resourceRows } from '../core/report/resource-rows';
import { printColumns } from './columns';
import { plain, type Terminal } from './terminal';

export function printResources(terminal: Terminal, { saturation, resources = [] }: PhaseResult): void {
  printColumns(terminal, resourceHeads, resourceRows(resources));
  printColumns(terminal, ownHeads, ownRows(resources));
  if (saturation !== undefined) printSaturation(terminal, saturation);
}

function printSaturation(terminal: Terminal, saturation: Saturation): void {
  const isFound = saturation.kind === 'saturated';
  const label = isFound
    ? terminal.style('saturated first:', 'yellow')
    : 'what saturated first is undetermined:';
  terminal.say(`  ${label} ${plain(saturation.message)}`);
  for (const note of saturation.notes.filter((each) => !saturation.message.startsWith(each)))
    terminal.say(terminal.style(`    ${plain(note)}`, 'dim'));
}
