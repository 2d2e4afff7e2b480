import { t } from '@vscode/l10n';
import { MarkupKind, type Hover } from 'vscode-languageserver-types';
import { kindWord } from '../../core/plan/kind-words';
import { describeAt, type KeyDescription } from '../../core/plan/describe';
import type { Goal } from '../../core/plan/expression';
import { isLocust } from '../../core/plan/locust';
import { isLoadPhase, loadModel, measuredWindow, peakLevel, plannedMs } from '../../core/plan/load';
import { loadShape } from '../../core/plan/load-shape';
import { definitionOf, nameAt, type Definition } from '../../core/plan/names';
import type { LoadPhase, Plan } from '../../core/plan/schema';
import { joinTexts } from '../../core/plan/sources';
import { allSteps, holdsSteps } from '../../core/plan/steps';
import { childOf, entriesOf, nodeAt, type PlanPath } from '../../core/plan/tree';
import { formatDuration } from '../../core/plan/units';
import type { TextRange } from '../../core/problems';
import type { PhaseHistory } from '../../protocol/language';
import { apiWords } from './api-hover';
import { expressionWords } from './expression-hover';
import { holdsOffset, keyAt } from './key-at';
import { describeGoalHistory, describeHistory } from './last-results';
import { loadPicture, loadSparkline } from './load-picture';
import { toRange, type PlanDocument } from './plan-document';
import { defaultsOf, requestOf } from './resolved-values';

export interface HoverOptions {
  /** Keys of the format are explained by another server. */
  readonly withoutFormat?: boolean;
  /** Whether the client shows pictures in Markdown. */
  readonly hasPictures?: boolean;
}

/**
 * What stands under the cursor: a name and what it stands for, a goal, or a key and what the format says of it.
 *
 * @param histories what the last runs of this plan came to, those of the newest runs first.
 */
export function hover(
  plan: PlanDocument,
  offset: number,
  histories: readonly PhaseHistory[] = [],
  options: HoverOptions = {},
): Hover | null {
  const name = nameAt(plan.analysis.names, offset);
  const definition = name && definitionOf(plan.analysis.names, name);
  const goal = goalAt(plan, offset);
  const answers = goal === undefined ? [] : describeGoalHistory(goal.goal, histories);
  if (name && definition && !definition.isDefault)
    return say(plan, name.range, [
      ...describeName(plan, definition, histories),
      ...shapeOf(plan, definition, options),
      ...answers,
    ]);
  if (goal !== undefined && answers.length > 0) return say(plan, goal.range, answers);
  const api = apiWords(plan, offset);
  if (api !== undefined) return say(plan, api.range, [...api.lines, ...requestOf(plan, api.path)]);
  const told = expressionWords(plan, offset);
  return told === undefined ? hoverKey(plan, offset, options) : say(plan, told.range, told.lines);
}

function hoverKey(plan: PlanDocument, offset: number, { withoutFormat }: HoverOptions): Hover | null {
  if (withoutFormat === true) return null;
  const key = keyAt(plan.analysis.tree.root, offset, []);
  const description = key && describeAt(plan.analysis.tree.root, key.path);
  if (!key || !description) return null;
  return say(plan, key.range, [
    ...describeKey(key.name, description),
    ...requestOf(plan, key.path),
    ...defaultsOf(plan, key.path),
    ...describeEnvironments(plan, key.path),
  ]);
}

const mostWritten = 60;

/** What environments put in place of the value at a path. */
function describeEnvironments(plan: PlanDocument, path: PlanPath): string[] {
  const { root, files } = plan.analysis;
  const text = joinTexts(files);
  return entriesOf(childOf(root, 'environments')).flatMap(({ key, value }) => {
    const other = path[0] === 'environments' ? undefined : nodeAt(value, path);
    if (other === undefined || path.length < 3) return [];
    const written = text.slice(other.range.start, other.range.end).replaceAll(/\s+/g, ' ');
    const short = written.length > mostWritten ? `${written.slice(0, mostWritten)}…` : written;
    return [t`With \`--env ${key}\`: \`${short}\``];
  });
}

