/** What the steps of a scenario refer to: in its templates, and in its expressions. */
import { parseExpression, parseTemplate, referencesIn } from '../../../core/plan/expression/index';
import type { GrpcStreamStep, Scenario, Step, WsStep } from '../../../core/plan/schema';
import { allSteps, type SendingStep } from '../../../core/plan/steps';

/** The names of a reference: `tasks.text` is `['tasks', 'text']`. */
export type Names = readonly string[];

export function referencesOf(scenario: Scenario | undefined): Names[] {
  return allSteps(scenario).flatMap(({ step }) => referencesOfStep(step));
}

function referencesOfStep(step: Step): Names[] {
  if ('think' in step || 'group' in step) return [];
  if ('script' in step) return textsIn(step.with).flatMap(namesInTemplate);
  if ('if' in step) return namesInExpression(step.if);
  if ('repeat' in step) return step.repeat.while === undefined ? [] : namesInExpression(step.repeat.while);
  const expressions = expressionsOf(step);
  const templates = { ...step, ...emptied, name: undefined, target: undefined };
  if ('send' in step) Object.assign(templates, { send: (step.send ?? []).map(contentOf) });
  if ('multipart' in step) Object.assign(templates, { multipart: fieldsOf(step.multipart) });
  Object.assign(templates, { expect: { headers: expected(step)?.headers } });
  return [...textsIn(templates).flatMap(namesInTemplate), ...expressions.flatMap(namesInExpression)];
}

/** What is expected of a response by HTTP. */
function expected(step: SendingStep) {
  return 'expect' in step && !('grpc' in step) && !('grpcStream' in step) ? step.expect : undefined;
}

function contentOf(sent: NonNullable<(WsStep | GrpcStreamStep)['send']>[number]): unknown {
  return typeof sent === 'string' ? sent : { ...sent, when: undefined };
}

/** The keys of an uploaded file hold no templates. */
function fieldsOf(multipart: object | undefined): unknown[] {
  return Object.values(multipart ?? {}).filter((part) => typeof part !== 'object');
}

/** The names that a template refers to. */
export function namesInTemplate(text: string): Names[] {
  return parseTemplate(text).template.parts.flatMap((part) =>
    part.kind === 'reference' ? [[part.root, ...part.keys].map((key) => key.name)] : [],
  );
}

const emptied = {
  success: undefined,
  until: undefined,
  capture: undefined,
  expect: undefined,
  text: undefined,
  tokens: undefined,
};

function expressionsOf(step: SendingStep): string[] {
  const captured = 'capture' in step ? Object.values(step.capture ?? {}) : [];
  const until = 'until' in step ? step.until : undefined;
  const body = expected(step)?.body;
  const ofEvents = 'stream' in step ? [step.text, step.tokens] : [];
  const whens =
    'send' in step ? (step.send ?? []).map((sent) => (typeof sent === 'string' ? undefined : sent.when)) : [];
  const each = 'grpcStream' in step ? step.expect?.each : undefined;
  const all = [...captured, ...whens, until, body, each, step.success, ...ofEvents];
  return all.filter((text) => text !== undefined);
}

function namesInExpression(text: string): Names[] {
  const { expression } = parseExpression(text);
  if (expression === undefined) return [];
  return referencesIn(expression).map(({ root, keys }) => [root, ...keys].map((key) => key.name));
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
