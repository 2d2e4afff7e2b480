/** A run beside its baseline: the peaks, where the time goes, and every figure. */
import type { FigureComparison } from '../measure/compare-phases';
import type { Delta } from '../profile/compare-profiles';
import type { ProfileChange } from '../profile/profile-change';
import { comparisonWord } from './comparison-word';
import type { PeakBounds, PeakComparison } from './compare-peaks';
import { isProvable, pointsText, verdictWord } from './delta-text';
import { table, text, type Block, type Cell, type Section, type Tone } from './document';
import { inUnit, loadLevel, milliseconds, share } from './figure-text';
import type { BaselineComparison } from './report';

export function comparisonSection({
  baseline,
  isWithinRuns,
  refusal,
  peaks,
  profiles,
  phases,
}: BaselineComparison): Section {
  const only = isWithinRuns ? ' One run a side tells only of these runs.' : '';
  const intro = text(`This run beside ${baseline}.${only}`);
  const title = 'Against the baseline';
  const beside = [...peakTable(peaks), ...(refusal === null ? [] : [text({ text: refusal, tone: 'warn' })])];
  return {
    title,
    blocks: [intro, ...beside],
    sections: [...profiles.map(profileSection), ...phases.map(phaseSection)],
  };
}

const peakWords: Readonly<Record<PeakComparison['verdict'], { readonly word: string; readonly tone: Tone }>> =
  {
    higher: { word: 'higher in these runs', tone: 'good' },
    lower: { word: 'lower in these runs', tone: 'bad' },
    'no-evidence': { word: 'no evidence', tone: 'warn' },
    'not-comparable': { word: 'not comparable', tone: 'warn' },
  };

function peakTable(peaks: readonly PeakComparison[]): Block[] {
  const rows = peaks.map(({ phase, baseline, candidate, verdict, reason }): Cell[] => {
    const { word, tone } = peakWords[verdict];
    return [
      `peak of ${phase}`,
      rangeText(baseline),
      milliseconds(baseline.p95),
      rangeText(candidate),
      milliseconds(candidate.p95),
      { text: word, tone },
      reason,
    ];
  });
  const heads = ['capacity', 'baseline', 'p95 there', 'this run', 'p95 there', 'verdict', 'why'];
  return table(heads, rows, ['verdict', 'why']);
}

/** `8.0/s to 11.3/s`: what holds, and what breaks. */
function rangeText({ unit, lower, upper }: PeakBounds): string {
  const level = (value: number): string => loadLevel(value, unit);
  if (lower === null) return upper === null ? 'not found' : `below ${level(upper)}`;
  return upper === null ? `${level(lower)} or more` : `${level(lower)} to ${level(upper)}`;
}

/** For the summary, in one line for each peak. */
export function peakText({ baseline, candidate, verdict }: PeakComparison): Cell {
  const p95 = (of: PeakBounds): string => (of.p95 === null ? '' : `, p95 ${milliseconds(of.p95)}`);
  const { word, tone } = peakWords[verdict];
  const sides = `${rangeText(baseline)}${p95(baseline)} before; ${rangeText(candidate)}${p95(candidate)} now`;
  return { text: `${word}: ${sides}`, tone };
}

/** The others are in the section. */
const figuresTold = 3;

/** For the summary, in one line for each phase: the figures of which it is proven that they differ. */
export function changeFacts({ phases, isWithinRuns }: BaselineComparison): [phase: string, Cell][] {
  return phases.flatMap(({ phase, figures }): [string, Cell][] => {
    const proven = figures.filter(({ verdict }) => verdict === 'faster' || verdict === 'slower');
    if (proven.length === 0) return [];
    const told = proven.slice(0, figuresTold).map((figure) => figureText(figure, isWithinRuns));
    const left = proven.length - told.length;
    const text = [...told, ...(left > 0 ? [`${left} more`] : [])].join('; ');
    return [[phase, { text, tone: proven.some(({ verdict }) => verdict === 'slower') ? 'bad' : 'good' }]];
  });
}

function figureText(figure: FigureComparison, isWithinRuns: boolean): string {
  const { metric, unit, baseline, candidate } = figure;
  const sides = `${inUnit(baseline, unit)} before, ${inUnit(candidate, unit)} now`;
  const word = `${comparisonWord(figure)}${isWithinRuns ? ' in these runs' : ''}`;
  return `${metric} of ${stepText(figure)} ${word}: ${sides}`;
}

function stepText({ scenario, step }: FigureComparison): string {
  return step === '' ? 'the whole phase' : `${scenario}: ${step}`;
}

/** The others changed less than these. */
const functionsTold = 10;

function profileSection({ phase, target, tool, notes, functions }: ProfileChange): Section {
  const isSure = isProvable(functions);
  const rows = functions
    .slice(0, functionsTold)
    .map(({ name, file, total }): Cell[] => [
      name,
      share(total.before),
      share(total.after),
      pointsText(total),
      { text: verdictWord(total, isSure), tone: toneOf(total) },
      file,
    ]);
  const told = [...notes.map(sentence), 'Shares of the time with all that is called.'].join(' ');
  return {
    title: `Where the time of ${target} goes in ${phase}, by ${tool}`,
    blocks: [
      ...table(['function', 'baseline', 'this run', 'change', 'verdict', 'in'], rows, ['verdict', 'in']),
      text({ text: told, tone: 'muted' }),
    ],
  };
}

function toneOf({ verdict }: Delta): Tone {
  if (verdict === 'no-evidence') return 'warn';
  return verdict === 'shrank' ? 'good' : 'bad';
}

function sentence(note: string): string {
  return `${note.slice(0, 1).toUpperCase()}${note.slice(1)}.`;
}

function phaseSection({ phase, obstacle, figures }: BaselineComparison['phases'][number]): Section {
  const rows = figures.map((figure): Cell[] => {
    const { verdict, metric, unit, reason } = figure;
    const isGood = verdict === 'faster' || verdict === 'equivalent';
    const word: Cell = {
      text: comparisonWord(figure),
      tone: verdict === 'slower' ? 'bad' : isGood ? 'good' : 'warn',
    };
    return [
      stepText(figure),
      metric,
      inUnit(figure.baseline, unit),
      inUnit(figure.candidate, unit),
      word,
      reason,
    ];
  });
  const heads = ['step', 'figure', 'baseline', 'this run', 'verdict', 'why'];
  const why = obstacle ?? (rows.length === 0 ? 'no run states a figure of it' : null);
  const blocks = why === null ? [] : [text({ text: `not comparable: ${why}`, tone: 'warn' })];
  return { title: phase, blocks: [...blocks, ...table(heads, rows, ['figure', 'verdict', 'why'])] };
}
