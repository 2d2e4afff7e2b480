/** What may stand in a goal: metrics, names, and as limits what the last runs measured. */
import { t } from '@vscode/l10n';
import { CompletionItemKind, type CompletionItem } from 'vscode-languageserver-types';
import { countNames, metricNames, nameInGoal, timeNames } from '../../core/plan/expression';
import { kindWord } from '../../core/plan/kind-words';
import type { TextRange } from '../../core/problems';
import type { PhaseHistory } from '../../protocol/language';
import { textItem } from './completion-item';
import type { CursorContext } from './cursor-context';
import { measuredLimits } from './measured-limits';
import type { PlanDocument } from './plan-document';
import { namesOf } from './reference-completion';

type GoalPosition =
  | { readonly part: 'metric' | 'subject' | 'timed' | 'phase'; readonly range: TextRange }
  | { readonly part: 'step'; readonly range: TextRange; readonly scenario: string }
  | { readonly part: 'limit'; readonly range: TextRange; readonly before: string };

/** @returns `undefined` outside of goals, and where nothing can be offered. */
export function goalItems(
  plan: PlanDocument,
  context: CursorContext,
  offset: number,
  histories: readonly PhaseHistory[] = [],
): CompletionItem[] | undefined {
  const position = goalPosition(context, offset);
  return position && itemsAt(plan, position, histories);
}

/** Which part of a goal is being typed. */
function goalPosition({ path, prefix, range }: CursorContext, offset: number): GoalPosition | undefined {
  const own = path[0] === 'environments' ? path.slice(2) : path;
  const isGoal = own[0] === 'goals';
  // What ends a search is written as goals are, without a phase.
  if (!isGoal && !(own[0] === 'phases' && own[2] === 'until')) return undefined;
  const word = /[\w-]*$/.exec(prefix)?.[0] ?? '';
  const before = prefix.slice(0, prefix.length - word.length);
  const at = { start: offset - word.length, end: Math.max(range.end, offset) };
  if (isGoal && /[<>]=? *$/.test(before)) return { part: 'limit', range: at, before };
  const scenario = /\(([\w-]+)\.$/.exec(before)?.[1];
  if (scenario !== undefined) return { part: 'step', range: at, scenario };
  const part = partBehind(before);
  return part && { part, range: at };
}

function partBehind(before: string): 'metric' | 'subject' | 'timed' | 'phase' | undefined {
  if (/^\s*["']?(?:p[\d.]+|mean|max)\($/.test(before)) return 'timed';
  if (/\($/.test(before)) return 'subject';
  if (/\bin +$/.test(before)) return 'phase';
  return before.trim() === '' ? 'metric' : undefined;
}

function itemsAt(
  plan: PlanDocument,
  position: GoalPosition,
  histories: readonly PhaseHistory[],
): CompletionItem[] {
  const { part, range } = position;
  const item = (name: string, kind: CompletionItemKind, detail: string) =>
    textItem(plan, range, name, kind, detail);
  switch (part) {
    case 'metric':
      return metricNames.map((name) => item(name, CompletionItemKind.Function, t('metric')));
    case 'timed':
      return [
        ...itemsAt(plan, { part: 'subject', range }, histories),
        ...timeNames.map((name) => item(name, CompletionItemKind.Function, t('time'))),
        ...countNames.map((name) => item(name, CompletionItemKind.Function, t('messages'))),
      ];
    case 'subject':
      return namesOf(plan, 'scenario').map((name) =>
        item(name, CompletionItemKind.Reference, kindWord('scenario')),
      );
    case 'step':
      return stepNames(plan, position.scenario, histories).map(([name, detail]) =>
        item(nameInGoal(name), CompletionItemKind.Reference, detail),
      );
    case 'phase':
      return namesOf(plan, 'phase').map((name) =>
        item(name, CompletionItemKind.Reference, kindWord('phase')),
      );
    case 'limit':
      return measuredLimits(position.before, histories).map(({ text, detail }, index) => ({
        ...item(text, CompletionItemKind.Value, detail),
        sortText: String(index).padStart(3, '0'),
      }));
  }
}

/** Those of the plan, then those that the last run had beside them: what a locustfile requests is known by its runs alone. */
function stepNames(
  plan: PlanDocument,
  scenario: string,
  histories: readonly PhaseHistory[],
): (readonly [name: string, detail: string])[] {
  const written = plan.analysis.names.definitions
    .filter((one) => one.kind === 'step' && one.scenario === scenario)
    .map(({ name }) => [name, kindWord('step')] as const);
  const seen = histories
    .flatMap(({ steps = [] }) => steps)
    .filter((step) => step.scenario === scenario)
    .map(({ step }) => [step, t('step of the last run')] as const);
  return [...new Map([...seen, ...written]).entries()];
}
