/** Steps that are taken one after the other, and the blocks of those that hold others. */
import { parseExpression, reads, type JavaScript } from '../../../core/plan/expression/index';
import { holdsSteps, type HoldingStep, type PlacedStep, type SendingStep } from '../../../core/plan/steps';
import type { AwaitStep, ScriptStep, Step, ThinkStep } from '../../../core/plan/schema';
import { awaitStep } from './await-step';
import { commentText } from './code';
import { call, type Draft } from './draft';
import type { Identifiers } from './identifiers';
import { isTrue, isTrueToo, judgeOf, type Judge } from './judge';
import type { StepDraft } from './request';
import { requestStep, type RequestCode } from './request-step';
import { scriptStep } from './script-step';
import { grpcStep } from './grpc-step';
import { grpcStreamStep } from './grpc-stream-step';
import { streamStep } from './stream-step';
import { conditionOf, traceConditions } from './trace';
import { wsStep } from './ws-step';

/** The function of a scenario while it is being written. */
export interface Iteration {
  readonly draft: Draft;
  readonly locals: Identifiers;
  /** Grows from step to step. */
  readonly scope: Map<string, string>;
  /** Captured values that are variables of the whole function. */
  readonly variables: ReadonlyMap<string, string>;
  /** All steps by their path from the scenario's list. */
  readonly steps: ReadonlyMap<string, PlacedStep>;
  /** Statements before a request, by the order of its step. */
  readonly submits: ReadonlyMap<number, readonly string[]>;
  /** Code of the time from which an awaited task counts, by the order of its step. */
  readonly submitted: ReadonlyMap<number, string>;
  readonly path: readonly (string | number)[];
  readonly label: string;
  readonly scenarioTarget: string | undefined;
}

type Keys = readonly (string | number)[];

/** The statements of a list of steps, each after an empty line. */
export function sequence(iteration: Iteration, steps: readonly Step[], base: Keys): string[] {
  return steps.flatMap((step, index) => {
    const placed = iteration.steps.get([...base, index].join('/'));
    if (placed === undefined) return [];
    return holdsSteps(step) ? block(iteration, step, placed) : plainStep(iteration, step, placed);
  });
}

function draftOf(iteration: Iteration, { path, order, name }: PlacedStep): StepDraft {
  const { draft, locals, variables, scenarioTarget } = iteration;
  return {
    ...{ draft, locals, variables, scenarioTarget },
    scope: new Map(iteration.scope),
    path: [...iteration.path, ...path],
    label: `${iteration.label}${order + 1}`,
    number: order + 1,
    name: name ?? '',
  };
}

function plainStep(
  iteration: Iteration,
  step: SendingStep | ThinkStep | ScriptStep,
  placed: PlacedStep,
): string[] {
  const comment = `  // ${commentText(placed.name ?? 'think')}`;
  if ('think' in step) return ['', comment, thinkStatement(iteration.draft, step)];
  if ('script' in step) {
    const { statements, captured } = scriptStep(draftOf(iteration, placed), step);
    for (const [name, code] of captured) iteration.scope.set(name, code);
    return ['', `  // script ${commentText(step.script)}`, ...statements];
  }
  return ['', comment, ...sending(iteration, step, placed)];
}

function sending(iteration: Iteration, step: SendingStep, placed: PlacedStep): string[] {
  const own = draftOf(iteration, placed);
  if ('await' in step) return awaitStep(own, step, iteration.submitted.get(placed.order));
  const submit = iteration.submits.get(placed.order) ?? [];
  const { statements, captured } = codeOf(own, step, submit);
  for (const [name, code] of captured) iteration.scope.set(name, code);
  return statements;
}

function codeOf(
  own: StepDraft,
  step: Exclude<SendingStep, AwaitStep>,
  submit: readonly string[],
): RequestCode {
  if ('grpc' in step) return grpcStep(own, step, submit);
  if ('grpcStream' in step) return grpcStreamStep(own, step, submit);
  if ('ws' in step) return wsStep(own, step, submit);
  return 'stream' in step ? streamStep(own, step, submit) : requestStep(own, step, submit);
}

/** Whoever looks at one iteration does not wait for a user to think. */
const longestTracedPause = 0.2;

function thinkStatement(draft: Draft, { think }: ThinkStep): string {
  draft.imports.add('sleep');
  if (draft.isTraced) return `  sleep(${longestTracedPause});`;
  if (typeof think === 'number') return `  sleep(${think / 1000});`;
  if ('mean' in think) {
    const { mean, distribution, deviation = mean / 2 } = think;
    if (distribution === 'exponential') return `  sleep(${call(draft, 'exponential')}(${mean / 1000}));`;
    return `  sleep(${call(draft, distribution)}(${mean / 1000}, ${deviation / 1000}));`;
  }
  return `  sleep(${call(draft, 'between')}(${think.from / 1000}, ${think.to / 1000}));`;
}

function block(iteration: Iteration, step: HoldingStep, placed: PlacedStep): string[] {
  const inside = (steps: readonly Step[] | undefined, ...keys: string[]) =>
    sequence(iteration, steps ?? [], [...placed.path, ...keys]);
  if ('group' in step) return inside(step.steps, 'steps');
  const { draft } = iteration;
  const own = draftOf(iteration, placed);
  if ('repeat' in step) {
    const { times, steps, while: condition } = step.repeat;
    const turn = iteration.locals.give(`turn${own.number}`);
    const goesOn =
      condition === undefined ? '' : ` && ${isTrueToo(decision(own, condition, 'repeat', 'while'))}`;
    const head = `  for (let ${turn} = 0; ${turn} < ${times}${goesOn}; ${turn} += 1) {`;
    return ['', '  // repeat', head, ...deeper(inside(steps, 'repeat', 'steps')), '  }'];
  }
  const head = `  if (${isTrue(decision(own, step.if, 'if'))}) {`;
  const traced = draft.isTraced
    ? traceConditions(own, [conditionOf(betweenRequests(own), step.if, ['if'])])
    : [];
  const taken = deeper(inside(step.then, 'then'));
  const otherwise = step.else === undefined ? [] : ['  } else {', ...deeper(inside(step.else, 'else'))];
  return ['', '  // if', ...traced, head, ...taken, ...otherwise, '  }'];
}

/** The lines of a block, which begins without an empty one. No text of a plan spans lines. */
function deeper([, ...lines]: readonly string[]): string[] {
  return lines.flatMap((text) => text.split('\n')).map((line) => (line === '' ? '' : `  ${line}`));
}

const ofResponse = ['json', 'body', 'status', 'header'] as const;

function decision(step: StepDraft, text: string, ...keys: string[]): JavaScript {
  const { expression } = parseExpression(text);
  if (expression !== undefined && ofResponse.some((what) => reads(expression, what))) {
    const message = 'This is asked between requests, where there is no response';
    step.draft.problems.push({ path: [...step.path, ...keys], message });
  }
  return betweenRequests(step).expression(text, keys);
}

function betweenRequests(step: StepDraft): Judge {
  return judgeOf(step, { response: 'undefined', json: 'undefined' });
}
