/** Goals that can never be answered, or not for sure: found by arithmetic before anything runs. */
import { t } from '@vscode/l10n';
import { samplesNeeded } from '../measure/sample-size';
import type { Fix, Problem, TextRange } from '../problems';
import type { Check, CheckContext } from './check-context';
import { printGoal, type Goal } from './expression';
import {
  isLoadPhase,
  isSteady,
  levelSeconds,
  loadModel,
  measuredWindow,
  shareOf,
  type TimeWindow,
} from './load';
import { leastThinkMs } from './load-size';
import { isLocust } from './locust';
import { planProblem } from './problem-catalogue';
import { writeLevel } from './check-search';
import type { LoadLevel, LoadPhase, Phase, Scenario, Step } from './schema';
import { allSteps, isSending } from './steps';
import { nodeAt } from './tree';
import { formatDuration } from './units';

type ConditionText = Extract<CheckContext['texts'][number], { readonly kind: 'condition' }>;

interface GoalPlace {
  readonly goal: Goal;
  readonly range: TextRange;
  /** The names in the goal, in the text of the plan. */
  readonly nameRange: (name: string) => TextRange;
}

export const checkGoals: Check = (context) => {
  const seen = new Map<string, TextRange>();
  const placed = new Map(
    context.names.references.map((item) => [placeKey(item.path, item.name), item.range]),
  );
  return context.texts.flatMap((item) => {
    if (item.kind === 'condition') return checkCondition(item);
    if (item.kind !== 'goal' || item.goal === undefined) return [];
    const printed = printGoal(item.goal);
    const earlier = seen.get(printed);
    if (earlier !== undefined) {
      const related = [{ message: t('It stands here already'), range: earlier }];
      return [
        { ...planProblem('duplicate-goal', t('The same goal stands above'), item.node.range), related },
      ];
    }
    seen.set(printed, item.node.range);
    const nameRange = (name: string): TextRange => placed.get(placeKey(item.path, name)) ?? item.node.range;
    return checkGoal(context, { goal: item.goal, range: item.node.range, nameRange });
  });
};

/** A condition of a search's `until`. */
function checkCondition({ condition, phase, node }: ConditionText): Problem[] {
  if (condition?.kind !== 'comparison' || condition.limit.kind === 'fixed') return [];
  return [planProblem('goal-without-answer', noBaseline(phase), node.range)];
}

function placeKey(path: readonly (string | number)[], name: string): string {
  return `${path.join('/')} ${name}`;
}

/** Nothing is said about goals whose names are unknown, or whose phase has faults of its own. */
function checkGoal(context: CheckContext, place: GoalPlace): Problem[] {
  const { goal } = place;
  const scenario = goal.scenario === undefined ? undefined : context.scenarios[goal.scenario.name];
  if (goal.scenario !== undefined && scenario === undefined) return [];
  const subject = scenario === undefined ? [] : checkOne(place, scenario);
  if (subject.length > 0) return subject;
  if (goal.phase === undefined) return checkAnyPhase(context, place);
  const phase = context.phases[goal.phase.name];
  return phase === undefined ? [] : checkPhase(context, place, goal.phase.name, phase);
}

function checkOne(place: GoalPlace, scenario: Scenario): Problem[] {
  if (!isLocust(scenario)) return checkSubject(place, scenario);
  const { goal, range } = place;
  return withoutTasks(goal) ? [onlyRequests(goal.scenario?.name ?? '', range)] : [];
}

