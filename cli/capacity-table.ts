/** What a search found, for a terminal: each trial, and the bounds. */
import type { Capacity, TrialResult } from '../core/run/run';
import { printColumns } from './columns';
import { loadLevel, milliseconds, perSecond, share } from '../core/report/figure-text';
import { plain, type Terminal } from './terminal';

export function printCapacity(terminal: Terminal, capacity: Capacity): void {
  const { unit } = capacity;
  const rows = capacity.trials.map((trial) => [
    `${trial.number} ${trial.purpose}`,
    loadLevel(trial.level, unit),
    perSecond(trial.achieved),
    share(trial.errors),
    milliseconds(trial.p95),
    outcome(trial),
  ]);
  printColumns(terminal, ['trial', 'load', 'achieved', 'failed', 'p95', ''], rows);
  const p95 = capacity.p95 === null ? '' : `, p95 ${milliseconds(capacity.p95)}`;
  terminal.say(
    `  holds:   ${capacity.lower === null ? 'nothing' : `${loadLevel(capacity.lower, unit)}${p95}`}`,
  );
  const brokeFirst = capacity.brokeFirst === null ? '' : `: ${plain(capacity.brokeFirst)}`;
  const upper = capacity.upper === null ? 'not reached' : `${loadLevel(capacity.upper, unit)}${brokeFirst}`;
  terminal.say(`  breaks:  ${upper}`);
  const { plateau } = capacity;
  const isKnee = plateau.kind === 'knee';
  terminal.say(`  plateau: ${isKnee ? perSecond(plateau.delivered) : `not seen: ${plain(plateau.reason)}`}`);
  if (capacity.explanation !== undefined) terminal.say(`  why:     ${plain(capacity.explanation.reason)}`);
}

function outcome({ held, why }: TrialResult): string {
  return held === true ? 'held' : (why ?? '');
}
