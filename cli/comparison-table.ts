/** What a comparison came to, for a terminal. */
import type { ComparisonVerdict } from '../core/measure/compare';
import type { PhaseComparison, FigureComparison } from '../core/measure/compare-phases';
import type { Comparison } from '../runner/compare-folders';
import { printColumns } from './columns';
import { comparisonWord } from '../core/report/comparison-word';
import { inUnit } from '../core/report/figure-text';
import { plain, type Style, type Terminal } from './terminal';

type Compared = Extract<Comparison, { kind: 'compared' }>;

const words: Readonly<Record<ComparisonVerdict, readonly [string, Style]>> = {
  slower: ['slower', 'red'],
  faster: ['faster', 'green'],
  equivalent: ['equivalent', 'green'],
  'no-evidence': ['no evidence', 'yellow'],
  'not-comparable': ['not comparable', 'yellow'],
};

export function printComparison(terminal: Terminal, comparison: Compared): void {
  for (const phase of comparison.phases) printPhase(terminal, phase);
  terminal.say('');
  terminal.say(summary(comparison));
}

function printPhase(terminal: Terminal, { phase, obstacle, figures }: PhaseComparison): void {
  terminal.say('');
  terminal.say(terminal.style(plain(phase), 'bold'));
  if (obstacle !== null) terminal.say(`  ${terminal.style('not comparable', 'yellow')}: ${plain(obstacle)}`);
  else if (figures.length === 0) terminal.say('  no run states a figure of it');
  const rows = figures.map((figure) => [
    stepOf(figure),
    figure.metric,
    inUnit(figure.baseline, figure.unit),
    inUnit(figure.candidate, figure.unit),
    comparisonWord(figure),
  ]);
  printColumns(terminal, ['step', 'figure', 'baseline', 'candidate', 'verdict'], rows);
  for (const figure of figures) {
    const label = terminal.style(comparisonWord(figure), words[figure.verdict][1]);
    const name = figure.step === '' ? figure.metric : `${figure.metric} of ${stepOf(figure)}`;
    terminal.say(`  ${label} ${plain(name)} ${terminal.style(plain(figure.reason), 'dim')}`);
  }
}

function stepOf({ scenario, step }: FigureComparison): string {
  return step === '' ? '' : `${scenario}: ${step}`;
}

function summary({ isWithinRuns, phases }: Compared): string {
  const figures = phases.flatMap((phase) => phase.figures);
  const count = (verdict: ComparisonVerdict): number =>
    figures.filter((figure) => figure.verdict === verdict).length;
  const parts = (Object.keys(words) as ComparisonVerdict[])
    .filter((verdict) => count(verdict) > 0)
    .map((verdict) => `${count(verdict)} ${words[verdict][0]}`);
  const told = parts.length === 0 ? 'nothing could be compared' : parts.join(', ');
  return isWithinRuns ? `Within these two runs: ${told}. Take five runs of each to tell more.` : `${told}.`;
}
