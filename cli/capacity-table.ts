/** What a search found, for a terminal: each trial, and the bounds. */
import type { Capacity, TrialResult } from '../core/run/run';
import { printColumns } from './columns';
import { milliseconds, perSecond, share } from '../core/report/figure-text';
import { plain, type Terminal } from './terminal';

export function printCapacity(terminal: Terminal, capacity: Capacity): void {
  const rows = capacity.trials.map((trial) => [
    `${trial.number} ${trial.purpose}`,
    perSecond(trial.rate),
    perSecond(trial.achieved),
    share(trial.errors),
    milliseconds(trial.p95),
    outcome(trial),
  ]);
  printColumns(terminal, ['trial', 'rate', 'achieved', 'failed', 'p95', ''], rows);
  const p95 = capacity.p95 === null ? '' : `, p95 ${milliseconds(capacity.p95)}`;
  terminal.say(`  holds:   ${capacity.lower === null ? 'nothing' : `${perSecond(capacity.lower)}${p95}`}`);
  const brokeFirst = capacity.brokeFirst === null ? '' : `: ${plain(capacity.brokeFirst)}`;
  const upper = capacity.upper === null ? 'not reached' : `${perSecond(capacity.upper)}${brokeFirst}`;
  terminal.say(`  breaks:  ${upper}`);
  const { plateau } = capacity;
  const isKnee = plateau.kind === 'knee';
  terminal.say(
    `  plateau: ${isKnee ? perSecond(plateau.delivered) : `not reached: ${plain(plateau.reason)}`}`,
  );
  if (capacity.explanation !== undefined) terminal.say(`  why:     ${plain(capacity.explanation.reason)}`);
}

function outcome({ held, why }: TrialResult): string {
  return held === true ? 'held' : (why ?? '');
}