function goalAt(plan: PlanDocument, offset: number): { goal: Goal; range: TextRange } | undefined {
  for (const item of plan.analysis.texts) {
    const { range } = item.node;
    if (item.kind === 'goal' && item.goal && holdsOffset(range, offset)) return { goal: item.goal, range };
  }
  return undefined;
}

function say(plan: PlanDocument, range: TextRange, lines: readonly string[]): Hover {
  return {
    contents: { kind: MarkupKind.Markdown, value: lines.join('\n\n') },
    range: toRange(plan, range),
  };
}

/** The documentation of a key, in Markdown; completion shows the same. */
export function describeKey(name: string, key: KeyDescription): string[] {
  const facts = [`**${name}**: ${key.type}`];
  if (key.description !== undefined) facts.push(key.description);
  if (key.default !== undefined) facts.push(t`Default: \`${key.default}\``);
  if (key.values.length > 1) facts.push(t`One of ${key.values.map((value) => `\`${value}\``).join(', ')}`);
  if (key.examples.length > 0)
    facts.push(t`Examples: ${key.examples.map((value) => `\`${value}\``).join(', ')}`);
  return facts;
}

/** The load of a phase over time. */
function shapeOf(plan: PlanDocument, { kind, name }: Definition, { hasPictures }: HoverOptions): string[] {
  if (kind !== 'phase') return [];
  const shape = loadShape(plan.analysis.phases).find((phase) => phase.name === name);
  if (shape === undefined) return [];
  return [hasPictures === true ? loadPicture(shape) : loadSparkline(shape)];
}

function describeName(
  plan: PlanDocument,
  definition: Definition,
  histories: readonly PhaseHistory[],
): string[] {
  const title = `**${definition.name}**: ${kindWord(definition.kind)}`;
  const summary = summarise(plan, definition);
  const scope =
    definition.scenario === undefined ? undefined : t`In the scenario \`${definition.scenario}\`.`;
  const results =
    definition.kind === 'phase'
      ? histories.filter(({ phase }) => phase === definition.name).flatMap(describeHistory)
      : [];
  const defaults = definition.kind === 'step' ? [] : defaultsOf(plan, definition.path);
  return [title, summary, ...defaults, scope, ...results].filter((line) => line !== undefined);
}

/** A line about the thing itself, where the plan is sound enough to tell. */
function summarise(plan: PlanDocument, definition: Definition): string | undefined {
  if (definition.kind === 'capture') {
    return `\`${joinTexts(plan.analysis.files).slice(definition.valueRange.start, definition.valueRange.end)}\``;
  }
  return plan.analysis.plan && summariseNamed(plan.analysis.plan, definition);
}

function summariseNamed(plan: Plan, { kind, name }: Definition): string | undefined {
  switch (kind) {
    case 'target':
      return plan.targets[name]?.url;
    case 'scenario': {
      const scenario = plan.scenarios[name];
      if (isLocust(scenario)) return t`The users of \`${scenario.locustfile}\`, run by Locust.`;
      return countSteps(allSteps(scenario).filter(({ step }) => !holdsSteps(step)).length);
    }
    case 'phase': {
      const phase = plan.phases[name];
      return phase && isLoadPhase(phase) ? describeLoad(phase) : undefined;
    }
    case 'data': {
      const feed = plan.data?.[name];
      return feed && `\`${feed.file}\`, ${feed.pick}`;
    }
    default:
      return undefined;
  }
}

function countSteps(count: number): string {
  return count === 1 ? t('1 step') : t`${count} steps`;
}

function describeLoad(phase: LoadPhase): string {
  const window = measuredWindow(phase);
  const peak = peakLevel(phase);
  const level =
    phase.shape !== undefined
      ? t('users as the locustfile asks for')
      : loadModel(phase) === 'open'
        ? t`up to ${peak} arrivals per second`
        : t`up to ${peak} users`;
  return t`${formatDuration(plannedMs(phase))} in all, ${formatDuration(window.toMs - window.fromMs)} measured, ${level}.`;
}
