/** What a response has to be, as code: the expectations, the captured values and the outcome of the task. */
import {
  parseExpression,
  reads,
  toJavaScript,
  type Expression,
  type JavaScript,
} from '../../../core/plan/expression/index';
import type { GrpcStep, GrpcStreamStep, RequestStep, StreamStep } from '../../../core/plan/schema';
import { quote } from './code';
import { call, canonicalHeader, responseContext, type Draft, type StepPlace } from './draft';
import { expectedCodes } from './request';
import { conditionOf, type Condition } from './trace';
import { textValue } from './values';

export interface ResponseNames {
  readonly response: string;
  readonly json: string;
  /** The code of the body as text, where it is not that of the response. */
  readonly body?: string;
}

/** Compiles the expressions of one response. */
export interface Judge {
  /** The code of an expression; a text that is no expression is a problem of the step. */
  expression(text: string, keys: readonly string[]): JavaScript;
  usesJson(): boolean;
}

export function judgeOf(place: StepPlace, names: ResponseNames): Judge {
  const found = responseContext(place, names.response, names.json);
  const { body } = names;
  const context = body === undefined ? found : { ...found, body: () => body };
  return {
    usesJson: context.usesJson,
    expression(text, keys) {
      const { expression, problems } = parseExpression(text);
      if (expression !== undefined) return toJavaScript(expression, context, quote);
      const message = problems[0]?.message ?? 'This is no expression';
      place.draft.problems.push({ path: [...place.path, ...keys], message });
      return { code: 'undefined', kind: 'value', level: 'atom' };
    },
  };
}

/** Whether any of the expressions needs the body of the response. */
export function needBody(texts: readonly (string | undefined)[]): boolean {
  return texts.some((text) => {
    const expression = text === undefined ? undefined : parseExpression(text).expression;
    return expression !== undefined && readsBody(expression);
  });
}

function readsBody(expression: Expression): boolean {
  return reads(expression, 'json') || reads(expression, 'body');
}

/** The code that is truthy when a decision is true, and only then. */
export function isTrue(part: JavaScript): string {
  return part.kind === 'value' ? `${part.code} === true` : part.code;
}

/** The same as one of several conditions joined by `&&`. */
export function isTrueToo(part: JavaScript): string {
  const isLoose = part.kind !== 'value' && (part.level === 'or' || part.level === 'ternary');
  return isLoose ? `(${part.code})` : isTrue(part);
}

/** The code of the outcome: success, failed or unjudged. */
export function outcomeCode(draft: Draft, part: JavaScript): string {
  if (part.kind === 'boolean') return `${part.code} ? 'success' : 'failed'`;
  return `${call(draft, 'outcomeOf')}(${part.code})`;
}

/** What must hold for the response to be right on the level of HTTP, or of gRPC. */
export function expectations(
  place: StepPlace,
  step: RequestStep | StreamStep | GrpcStep | GrpcStreamStep,
  response: string,
  judge: Judge,
): Condition[] {
  if ('grpc' in step || 'grpcStream' in step) return [statusCondition(expectedCodes(step) ?? 0, response)];
  const { status, headers, body } = step.expect ?? {};
  const conditions = [statusCondition(status, response)];
  for (const [name, value] of Object.entries(headers ?? {})) {
    const { code } = textValue(place, value);
    const given = `${response}.headers[${quote(canonicalHeader(name))}]`;
    const values = [[`headers["${name}"]`, given] as const, ['expected', code] as const];
    const keys = ['expect', 'headers', name];
    conditions.push({ keys, text: `headers["${name}"]`, code: `${given} === ${code}`, values });
  }
  if (body !== undefined) {
    const condition = conditionOf(judge, body, ['expect', 'body']);
    conditions.push({ ...condition, code: isTrueToo(judge.expression(body, ['expect', 'body'])) });
  }
  return conditions;
}

function statusCondition(status: number | readonly number[] | undefined, response: string): Condition {
  const expected = status === undefined ? 'below 400' : [status].flat().join(' or ');
  return {
    keys: status === undefined ? [] : ['expect', 'status'],
    text: `status ${expected}`,
    code: statusCode(status, response),
    values: [['status', `${response}.status`]],
  };
}

function statusCode(status: number | readonly number[] | undefined, response: string): string {
  const code = `${response}.status`;
  if (status === undefined) return `${code} >= 200 && ${code} < 400`;
  return typeof status === 'number' ? `${code} === ${status}` : `[${status.join(', ')}].includes(${code})`;
}
