/** A scenario as a function of the script: what one user does once. */
import { stepName } from '../../../core/plan/step-name';
import type { AwaitStep, Scenario, Step, ThinkStep } from '../../../core/plan/schema';
import { awaitStep } from './await-step';
import { commentText } from './code';
import { call, type Draft } from './draft';
import { rowStatement, type CompiledFeed, type RowShare } from './feeds';
import type { Identifiers } from './identifiers';
import { namesInTemplate, referencesOf } from './references';
import { requestStep } from './request-step';
import type { StepDraft } from './request';
import { streamStep } from './stream-step';

export interface ScenarioWish {
  readonly name: string;
  readonly scenario: Scenario;
  /** The name of the function. */
  readonly identifier: string;
  /** The feeds that it reads, with the constant of the rows and its part of them. */
  readonly feeds: readonly { readonly feed: CompiledFeed; readonly rows: string; readonly share: RowShare }[];
}

export function scenarioFunction(draft: Draft, wish: ScenarioWish): string {
  const { name, scenario } = wish;
  const scope = new Map<string, string>();
  const locals = draft.identifiers.inner();
  const start = iterationStart(draft, locals, wish, scope);
  const submits = submitTimes(scenario);
  const times = new Map<number, string>();
  const body = scenario.steps.flatMap((step, index) => {
    const place: StepDraft = {
      draft,
      scope: new Map(scope),
      path: ['scenarios', name, 'steps', index],
      label: `${name}${index + 1}`,
      number: index + 1,
      locals,
      name: stepName(step) ?? '',
      scenarioTarget: scenario.target,
    };
    if (submits.has(index)) times.set(index, locals.give(`submitted${place.number}`));
    const statements = stepStatements(place, step, times.get(index), {
      scope,
      submitted: submitOf(scenario, index, times),
    });
    return ['', `  // ${commentText(describe(step, place.name))}`, ...statements];
  });
  const lines = [...start, ...(start.length > 0 ? body : body.slice(1))];
  return [`export function ${wish.identifier}() {`, ...lines, '}'].join('\n');
}

function describe(step: Step, name: string): string {
  return 'think' in step ? 'think' : name;
}

/** What holds for the whole iteration: its rows and its random id. */
function iterationStart(
  draft: Draft,
  locals: Identifiers,
  wish: ScenarioWish,
  scope: Map<string, string>,
): string[] {
  const rows = wish.feeds.map(({ feed, rows: rowsName, share }) => {
    const row = locals.give(feed.name);
    scope.set(feed.name, row);
    return rowStatement(draft, feed, { row, rows: rowsName }, share);
  });
  if (!referencesOf(wish.scenario).some(([root]) => root === 'uuid')) return rows;
  const uuid = locals.give('uuid');
  scope.set('uuid', uuid);
  return [...rows, `  const ${uuid} = crypto.randomUUID();`];
}

function stepStatements(
  place: StepDraft,
  step: Step,
  submitTime: string | undefined,
  iteration: { readonly scope: Map<string, string>; readonly submitted: string | undefined },
): string[] {
  if ('think' in step) return [thinkStatement(place.draft, step)];
  if ('await' in step) return awaitStep(place, step, iteration.submitted);
  const { statements, captured } =
    'stream' in step ? streamStep(place, step, submitTime) : requestStep(place, step, submitTime);
  for (const [name, code] of captured) iteration.scope.set(name, code);
  return statements;
}

function thinkStatement(draft: Draft, { think }: ThinkStep): string {
  draft.imports.add('sleep');
  if (typeof think === 'number') return `  sleep(${think / 1000});`;
  return `  sleep(${call(draft, 'between')}(${think.from / 1000}, ${think.to / 1000}));`;
}

/** The positions of the requests whose start is the start of an awaited task. */
function submitTimes(scenario: Scenario): ReadonlySet<number> {
  const positions = scenario.steps.map((step, index) =>
    'await' in step ? submittingStep(scenario, step, index) : undefined,
  );
  return new Set(positions.filter((position) => position !== undefined));
}

function submitOf(scenario: Scenario, index: number, times: ReadonlyMap<number, string>): string | undefined {
  const step = scenario.steps[index];
  if (step === undefined || !('await' in step)) return undefined;
  const position = submittingStep(scenario, step, index);
  return position === undefined ? undefined : times.get(position);
}

/** The last request before the step that captured a value which the polled address or its headers use. */
function submittingStep(scenario: Scenario, step: AwaitStep, index: number): number | undefined {
  const texts = [step.await, ...Object.values(step.headers ?? {}).map(String)];
  const used = new Set(texts.flatMap(namesInTemplate).map(([root]) => root));
  for (let position = index - 1; position >= 0; position -= 1) {
    const earlier = scenario.steps[position];
    const captures = earlier !== undefined && 'capture' in earlier ? Object.keys(earlier.capture ?? {}) : [];
    if (captures.some((name) => used.has(name))) return position;
  }
  return undefined;
}
