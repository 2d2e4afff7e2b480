/** Limits for a goal that is being written: what the last runs measured of its subject, and nothing that they did not. */
import { t } from '@vscode/l10n';
import { figureInWords } from '../../core/measure/figure';
import { parseGoal, printSubject, type Goal, type GoalOperator } from '../../core/plan/expression';
import { formatDuration } from '../../core/plan/units';
import type { PhaseHistory, PhaseOutcome, ToldStep } from '../../protocol/language';

export interface OfferedLimit {
  /** As it stands in a goal. */
  readonly text: string;
  /** Where it is from. */
  readonly detail: string;
}

/** The whole family of figures in which goals are written. */
type Unit = PhaseOutcome['goals'][number]['unit'];

/** @param before the goal up to the limit: `p95(browse) in load < `. */
export function measuredLimits(before: string, histories: readonly PhaseHistory[]): readonly OfferedLimit[] {
  const { goal } = parseGoal(`${before.replace(/^\s*["']/, '')} baseline`);
  if (goal === undefined) return [];
  const measured = histories
    .filter(({ phase }) => goal.phase === undefined || phase === goal.phase.name)
    .flatMap((history) => limitsOf(goal, history));
  const baseline = goal.operator.startsWith('>') ? 'baseline - 10%' : 'baseline + 10%';
  return [
    ...measured,
    { text: 'baseline', detail: t('the pinned runs of the phase') },
    { text: baseline, detail: t('the pinned runs of the phase, with room for noise') },
  ].filter((one, index, all) => all.findIndex(({ text }) => text === one.text) === index);
}

/** The figure of the last run, then the one that all told runs would have held. */
function limitsOf(goal: Goal, history: PhaseHistory): OfferedLimit[] {
  const { phase, environment, runs } = history;
  const [last] = runs;
  const subject = printSubject(goal);
  const newest = (last && measuredBy(last, subject)) ?? stepFigure(goal, history);
  if (last === undefined || newest === undefined) return [];
  const where = environment === null ? phase : t`${phase} with ${environment}`;
  const say = (value: number): string => figureInWords(value, newest.unit);
  // A search by another unit found something else.
  const values = runs
    .flatMap((run) => measuredBy(run, subject) ?? [])
    .filter(({ unit }) => unit === newest.unit);
  const offers = [offer(goal, newest, t`${say(newest.value)} in the last run of ${where} (${last.runId})`)];
  if (values.length < 2) return offers;
  const isUpper = goal.operator.startsWith('<');
  const figures = values.map(({ value }) => value);
  const worst = isUpper ? Math.max(...figures) : Math.min(...figures);
  const what = isUpper
    ? t`the most in ${values.length} runs of ${where}`
    : t`the least in ${values.length} runs of ${where}`;
  return [...offers, offer(goal, { ...newest, value: worst }, `${say(worst)}, ${what}`)];
}

interface Measured {
  readonly value: number;
  readonly unit: Unit;
}

/** What a goal on the same subject came to, whatever its limit. */
function measuredBy({ goals, capacity }: PhaseOutcome, subject: string): Measured | undefined {
  if (subject === 'capacity') return capacity ?? undefined;
  for (const { text, measured, unit } of goals) {
    const { goal } = parseGoal(text);
    if (measured !== null && goal !== undefined && printSubject(goal) === subject)
      return { value: measured, unit };
  }
  return undefined;
}

/** Percentiles of several steps make no percentile of their scenario: a scenario has a figure where it has one step. */
function stepFigure({ metric, time, count, scenario, step }: Goal, { steps = [] }: PhaseHistory) {
  if (scenario === undefined || time !== undefined || count !== undefined) return undefined;
  const own = steps.filter((one) => one.scenario === scenario.name);
  const told = step === undefined ? own : own.filter((one) => one.step === step.name);
  const [only, ...more] = told;
  return only === undefined || more.length > 0 ? undefined : figureOf(metric, only);
}

function figureOf(metric: Goal['metric'], step: ToldStep): Measured | undefined {
  if (metric.kind === 'errors')
    return step.requests === 0 ? undefined : { value: step.failed / step.requests, unit: 'share' };
  const key = metric.kind === 'percentile' ? `p${metric.percentile}` : metric.kind;
  if (key !== 'p50' && key !== 'p90' && key !== 'p95' && key !== 'p99' && key !== 'mean' && key !== 'max')
    return undefined;
  const value = step[key];
  return value === null ? undefined : { value, unit: 'ms' };
}

/** Rounded so that what was measured would have held. */
function offer({ operator }: Goal, { value, unit }: Measured, detail: string): OfferedLimit {
  if (unit === 'ms') return { text: formatDuration(beyond(value, operator)), detail };
  if (unit === 'per-second') return { text: `${Math.max(0, beyond(value, operator))}/s`, detail };
  if (unit === 'users') return { text: String(Math.max(0, beyond(value, operator))), detail };
  const tenths = beyond(value * 1000, operator);
  return { text: `${Math.min(1000, Math.max(0, tenths)) / 10}%`, detail };
}

/** The next whole number at which the value holds. */
function beyond(value: number, operator: GoalOperator): number {
  const exact = Number(value.toFixed(6));
  switch (operator) {
    case '<':
      return Math.floor(exact) + 1;
    case '<=':
      return Math.ceil(exact);
    case '>':
      return Math.ceil(exact) - 1;
    case '>=':
      return Math.floor(exact);
  }
}
