/** The results of finished runs as lenses and hovers say them. Nothing is said that the figures do not carry. */
import { t } from '@vscode/l10n';
import { changeBetween, type Change } from '../../core/measure/change-between';
import { figureInWords, levelInWords, milliseconds, percent } from '../../core/measure/figure';
import { parseGoal, printGoal, type Goal } from '../../core/plan/expression';
import type { PhaseHistory, PhaseOutcome, ToldPercentile } from '../../protocol/language';

const icons: Readonly<Record<PhaseOutcome['verdict'], string>> = {
  pass: '$(pass)',
  fail: '$(error)',
  'no-data': '$(question)',
  incomplete: '$(warning)',
  aborted: '$(debug-stop)',
  'tool-error': '$(tools)',
};

/** `$(pass) p95 62 ms · p99 84 ms, +6 % – no evidence`: the last run of a phase, whatever its environment. */
export function lensOfHistory({
  environment,
  runs,
}: PhaseHistory): { title: string; runId: string } | undefined {
  const [last, before] = runs;
  if (last === undefined) return undefined;
  const parts = [
    ...(last.verdict === 'pass' ? [] : [last.verdict]),
    ...figuresOf(last, before),
    ...(environment === null ? [] : [environment]),
  ];
  return { title: `${icons[last.verdict]} ${parts.join(' · ') || last.verdict}`, runId: last.runId };
}

/** The change stands with the figure that is hardest to keep, where both runs have it. */
function figuresOf(last: PhaseOutcome, before: PhaseOutcome | undefined): string[] {
  const { capacity } = last;
  if (capacity !== null) return [t`holds ${levelInWords(capacity.value, capacity.unit)}`];
  const on = last.p99 !== null && before?.p99 !== null ? 'p99' : 'p95';
  const say = (name: 'p95' | 'p99', figure: ToldPercentile | null): string[] => {
    if (figure === null) return [];
    const change = name === on && before !== undefined ? sayChange(last, before, name) : '';
    return [`${name} ${milliseconds(figure.ms)}${change}`];
  };
  return [...say('p95', last.p95), ...say('p99', last.p99)];
}

const words = (): Readonly<Record<Change['verdict'], string>> => ({
  faster: t('faster'),
  slower: t('slower'),
  equivalent: t('as before'),
  'no-evidence': t('no evidence'),
  'not-comparable': t('not comparable'),
});

function sayChange(last: PhaseOutcome, before: PhaseOutcome, name: 'p95' | 'p99'): string {
  const [now, then] = [last[name], before[name]];
  const change = now === null || then === null ? undefined : changeBetween(then, now);
  if (change === undefined) return '';
  const share = percent(Math.round(Math.abs(change.ratio - 1) * 100) / 100);
  const verdict = whyNotComparable(last, before) === undefined ? change.verdict : 'not-comparable';
  return `, ${change.ratio >= 1 ? '+' : '-'}${share} – ${words()[verdict]}`;
}

function whyNotComparable(last: PhaseOutcome, before: PhaseOutcome): string | undefined {
  if (last.unfit !== null) return last.unfit;
  if (before.unfit !== null) return t`Of the run before, ${before.unfit}`;
  if (last.machine !== before.machine) return t('the run before was made on another machine');
  if (last.planSha256 !== before.planSha256) return t('the plan has changed since the run before');
  return undefined;
}

/** Lines of a hover on a phase, in Markdown. */
export function describeHistory({ environment, step, runs }: PhaseHistory): string[] {
  const [last, before] = runs;
  if (last === undefined) return [];
  const where = environment === null ? '' : t` in ${inCode(environment)}`;
  const figures = figuresOf(last, before);
  const of = last.capacity === null && step !== '' && figures.length > 0 ? ` (${inCode(step)})` : '';
  const lines = [t`Last run${where}: **${last.verdict}**${list(figures)}${of}. ${inText(last.reason)}`];
  const why = before && whyNotComparable(last, before);
  if (why !== undefined) lines.push(t`Not comparable: ${inText(why)}`);
  const course = last.capacity === null ? courseOf('p99', runs) : courseOf('capacity', runs);
  return course === undefined ? lines : [...lines, course];
}

function list(figures: readonly string[]): string {
  return figures.length === 0 ? '' : `, ${figures.join(' · ')}`;
}

function courseOf(figure: 'p99' | 'capacity', runs: readonly PhaseOutcome[]): string | undefined {
  const read = (run: PhaseOutcome, name: 'p95' | 'p99'): number | null => run[name]?.ms ?? null;
  if (figure === 'capacity') return courseOfCapacity(runs);
  const name = runs[0]?.p99 === null ? 'p95' : 'p99';
  return sayCourse(
    name,
    runs.map((run) => read(run, name)),
    milliseconds,
  );
}

/** Of the runs that searched by the unit of the last one: those by another are no part of its course. */
function courseOfCapacity(runs: readonly PhaseOutcome[]): string | undefined {
  const unit = runs[0]?.capacity?.unit ?? 'per-second';
  const values = runs.map(({ capacity }) => (capacity?.unit === unit ? capacity.value : null));
  return sayCourse('capacity', values, (value) => levelInWords(value, unit));
}

/** Lines of a hover on a goal: what it came to in the last run of each environment and phase. */
export function describeGoalHistory(goal: Goal, histories: readonly PhaseHistory[]): string[] {
  const printed = printGoal(goal);
  return histories.flatMap(({ phase, environment, runs }) => {
    const answers = runs.map(({ goals }) => goals.find(({ text }) => isSameGoal(text, printed)));
    const [last] = answers;
    if (last === undefined) return [];
    const where = environment === null ? inCode(phase) : t`${inCode(phase)} with ${inCode(environment)}`;
    const measured = last.measured === null ? '' : `: ${figureInWords(last.measured, last.unit)}`;
    const reason = last.reason === undefined ? '' : `${measured === '' ? ': ' : ', '}${inText(last.reason)}`;
    const state = last.state === 'no-data' ? t('no answer') : last.state;
    const course = sayCourse(
      '',
      answers.map((answer) => answer?.measured ?? null),
      (value) => figureInWords(value, last.unit),
    );
    const told = t`Last run of ${where}: **${state}**${measured}${reason}`;
    return course === undefined ? [told] : [told, course];
  });
}

function isSameGoal(text: string, printed: string): boolean {
  const { goal } = parseGoal(text);
  return goal !== undefined && printGoal(goal) === printed;
}

const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** One value tells no course. @param values newest first; `null` where a run has none. */
function sayCourse(
  name: string,
  values: readonly (number | null)[],
  say: (value: number) => string,
): string | undefined {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return undefined;
  const most = Math.max(...known);
  const range = t`${say(Math.min(...known))} to ${say(most)}`;
  const what = name === '' ? '' : `${name}, `;
  return `${sparkline(values.toReversed())} ${what}${t`oldest to newest: ${range}`}`;
}

/** A row of blocks whose heights count from zero, so that noise does not look like change; a dot is a gap. */
export function sparkline(values: readonly (number | null)[]): string {
  const most = Math.max(0, ...values.filter((value) => value !== null));
  return values
    .map((value) => {
      if (value === null) return '·';
      const height = most > 0 ? Math.round((value / most) * (blocks.length - 1)) : 0;
      return blocks[height] ?? blocks[0];
    })
    .join('');
}

/** What a plan or a tool has put into a text must not become markup. */
function inCode(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll('\n', ' ')}\``;
}

function inText(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#!|~]/g, '\\$&').replaceAll('\n', ' ');
}
