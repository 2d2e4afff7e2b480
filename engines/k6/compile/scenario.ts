/** A scenario as a function of the script: what one user does once. */
import { allSteps, captureNames, type PlacedStep } from '../../../core/plan/steps';
import type { AwaitStep, StepScenario } from '../../../core/plan/schema';
import type { Draft } from './draft';
import { cutOffMs } from './executors';
import { rowStatement, type CompiledFeed, type RowShare } from './feeds';
import type { Identifiers } from './identifiers';
import { namesInTemplate, referencesOf } from './references';
import { sequence, type Iteration } from './sequence';
import { tracedFunction } from './trace';

export interface ScenarioWish {
  readonly name: string;
  readonly scenario: StepScenario;
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
  if (draft.imports.has('drain')) start.unshift(`  drain.watch(${cutOffMs});`);
  // First of all: what watches the drain stands between k6 and its connections.
  if (draft.imports.has('secure')) start.unshift("  secure.use('');");
  const placed = allSteps(scenario);
  const variables = blockVariables(placed, locals);
  for (const [capture, identifier] of variables) scope.set(capture, identifier);
  const submits = submitTimes(placed, variables, locals);
  const iteration: Iteration = {
    ...{ draft, locals, scope, variables, submits: submits.byStep, submitted: submits.byAwait },
    steps: new Map(placed.map((step) => [step.path.join('/'), step])),
    path: ['scenarios', name, 'steps'],
    label: name,
    scenarioTarget: scenario.target,
  };
  start.push(...[...variables.values(), ...submits.shared].map((identifier) => `  let ${identifier};`));
  const body = sequence(iteration, scenario.steps, []);
  const lines = [...start, ...(start.length > 0 ? body : body.slice(1))];
  // A call with streams is waited for in the loop of the user.
  const isAsync = placed.some(({ step }) => 'grpcStream' in step);
  if (draft.isTraced) return tracedFunction(draft, wish.identifier, { lines, isAsync });
  return [`export ${isAsync ? 'async ' : ''}function ${wish.identifier}() {`, ...lines, '}'].join('\n');
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

function capturesOf({ step }: PlacedStep): readonly string[] {
  return captureNames(step);
}

/** Whether the code of a step stands inside of braces, out of which no constant is seen. */
function isInBlock({ path }: PlacedStep): boolean {
  return path.some((key) => key === 'repeat' || key === 'then' || key === 'else');
}

/** The captured values that are variables of the whole function, since a block sets them. */
function blockVariables(placed: readonly PlacedStep[], locals: Identifiers): Map<string, string> {
  const names = new Set(placed.filter(isInBlock).flatMap(capturesOf));
  return new Map([...names].map((name) => [name, locals.give(name)]));
}

interface SubmitTimes {
  /** By the order of a step, the statements that note when its request starts. */
  readonly byStep: ReadonlyMap<number, readonly string[]>;
  /** By the order of an `await`, the code of the time at which its task was submitted. */
  readonly byAwait: ReadonlyMap<number, string>;
  /** Variables of the whole function. */
  readonly shared: readonly string[];
}

/** The requests whose start is the start of an awaited task. */
function submitTimes(
  placed: readonly PlacedStep[],
  variables: ReadonlyMap<string, string>,
  locals: Identifiers,
): SubmitTimes {
  const byStep = new Map<number, string[]>();
  const byAwait = new Map<number, string>();
  const times = new Map<string, string>();
  for (const { step, order } of placed) {
    const found = 'await' in step ? submittingStep(placed, step, order) : undefined;
    if (found === undefined) continue;
    const isShared = variables.has(found.capture);
    const key = isShared ? found.capture : String(found.order + 1);
    const known = times.get(key);
    const time = known ?? locals.give(`submitted${isShared ? '-' : ''}${key}`);
    byAwait.set(order, isShared ? `${time} ?? Date.now()` : time);
    if (known !== undefined) continue;
    times.set(key, time);
    const statement = `  ${isShared ? '' : 'const '}${time} = Date.now();`;
    for (const setter of isShared ? capturing(placed, found.capture) : [found.order])
      addTo(byStep, setter, statement);
  }
  return { byStep, byAwait, shared: [...times].flatMap(([key, time]) => (variables.has(key) ? [time] : [])) };
}

function capturing(placed: readonly PlacedStep[], name: string): number[] {
  return placed.filter((each) => capturesOf(each).includes(name)).map(({ order }) => order);
}

function addTo(lists: Map<number, string[]>, key: number, item: string): void {
  lists.set(key, [...(lists.get(key) ?? []), item]);
}

/** The last request before the step that captured a value which the polled address or its headers use. */
function submittingStep(
  placed: readonly PlacedStep[],
  step: AwaitStep,
  order: number,
): { readonly order: number; readonly capture: string } | undefined {
  const texts = [step.await, ...Object.values(step.headers ?? {}).map(String)];
  const used = new Set(texts.flatMap(namesInTemplate).map(([root]) => root));
  for (const earlier of placed.slice(0, order).reverse()) {
    const capture = capturesOf(earlier).find((name) => used.has(name));
    if (capture !== undefined) return { order: earlier.order, capture };
  }
  return undefined;
}
