/** A report laid out as sections, the most important first. */
import { changeFacts, comparisonSection, peakText } from './comparison-section';
import { list, table, text, textOf, toneOf, type Cell, type ReportDocument, type Section } from './document';
import { clock, loadLevel, milliseconds } from './figure-text';
import { methodSection } from './method-section';
import { phaseSection } from './phase-section';
import type { BaselineComparison, Report } from './report';
import { withPhases } from '../run/evidence-words';
import type { Capacity, Run, Saturation } from '../run/run';

export function reportDocument(report: Report): ReportDocument {
  const { run, comparison } = report;
  return {
    title: run.plan.name,
    verdict: { text: run.verdict.toUpperCase(), tone: toneOf(run.verdict) },
    sections: [
      summarySection(report),
      recommendationSection(report),
      // Whoever asked for a comparison wants it first.
      ...(comparison === null ? [] : [comparisonSection(comparison)]),
      ...run.phases.map((phase) => phaseSection(phase, report)),
      ...(report.pictures.length === 0 ? [] : [pictureSection(report)]),
      methodSection(report),
    ],
  };
}

function summarySection({ run, comparison, problems }: Report): Section {
  const { state, evidence } = run.validity;
  const figures: Cell =
    state === 'valid' ? 'valid' : { text: state, tone: state === 'invalid' ? 'bad' : 'warn' };
  const rows: [string, Cell][] = [
    ['Verdict', { text: run.verdict, tone: toneOf(run.verdict) }],
    ['Why', run.reason],
    ...capacityFacts(run),
    ...(comparison?.peaks ?? []).map((peak): [string, Cell] => [
      `Against the baseline (${peak.phase})`,
      peakText(peak),
    ]),
    ...(comparison === null ? [] : figureFacts(comparison)),
    ...run.phases.flatMap(({ name, saturation }): [string, Cell][] =>
      saturation === undefined ? [] : [[`Saturated first in ${name}`, saturationText(saturation)]],
    ),
    ['Goals', goalCounts(run)],
    ['Figures', figures],
    ['Started', startText(run)],
    ...dashboardFacts(run),
  ];
  const doubts = [...problems, ...evidence.map(({ message }) => withPhases(message, run))];
  return { title: 'Summary', blocks: [{ kind: 'facts', rows }, ...list(doubts)] };
}

function figureFacts(comparison: BaselineComparison): [string, Cell][] {
  const isCompared = comparison.phases.some(({ figures }) => figures.length > 0);
  const facts = changeFacts(comparison);
  if (facts.length === 0 && isCompared)
    return [['Against the baseline', { text: 'no evidence that any figure changed', tone: 'muted' }]];
  return facts.map(([phase, change]) => [`Against the baseline (${phase})`, change]);
}

function dashboardFacts({ dashboard }: Run): [string, Cell][] {
  return dashboard === undefined
    ? []
    : [['Dashboard in Grafana', { text: dashboard, to: { kind: 'page', url: dashboard } }]];
}

function pictureSection({ pictures }: Report): Section {
  const intro = text('Panels of the dashboard at the time of the run, as Grafana drew them.');
  return { title: 'Grafana', blocks: [intro, { kind: 'pictures', pictures }] };
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
    [`${peakNames[capacity.unit]} (${name})`, boundsText(capacity)],
    [`What broke first (${name})`, capacity.brokeFirst ?? 'not reached'],
  ]);
}

const peakNames = {
  'per-second': 'Maximum sustainable throughput',
  users: 'Most users it sustains',
} as const;

function boundsText({ unit, lower, upper, p95 }: Capacity): string {
  const none = unit === 'users' ? 'no number of users held' : 'no rate held';
  const holds = lower === null ? none : `holds ${loadLevel(lower, unit)}`;
  const cost = p95 === null || lower === null ? '' : ` with p95 ${milliseconds(p95)}`;
  const breaks = upper === null ? 'the limit was not reached' : `breaks at ${loadLevel(upper, unit)}`;
  return `${holds}${cost}; ${breaks}`;
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

/** For a title of a page. */
export function headline({ title, verdict }: ReportDocument): string {
  return `${title}: ${textOf(verdict)}`;
}