/** Whether the steps that the goal is about give what it asks for. */
function checkSubject({ goal, range, nameRange }: GoalPlace, scenario: Scenario): Problem[] {
  const name = goal.scenario?.name ?? '';
  const steps = allSteps(scenario)
    .filter((placed) => goal.step === undefined || placed.name === goal.step.name)
    .map((placed) => placed.step);
  if (steps.length === 0) return [];
  const at = goal.step === undefined ? nameRange(name) : nameRange(goal.step.name);
  if (goal.time !== undefined && !steps.some((step) => isTimed(goal.time, step))) {
    return [planProblem('goal-without-answer', withoutTime[goal.time](name), at)];
  }
  const missing = missingCount(goal, name, steps);
  if (missing !== undefined) return [planProblem('goal-without-answer', missing, at)];
  if (goal.time === undefined && needsRequests(goal) && !steps.some(isRequest)) {
    const message = t`\`${name}\` makes no request that could be measured`;
    return [planProblem('goal-without-answer', message, range)];
  }
  return [];
}

/** Locust tells of requests, and whether the locustfile took them for failed. */
function withoutTasks({ time, count, metric }: Goal): boolean {
  return time !== undefined || count !== undefined || metric.kind === 'success';
}

function onlyRequests(name: string, range: TextRange): Problem {
  const message = t`\`${name}\` is a locustfile, of which requests are measured: ask for their times, their rate or \`errors\``;
  return planProblem('goal-without-answer', message, range);
}

/** What the goal counts, and none of the steps gives. */
function missingCount(goal: Goal, name: string, steps: readonly Step[]): string | undefined {
  if (goal.count !== undefined && !steps.some((step) => 'ws' in step || 'grpcStream' in step))
    return t`\`${name}\` exchanges no messages: it has no step \`ws\` and no step \`grpcStream\``;
  if (goal.metric.kind === 'success' && !steps.some(judgesTask))
    return t`No step of \`${name}\` says with \`success\` when its task has succeeded`;
  return undefined;
}

/** A stream is judged by whether it came to its end. Other steps say what their task came to by `success`, or by what it expects of the headers or the body. */
function judgesTask(step: Step): boolean {
  if (!isSending(step)) return false;
  if ('stream' in step || 'ws' in step || 'grpcStream' in step) return true;
  if (step.success !== undefined) return true;
  if (!('expect' in step) || 'grpc' in step) return false;
  return step.expect?.body !== undefined || step.expect?.headers !== undefined;
}

const withoutTime = {
  ttc: (name: string) =>
    t`\`${name}\` awaits no task, so there is no time to completion: it has no step \`await\``,
  ttft: (name: string) =>
    t`\`${name}\` reads no stream, so there is no first event: it has no step \`stream\` and no step \`grpcStream\``,
  between: (name: string) =>
    t`\`${name}\` reads no stream, so there are no times between events: it has no step \`stream\` and no step \`grpcStream\``,
  session: (name: string) => t`\`${name}\` opens no WebSocket, so it has no session: it has no step \`ws\``,
};

function isTimed(time: Goal['time'], step: Step): boolean {
  if (time === undefined) return isRequest(step);
  if (time === 'session') return 'ws' in step;
  return time === 'ttc' ? 'await' in step : 'stream' in step || 'grpcStream' in step;
}

function needsRequests(goal: Goal): boolean {
  return goal.metric.kind !== 'success';
}

function isRequest(step: Step): boolean {
  return isSending(step) && !('await' in step);
}

/** A goal that names no phase is asked of each that runs its scenario: it is of no use where none can answer it. */
function checkAnyPhase(context: CheckContext, place: GoalPlace): Problem[] {
  const { goal, nameRange } = place;
  const scenario = goal.scenario?.name;
  const phases = Object.entries(context.phases);
  // Where a phase has faults, it may be the one that answers.
  const isWhole = context.names.definitions.filter((item) => item.kind === 'phase').length === phases.length;
  if (!isWhole) return [];
  const able = phases.filter(
    ([, phase]) =>
      !('rerun' in phase) && (scenario === undefined || Object.hasOwn(phase.scenarios, scenario)),
  );
  if (able.length === 0 && scenario !== undefined) {
    const message = t`No phase runs \`${scenario}\`, so this goal is never answered`;
    return [planProblem('goal-without-answer', message, nameRange(scenario))];
  }
  const answers = able.map(([name, phase]) => checkPhase(context, place, name, phase));
  const [first] = answers;
  return first !== undefined && answers.every((problems) => problems.length > 0) ? first : [];
}

