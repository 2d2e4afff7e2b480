/** A report laid out as sections, the most important first. */
import { comparisonWord } from './comparison-word';
import { list, table, text, textOf, toneOf, type Cell, type ReportDocument, type Section } from './document';
import { clock, inUnit, milliseconds, perSecond } from './figure-text';
import { methodSection } from './method-section';
import { phaseSection } from './phase-section';
import type { BaselineComparison, Report } from './report';
import type { Capacity, Run, Saturation } from '../run/run';

export function reportDocument(report: Report): ReportDocument {
  const { run, comparison } = report;
  return {
    title: run.plan.name,
    verdict: { text: run.verdict.toUpperCase(), tone: toneOf(run.verdict) },
    sections: [
      summarySection(report),
      recommendationSection(report),
      ...run.phases.map((phase) => phaseSection(phase, report)),
      ...(comparison === null ? [] : [comparisonSection(comparison)]),
      methodSection(report),
    ],
  };
}

function summarySection({ run, problems }: Report): Section {
  const { state, evidence } = run.validity;
  const figures: Cell =
    state === 'valid' ? 'valid' : { text: state, tone: state === 'invalid' ? 'bad' : 'warn' };
  const rows: [string, Cell][] = [
    ['Verdict', { text: run.verdict, tone: toneOf(run.verdict) }],
    ['Why', run.reason],
    ...capacityFacts(run),
    ...run.phases.flatMap(({ name, saturation }): [string, Cell][] =>
      saturation === undefined ? [] : [[`Saturated first in ${name}`, saturationText(saturation)]],
    ),
    ['Goals', goalCounts(run)],
    ['Figures', figures],
    ['Started', startText(run)],
  ];
  const doubts = [...problems, ...evidence.map(({ message }) => message)];
  return { title: 'Summary', blocks: [{ kind: 'facts', rows }, ...list(doubts)] };
}

function startText({ startedMs, endedMs, environment }: Run): string {
  const where = environment === null ? '' : `, environment ${environment}`;
  return `${timeText(startedMs)}, for ${clock(endedMs - startedMs)}${where}`;
}

function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function capacityFacts({ phases }: Run): [string, Cell][] {
  const found = phases.flatMap(({ name, capacity }) => (capacity === undefined ? [] : [{ name, capacity }]));
  if (found.length === 0)
    return [['Maximum sustainable throughput', 'not searched for: no phase of this run has find']];
  return found.flatMap(({ name, capacity }): [string, Cell][] => [
    [`Maximum sustainable throughput (${name})`, boundsText(capacity)],
    [`What broke first (${name})`, capacity.brokeFirst ?? 'not reached'],
  ]);
}

function boundsText({ lower, upper, p95 }: Capacity): string {
  const holds = lower === null ? 'no rate held' : `${perSecond(lower)} holds`;
  const cost = p95 === null || lower === null ? '' : ` with p95 ${milliseconds(p95)}`;
  return `${holds}${cost}; ${upper === null ? 'the limit was not reached' : `${perSecond(upper)} breaks`}`;
}

function saturationText({ kind, message }: Saturation): Cell {
  return kind === 'saturated' ? message : { text: `undetermined: ${message}`, tone: 'muted' };
}

function goalCounts({ phases }: Run): string {
  const goals = phases.flatMap((phase) => phase.goals);
  if (goals.length === 0) return 'none';
  const count = (state: string): number => goals.filter((goal) => goal.state === state).length;
  const parts = [
    `${count('held')} held`,
    `${count('broken')} broken`,
    `${count('no-data')} without an answer`,
  ];
  return parts.filter((part) => !part.startsWith('0 ')).join(', ');
}

function recommendationSection({ recommendations }: Report): Section {
  const rows = recommendations.map(({ phase, text: advice, evidence }): Cell[] => [advice, phase, evidence]);
  const blocks = table(['what to do', 'phase', 'evidence'], rows, ['phase', 'evidence']);
  const none = text('None: nothing that was measured asks for a change.');
  return { title: 'Recommendations', blocks: blocks.length === 0 ? [none] : blocks };
}

function comparisonSection({ baseline, refusal, phases }: BaselineComparison): Section {
  const intro = text(
    `This run beside the baseline ${baseline}. One run a side tells only of these two runs.`,
  );
  if (refusal !== null)
    return { title: 'Comparison', blocks: [intro, text({ text: refusal, tone: 'warn' })] };
  const sections = phases.map(({ phase, obstacle, figures }): Section => {
    const rows = figures.map((figure): Cell[] => {
      const { verdict, metric, unit, reason } = figure;
      const isGood = verdict === 'faster' || verdict === 'equivalent';
      const word: Cell = {
        text: comparisonWord(figure),
        tone: verdict === 'slower' ? 'bad' : isGood ? 'good' : 'warn',
      };
      const step = figure.step === '' ? 'whole phase' : `${figure.scenario}: ${figure.step}`;
      return [step, metric, inUnit(figure.baseline, unit), inUnit(figure.candidate, unit), word, reason];
    });
    const heads = ['step', 'figure', 'baseline', 'this run', 'verdict', 'why'];
    const why = obstacle ?? (rows.length === 0 ? 'no run states a figure of it' : null);
    const blocks = why === null ? [] : [text({ text: `not comparable: ${why}`, tone: 'warn' })];
    return { title: phase, blocks: [...blocks, ...table(heads, rows, ['figure', 'verdict', 'why'])] };
  });
  return { title: 'Comparison', blocks: [intro], sections };
}

/** For a title of a page. */
export function headline({ title, verdict }: ReportDocument): string {
  return `${title}: ${textOf(verdict)}`;
}
