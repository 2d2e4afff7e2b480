/** The result of a run for a terminal: figures per step, goals, and the verdict with its reasons. */
import type { GoalResult, Latency, PhaseResult, Run } from '../core/run/run';
import { failureCounts } from '../core/run/failure-words';
import { withPhases } from '../core/run/evidence-words';
import { inUnit, percentile } from '../core/report/figure-text';
import { requestCells, requestHeads, taskCells, taskHeads } from '../core/report/step-cells';
import { printCapacity } from './capacity-table';
import { printResources } from './resource-table';
import { printColumns, type Cell } from './columns';
import { printProfile } from './profile-table';
import { plain, type Terminal } from './terminal';
import { verdictStyle } from './verdict-style';

export function printResult(terminal: Terminal, dir: string, run: Run): void {
  for (const phase of run.phases) printPhase(terminal, phase);
  const { state, evidence } = run.validity;
  if (state !== 'valid') terminal.say(terminal.style(`The figures are ${state}:`, 'yellow'));
  for (const { message } of evidence) terminal.say(`  ${plain(withPhases(message, run))}`);
  terminal.say('');
  const verdict = terminal.style(` ${run.verdict.toUpperCase()} `, verdictStyle(run.verdict), 'bold');
  terminal.say(`${verdict} ${plain(run.reason)}`);
  terminal.say(dir);
  if (run.dashboard !== undefined)
    terminal.say(terminal.style(`Grafana, once it was pushed: ${plain(run.dashboard)}`, 'dim'));
}

function printPhase(terminal: Terminal, phase: PhaseResult): void {
  const { capacity, profiles } = phase;
  if (phase.steps.length + phase.goals.length === 0 && capacity === undefined && profiles === undefined)
    return;
  terminal.say('');
  terminal.say(terminal.style(phase.name, 'bold'));
  const rows = phase.steps.map((step) => [
    `${step.scenario}: ${step.step}`,
    ...requestCells(step),
    ...(['p50', 'p95', 'p99'] as const).map((name) => figure(step.latencyMs, name)),
    ...taskCells(step),
    ...[step.ttcMs, step.ttftMs, step.betweenMs, step.sessionMs].map((times) =>
      times === undefined ? '' : figure(times, 'p95'),
    ),
  ]);
  const times = ['p95 ttc', 'p95 ttft', 'p95 between', 'p95 session'];
  const heads = ['step', ...requestHeads, 'p50', 'p95', 'p99', ...taskHeads, ...times];
  printColumns(terminal, heads, rows);
  if (phase.steps.length > 0)
    terminal.say(
      terminal.style('  in brackets: 95 % intervals within this run, from 30 s on; grey: few samples', 'dim'),
    );
  for (const step of phase.steps) if (step.failed > 0) terminal.say(failureLine(step));
  if (phase.tokenRequests !== undefined)
    terminal.say(terminal.style(`  tokens renewed under the load: ${phase.tokenRequests}`, 'dim'));
  for (const goal of phase.goals) terminal.say(goalLine(terminal, goal));
  if (capacity !== undefined) printCapacity(terminal, capacity);
  printResources(terminal, phase);
  for (const profile of profiles ?? []) printProfile(terminal, profile);
}

/** Few samples make a figure that is set apart: grey. */
function figure(times: Latency, name: 'p50' | 'p95' | 'p99'): Cell {
  return { text: percentile(times, name), isFaint: times.intervals?.[name]?.grade === 'rough' };
}

function failureLine(step: PhaseResult['steps'][number]): string {
  const { answers, errors } = failureCounts(step);
  const told = [
    answers === '' ? 'no answers' : `answers ${answers}`,
    errors === '' ? '' : `errors ${errors}`,
  ];
  const name = plain(`${step.scenario}: ${step.step}`);
  return `  ${name}: ${step.failed} failed; ${told.filter((part) => part !== '').join('; ')}`;
}

function goalLine(terminal: Terminal, goal: GoalResult): string {
  const mark = { held: '✓', broken: '✗', 'no-data': '?' }[goal.state];
  const measured = goal.measured === null ? '' : ` measured ${inUnit(goal.measured, goal.unit)}`;
  const reason = goal.reason === undefined ? '' : ` (${plain(goal.reason)})`;
  const label = terminal.style(`${mark} ${goal.state.padEnd(7)}`, verdictStyle(goal.state));
  return `  ${label} ${plain(goal.text)}${terminal.style(`${measured}${reason}`, 'dim')}`;
}
