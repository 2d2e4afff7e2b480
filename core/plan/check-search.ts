/** A search for the capacity: its levels, their unit, and that something can end it. */
import { t } from '@vscode/l10n';
import { kneeLevels } from '../measure/knee';
import type { Fix, Problem } from '../problems';
import { addToMap } from './add-entries';
import { keyRange, valueRange, type CheckContext } from './check-context';
import { planProblem } from './problem-catalogue';
import type { FindPhase, LoadLevel } from './schema';
import { entryOf, nodeAt } from './tree';

export function checkSearch(context: CheckContext, name: string, phase: FindPhase): Problem[] {
  const { start, max, trial, confirm } = phase.find;
  const at = (key: string) => valueRange(context, 'phases', name, 'find', key);
  if (start.value === 0)
    return [planProblem('zero-load', t('A search cannot start at no load'), at('start'))];
  if (trial === 0) return [planProblem('zero-duration', t('A trial lasts no time'), at('trial'))];
  if (confirm === 0)
    return [planProblem('zero-duration', t('The confirming trial lasts no time'), at('confirm'))];
  if (max !== undefined && max.unit !== start.unit) return [mixedUnits(context, name, start, max)];
  if (max !== undefined && max.value < start.value)
    return [planProblem('empty-range', t('The highest load lies below the one to start with'), at('max'))];
  return start.unit === 'users' ? checkUsersSearch(context, name, phase) : [];
}

function mixedUnits(context: CheckContext, name: string, start: LoadLevel, max: LoadLevel): Problem {
  const range = valueRange(context, 'phases', name, 'find', 'max');
  const first = writeLevel(start);
  const message =
    start.unit === 'users'
      ? t`This search goes by users, since \`start\` is ${first}: \`max\` needs the same unit`
      : t`This search goes by arrivals per second, since \`start\` is ${first}: \`max\` needs the same unit`;
  const fix = sameUnit(max, start.unit);
  const fixes: Fix[] =
    fix === undefined ? [] : [{ title: t`Write ${fix}`, isGuess: true, edits: [{ range, newText: fix }] }];
  return planProblem('mixed-search', message, range, fixes);
}

/** As it is written in a plan. */
export function writeLevel({ value, unit }: LoadLevel): string {
  return unit === 'users' ? String(value) : `${value}/s`;
}

/** The same number in the other unit; `undefined` where users would not be whole. */
export function sameUnit({ value }: LoadLevel, unit: LoadLevel['unit']): string | undefined {
  const isPossible = unit === 'per-second' || (Number.isInteger(value) && value > 0);
  return isPossible ? writeLevel({ value, unit }) : undefined;
}

function checkUsersSearch(context: CheckContext, name: string, phase: FindPhase): Problem[] {
  const spaced =
    phase.arrivals === undefined
      ? []
      : [
          planProblem(
            'closed-only',
            t('`arrivals` spaces the arrivals of a rate; it has no effect on a search by users'),
            keyRange(context, 'phases', name, 'arrivals'),
          ),
        ];
  const blind = blindToPlateau(context, name, phase.find);
  return canEnd(context, name, phase) ? [...spaced, ...blind] : [...spaced, endless(context, name)];
}

/** Users are whole, so that there are no more levels than `max`. */
function blindToPlateau({ texts }: CheckContext, name: string, { max }: FindPhase['find']): Problem[] {
  if (max === undefined || max.value >= kneeLevels) return [];
  return texts.flatMap((text) => {
    if (text.kind !== 'condition' || text.phase !== name || text.condition?.kind !== 'plateau') return [];
    const message = t`Up to ${max.value} users are ${max.value} levels, and a plateau cannot be proven by fewer than ${kneeLevels}: this never ends the search`;
    return [planProblem('few-levels', message, text.node.range)];
  });
}

/** Users wait for their answers, so nothing piles up that would end the climb by itself. */
function canEnd({ texts }: CheckContext, name: string, { find, until, scenarios }: FindPhase): boolean {
  if (find.max !== undefined || until !== undefined) return true;
  return texts.some((text) => {
    if (text.kind !== 'goal') return false;
    const { goal } = text;
    // What cannot be read may be the goal that is meant.
    if (goal === undefined) return true;
    if (goal.metric.kind === 'capacity' || goal.metric.kind === 'rate') return false;
    if (goal.phase !== undefined) return goal.phase.name === name;
    return goal.scenario === undefined || Object.hasOwn(scenarios, goal.scenario.name);
  });
}

function endless(context: CheckContext, name: string): Problem {
  const message = t`Nothing ends this search, since users who wait for their answers pile nothing up: give \`max\`, \`until: [plateau]\`, or a goal about \`${name}\``;
  const phase = nodeAt(context.root, ['phases', name]);
  const edit = phase && addToMap(context.text, phase, [['until', ['plateau']]], entryOf(phase, 'find'));
  const fixes: Fix[] =
    edit === undefined
      ? []
      : [{ title: t('Search until throughput stops following the users'), isGuess: true, edits: [edit] }];
  return planProblem('endless-search', message, keyRange(context, 'phases', name, 'find'), fixes);
}
