/** One phase of a report: what it was judged by, what was measured, and what saturated. */
import type { Capacity, GoalResult, Latency, PhaseResult, Saturation, StepSummary } from '../run/run';
import { failureCounts } from '../run/failure-words';
import { list, table, text, toneOf, type Block, type Cell, type Section } from './document';
import { inUnit, loadLevel, milliseconds, percentile, perSecond, share } from './figure-text';
import { profileSection } from './profile-section';
import { resourceTable } from './resource-rows';
import type { Report } from './report';
import { requestCells, requestHeads, taskCells, taskHeads } from './step-cells';

export function phaseSection(phase: PhaseResult, { charts, excerpts }: Report): Section {
  const own = charts.find((one) => one.phase === phase.name)?.charts ?? [];
  const drawn: Block[] = own.length === 0 ? [] : [{ kind: 'charts', charts: own }];
  const level = phase.level;
  const atLevel = level === undefined ? [] : [text(levelText(level))];
  const verdict = text({ text: `${phase.verdict}: ${phase.reason}`, tone: toneOf(phase.verdict) });
  const doubts =
    phase.validity.state === 'valid' ? [] : phase.validity.evidence.map(({ message }) => message);
  return {
    title: `Phase ${phase.name}`,
    blocks: [verdict, ...atLevel, ...list(doubts), ...goalTable(phase.goals)],
    sections: [
      ...(phase.capacity === undefined ? [] : [capacitySection(phase.capacity)]),
      ...section('Steps', stepTables(phase.steps)),
      ...section('Over the load', drawn),
      ...section('Resources', resourceTable(phase.resources ?? [])),
      ...(phase.saturation === undefined ? [] : [saturationSection(phase.saturation)]),
      ...(phase.profiles ?? []).map((profile) => profileSection(phase.name, profile, excerpts)),
    ],
  };
}

function section(title: string, blocks: readonly Block[]): Section[] {
  return blocks.length === 0 ? [] : [{ title, blocks }];
}

function levelText({ value, unit, from }: NonNullable<PhaseResult['level']>): string {
  return `At ${loadLevel(value, unit)}, ${from}.`;
}

function goalTable(goals: readonly GoalResult[]): Block[] {
  const rows = goals.map((goal): Cell[] => [
    goal.text,
    { text: goal.state === 'no-data' ? 'no answer' : goal.state, tone: toneOf(goal.state) },
    inUnit(goal.measured, goal.unit),
    String(goal.samples),
    goal.reason ?? '',
  ]);
  return table(['goal', 'state', 'measured', 'samples', 'how well it is known'], rows, [
    'state',
    'how well it is known',
  ]);
}

function capacitySection({ unit, lower, upper, brokeFirst, p95, plateau, trials }: Capacity): Section {
  const rows = trials.map((trial): Cell[] => [
    `${trial.number} ${trial.purpose}`,
    loadLevel(trial.level, unit),
    perSecond(trial.achieved),
    share(trial.errors),
    milliseconds(trial.p95),
    trial.held === true
      ? { text: 'held', tone: 'good' }
      : { text: trial.why ?? 'no answer', tone: trial.held === null ? 'warn' : 'bad' },
  ]);
  const holds =
    lower === null
      ? 'nothing'
      : `${loadLevel(lower, unit)}${p95 === null ? '' : `, p95 ${milliseconds(p95)}`}`;
  const breaks =
    upper === null ? 'not reached' : [loadLevel(upper, unit), brokeFirst].filter(Boolean).join(': ');
  const facts: [string, Cell][] = [
    ['Holds', holds],
    ['Breaks', breaks],
    ['Plateau', plateau.kind === 'knee' ? perSecond(plateau.delivered) : `not seen: ${plateau.reason}`],
  ];
  const heads = ['trial', 'load', 'achieved', 'failed', 'p95', 'outcome'];
  return { title: 'Capacity', blocks: [{ kind: 'facts', rows: facts }, ...table(heads, rows, ['outcome'])] };
}

function stepTables(steps: readonly StepSummary[]): Block[] {
  const rows = steps.map((step): Cell[] => [
    `${step.scenario}: ${step.step}`,
    ...requestCells(step),
    ...(['p50', 'p95', 'p99'] as const).map((name) => figure(step.latencyMs, name)),
    ...taskCells(step),
    ...[step.ttcMs, step.ttftMs, step.betweenMs].map((times) =>
      times === undefined ? '' : figure(times, 'p95'),
    ),
  ]);
  const heads = ['step', ...requestHeads, 'p50', 'p95', 'p99', ...taskHeads];
  const times = ['p95 to completion', 'p95 to first event', 'p95 between events'];
  return [...table([...heads, ...times], rows), ...errorTable(steps)];
}

/** Few samples make a figure that is set apart. */
function figure(times: Latency, name: 'p50' | 'p95' | 'p99'): Cell {
  const isRough = times.intervals?.[name]?.grade === 'rough';
  return isRough ? { text: percentile(times, name), tone: 'muted' } : percentile(times, name);
}

/** How requests failed: their statuses, and k6's codes where there was no answer. */
function errorTable(steps: readonly StepSummary[]): Block[] {
  const rows = steps.flatMap((one): Cell[][] => {
    const { scenario, step, failed, unfinished } = one;
    if (failed === 0) return [];
    const { answers, errors } = failureCounts(one);
    const left = unfinished === undefined ? '' : String(unfinished);
    return [[`${scenario}: ${step}`, String(failed), answers, errors, left]];
  });
  return table(['step', 'failed', 'answers by status', 'error codes', 'not ended'], rows, [
    'answers by status',
    'error codes',
  ]);
}

/** Rows of evidence that a reader still takes in at a glance. */
const maxEvidence = 12;

function saturationSection(saturation: Saturation): Section {
  const notes = list(saturation.notes.filter((note) => !saturation.message.startsWith(note)));
  if (saturation.kind === 'undetermined')
    return { title: 'What saturated first', blocks: [text(`Undetermined: ${saturation.message}`), ...notes] };
  const { evidence, from, unit, limit } = saturation;
  const every = Math.max(1, Math.ceil(evidence.length / maxEvidence));
  const shown = evidence.filter((_, at) => at % every === 0 || at === evidence.length - 1);
  const rows = shown.map((one): Cell[] => [
    loadLevel(one.load, from.unit),
    perSecond(one.delivered),
    one.used === null ? 'not read' : digits(one.used),
    one.used === null ? '' : share(one.used / limit),
  ]);
  const used = unit === 'cores' ? 'cores used' : 'used';
  const beside = table(['load', 'delivered', used, `of ${digits(limit)}`], rows);
  return { title: 'What saturated first', blocks: [text(saturation.message), ...notes, ...beside] };
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