function checkPhase(context: CheckContext, place: GoalPlace, phaseName: string, phase: Phase): Problem[] {
  const { goal, range, nameRange } = place;
  const scenarioName = goal.scenario?.name;
  if ('rerun' in phase) {
    // Profilers slow their target down, so what such a phase measures answers no goal.
    const message = t`\`${phaseName}\` runs with profilers attached, so its times answer no goal`;
    return [planProblem('goal-without-answer', message, nameRange(phaseName))];
  }
  if (scenarioName !== undefined && !Object.hasOwn(phase.scenarios, scenarioName)) {
    const list = Object.keys(phase.scenarios)
      .slice(0, 8)
      .map((name) => `\`${name}\``)
      .join(', ');
    const message = t`\`${phaseName}\` does not run \`${scenarioName}\`, so this goal is never answered; it runs ${list}`;
    const fixes = otherPhases(context, scenarioName, nameRange(phaseName));
    return [planProblem('goal-without-answer', message, nameRange(scenarioName), fixes)];
  }
  if (goal.metric.kind === 'capacity') return checkCapacity(context, place, phaseName, phase);
  if ('find' in phase && goal.limit.kind === 'baseline')
    return [planProblem('goal-without-answer', noBaseline(phaseName), range)];
  if (!isLoadPhase(phase)) return [];
  const window = measuredWindow(phase);
  if (goal.metric.kind === 'rate' && !isSteady(phase, window)) {
    const message = t`The load of \`${phaseName}\` moves, so there is no one rate that this goal could be about`;
    return [planProblem('goal-without-answer', message, range)];
  }
  return checkSamples(context, place, phaseName, phase, window);
}

/** Only a search finds a capacity, and none above the highest rate that it may try. */
function checkCapacity(context: CheckContext, place: GoalPlace, phaseName: string, phase: Phase): Problem[] {
  const { goal, range, nameRange } = place;
  if (!('find' in phase)) {
    const message = t`\`${phaseName}\` has a fixed load, so it finds no capacity: only a phase with \`find\` does`;
    const at = goal.phase === undefined ? range : nameRange(phaseName);
    const fixes = goal.phase === undefined ? [] : searches(context, at);
    return [planProblem('goal-without-answer', message, at, fixes)];
  }
  const { start, max } = phase.find;
  if (goal.limit.kind !== 'fixed') return [];
  if (goal.limit.unit !== start.unit) return [otherUnit(place, phaseName, start)];
  if (max === undefined || goal.limit.value <= max.value) return [];
  const message = t`\`${phaseName}\` tries no more than ${writeLevel(max)}, its \`max\`, so this goal is never answered`;
  return [planProblem('goal-without-answer', message, range)];
}

function otherUnit({ goal, range, nameRange }: GoalPlace, phaseName: string, start: LoadLevel): Problem {
  const message =
    start.unit === 'users'
      ? t`\`${phaseName}\` searches by users, so its capacity is a number of them, such as 200`
      : t`\`${phaseName}\` searches by arrivals per second, so its capacity is a rate, such as 200/s`;
  const at = goal.phase === undefined ? range : nameRange(phaseName);
  return planProblem('goal-without-answer', message, at);
}

function searches(context: CheckContext, range: TextRange): Fix[] {
  return Object.entries(context.phases)
    .filter(([, phase]) => 'find' in phase)
    .slice(0, 5)
    .map(([name]) => ({ title: t`Ask it of \`${name}\``, isGuess: true, edits: [{ range, newText: name }] }));
}

/** Figures at two loads are no pair, and the load at which a search ends is its result. */
function noBaseline(phaseName: string): string {
  return t`\`${phaseName}\` ends at another load in each run, so it has no \`baseline\`: give a fixed limit, state this of a phase with a fixed load, or compare what it ends at: \`capacity in ${phaseName} >= baseline - 10%\``;
}

/** The phases that do run a scenario. One alone might still not be the one that is meant. */
function otherPhases(context: CheckContext, scenario: string, range: TextRange): Fix[] {
  return Object.entries(context.phases)
    .filter(([, phase]) => !('rerun' in phase) && Object.hasOwn(phase.scenarios, scenario))
    .slice(0, 5)
    .map(([name]) => ({
      title: t`Ask it of \`${name}\``,
      isGuess: true,
      edits: [{ range, newText: name }],
    }));
}

/** A percentile needs a number of samples; here is proved that the load cannot give them. */
function checkSamples(
  context: CheckContext,
  { goal, range }: GoalPlace,
  phaseName: string,
  phase: LoadPhase,
  window: TimeWindow,
): Problem[] {
  // Nobody knows how many events a stream will have.
  if (goal.metric.kind !== 'percentile' || goal.time === 'between' || window.toMs <= window.fromMs) return [];
  const needed = samplesNeeded(goal.metric.percentile / 100);
  const most = mostSamples(context, goal, phase, window);
  if (most === undefined || most >= needed) return [];
  const count = Math.floor(most);
  const message = t`p${goal.metric.percentile} needs ${needed} samples, and \`${phaseName}\` gives at most ${count}`;
  // The samples that do not grow with time are too few to matter.
  const enoughMs = phase.warmup + ((window.toMs - window.fromMs) * needed) / Math.max(most, 1);
  const enough = formatDuration(Math.ceil((enoughMs * 1.02) / roundedToMs) * roundedToMs);
  const fixes = isSteady(phase, window) ? lengthFix(context, phaseName, enough) : [];
  return [planProblem('few-samples', t`${message}: with this load it takes ${enough}`, range, fixes)];
}

const roundedToMs = 10_000;

function lengthFix(context: CheckContext, phaseName: string, enough: string): Fix[] {
  const node = nodeAt(context.root, ['phases', phaseName, 'for']);
  if (node === undefined) return [];
  return [{ title: t`Let \`${phaseName}\` last ${enough}`, edits: [{ range: node.range, newText: enough }] }];
}

/** The most samples that the measured window can hold; `undefined` where nothing bounds them. */
function mostSamples(
  context: CheckContext,
  goal: Goal,
  phase: LoadPhase,
  window: TimeWindow,
): number | undefined {
  const names = goal.scenario === undefined ? Object.keys(phase.scenarios) : [goal.scenario.name];
  let sum = 0;
  for (const name of names) {
    const scenario = context.scenarios[name];
    if (scenario === undefined || isLocust(scenario)) return undefined;
    const iterations = mostIterations(scenario, phase, window, shareOf(phase, name));
    if (iterations === undefined) return undefined;
    sum += iterations * samplesPerIteration(goal, scenario);
  }
  return sum;
}

function samplesPerIteration(goal: Goal, scenario: Scenario): number {
  return allSteps(scenario)
    .filter(
      ({ step, name }) => isTimed(goal.time, step) && (goal.step === undefined || name === goal.step.name),
    )
    .reduce((sum, { turns }) => sum + turns, 0);
}

/** Arrivals in the open model; in the closed one, what the think time of a user leaves room for. */
function mostIterations(
  scenario: Scenario,
  phase: LoadPhase,
  window: TimeWindow,
  share: number,
): number | undefined {
  const level = levelSeconds(phase, window) * share;
  // An iteration that began before the window may have its request within it: one per arrival of the drain.
  if (loadModel(phase) === 'open') return level * 1.05 + 1;
  const thinkMs = leastThinkMs(scenario);
  if (thinkMs === 0) return undefined;
  // Each user may be in the middle of an iteration when the window opens, hence one more of each.
  const windowSeconds = (window.toMs - window.fromMs) / 1000;
  const users = Math.ceil(level / windowSeconds) + 1;
  return level / (thinkMs / 1000) + users;
}
