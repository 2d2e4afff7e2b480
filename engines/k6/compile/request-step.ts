/**
 * A step that sends a request.
 *
 * A task is judged where the step has `success`, `expect.headers`, `expect.body` or `capture`. It failed when the
 * status, a header or the body is not the expected one, or when a value to capture is missing; otherwise `success`
 * decides. k6 knows a request as failed by its status alone, so a wrong header or body fails the task, not the
 * request. A step that only captures files nothing but such failures. An iteration ends at a missing value: the steps
 * after it could only ask for `undefined`.
 */
import {
  methods,
  type GrpcStep,
  type GrpcStreamStep,
  type RequestStep,
  type StreamStep,
} from '../../../core/plan/schema';
import { assignment, lineWidth, object, quote } from './code';
import { call, fileBeside } from './draft';
import { expectations, judgeOf, needBody, outcomeCode, type Judge, type ResponseNames } from './judge';
import { argument, paramsArgument, urlArgument, type Params, type StepDraft } from './request';
import { conditionOf, traceAnswer, traceCaptures, traceConditions } from './trace';
import { encodedPairs, joined, jsonValue, textValue } from './values';

export interface RequestCode {
  readonly statements: string[];
  /** Captured names and the code of their values. */
  readonly captured: ReadonlyMap<string, string>;
}

export function requestStep(step: StepDraft, request: RequestStep, submit: readonly string[]): RequestCode {
  const { draft } = step;
  const names = {
    response: step.locals.give(`response${step.number}`),
    json: step.locals.give(`json${step.number}`),
  };
  const judge = judgeOf(step, names);
  const sent = sendCode(step, request);
  const judged = judgeCode(step, request, names, judge);
  const after = sent.after(names.response);
  const isRead = draft.isTraced || judged.statements.length + after.length > 0;
  const json = judge.usesJson()
    ? [`  const ${names.json} = ${call(draft, 'jsonOf')}(${names.response});`]
    : [];
  const head = isRead ? `const ${names.response} = ` : '';
  const statements = [
    ...sent.before,
    ...submit,
    `  ${head}${sent.code};`,
    ...after,
    ...traceAnswer(step, names.response),
    ...json,
    ...judged.statements,
  ];
  return { statements, captured: judged.captured };
}

function sendCode(step: StepDraft, request: RequestStep): Params {
  const method = methods.find((key) => key in request) ?? 'get';
  const path = (request as Readonly<Record<string, unknown>>)[method] as string;
  const url = urlArgument(step, request, path);
  const body = bodyOf(step, request);
  const params = paramsArgument(step, request, {
    timeoutMs: request.timeout,
    headers: request.headers,
    contentType: body.contentType,
    readsBody: needBody([request.success, request.expect?.body, ...Object.values(request.capture ?? {})]),
    statuses: statusesOf(request),
    isPoll: false,
  });
  const before = [...url.before, ...body.before, ...params.before];
  return { before, after: params.after, code: callCode(method, url.code, body.code, params.code) };
}

function callCode(method: string, url: string, body: string | undefined, params: string): string {
  if (method === 'get' || method === 'head') return `http.${method}(${url}, ${params})`;
  return `http.${method === 'delete' ? 'del' : method}(${url}, ${body ?? 'null'}, ${params})`;
}

export function statusesOf(request: RequestStep | StreamStep): readonly number[] | undefined {
  const status = request.expect?.status;
  return typeof status === 'number' ? [status] : status;
}

interface Body {
  readonly code: string | undefined;
  readonly before: readonly string[];
  readonly contentType: string | undefined;
}

export function bodyOf(step: StepDraft, request: RequestStep | StreamStep): Body {
  if (request.json !== undefined) {
    const json = argument(step, 'body', jsonValue(step, request.json), ['JSON.stringify(', ')']);
    return { ...json, contentType: 'application/json' };
  }
  if (request.form !== undefined) {
    const value = joined(encodedPairs(step, request.form));
    return { ...argument(step, 'body', value), contentType: 'application/x-www-form-urlencoded' };
  }
  if (request.multipart !== undefined) return multipartBody(step, request.multipart);
  if (request.body === undefined) return { code: undefined, before: [], contentType: undefined };
  return { ...argument(step, 'body', textValue(step, request.body)), contentType: undefined };
}

/** k6 makes a body of parts of an object that has a file in it, and gives it its content type. */
function multipartBody(step: StepDraft, parts: NonNullable<RequestStep['multipart']>): Body {
  const entries = Object.entries(parts).map(([name, part]) => {
    const value =
      typeof part === 'object'
        ? { code: uploadConstant(step, part), isFixed: true }
        : textValue(step, String(part));
    return { entry: [name, value.code] as const, isFixed: value.isFixed };
  });
  const isFixed = entries.every((each) => each.isFixed);
  const code = object(entries.map(({ entry }) => entry));
  return { ...argument(step, 'body', { code, isFixed }), contentType: undefined };
}

function uploadConstant(
  step: StepDraft,
  part: { readonly file: string; readonly type?: string | undefined },
): string {
  const { draft, label } = step;
  const name = draft.identifiers.give(`${label}-file`);
  const own = part.file.split(/[\\/]/).at(-1) ?? '';
  const given = [`open(${quote(`./${fileBeside(draft, part.file)}`)}, 'b')`, quote(own)];
  if (part.type !== undefined) given.push(quote(part.type));
  draft.constants.push(`const ${name} = http.file(${given.join(', ')});`);
  return name;
}

interface JudgeCode {
  readonly statements: string[];
  readonly captured: ReadonlyMap<string, string>;
}

/** What a stream has to be beside, and what is filed of it under the tags of its outcome. */
interface JudgeMore {
  /** Whether there is a task though the step says nothing of one. */
  readonly isTask: boolean;
  readonly held: readonly string[];
  readonly file: (tags: string) => readonly string[];
  /** The code of the time that it took, where k6 does not tell it with the response. */
  readonly took?: string;
  /** The code of a condition under which nobody can say what the outcome is. */
  readonly isOpen?: string;
}

const nothingMore: JudgeMore = { isTask: false, held: [], file: () => [] };

function saysOutcome(request: RequestStep | StreamStep | GrpcStep | GrpcStreamStep): boolean {
  const { success } = request;
  if ('grpc' in request || 'grpcStream' in request) return success !== undefined;
  const { expect } = request;
  return success !== undefined || expect?.headers !== undefined || expect?.body !== undefined;
}

export function judgeCode(
  step: StepDraft,
  request: RequestStep | StreamStep | GrpcStep | GrpcStreamStep,
  names: ResponseNames,
  judge: Judge,
  more: JudgeMore = nothingMore,
): JudgeCode {
  const { draft } = step;
  const captures = captureCode(step, request, judge);
  const { success } = request;
  const judges = more.isTask || saysOutcome(request);
  const expected = expectations(step, request, names.response, judge);
  const traced = [
    ...traceCaptures(step, captures.captured),
    ...traceConditions(step, [
      ...expected,
      ...(success === undefined || !draft.isTraced ? [] : [conditionOf(judge, success, ['success'])]),
    ]),
  ];
  if (!judges && captures.isMissing === undefined) return { statements: traced, captured: captures.captured };
  draft.metrics.add('task');
  const tags = tagsConstant(step);
  const took = more.took ?? `${call(draft, 'took')}(${names.response})`;
  const add = (outcome: string) => [
    `task.add(${took}, ${tags}${outcome});`,
    ...more.file(`${tags}${outcome}`),
  ];
  const statements = [...captures.statements, ...traced];
  const stop = captures.isMissing === undefined ? [] : stopCode(step, captures, add('.failed'));
  if (judges) {
    const held = [...more.held, ...expected.map(({ code }) => code)];
    const result =
      success === undefined ? "'success'" : outcomeCode(draft, judge.expression(success, ['success']));
    const outcome = step.locals.give(`outcome${step.number}`);
    statements.push(...stop, ...outcomeStatements(outcome, held, result));
    const told = more.isOpen === undefined ? outcome : `${more.isOpen} ? 'unjudged' : ${outcome}`;
    statements.push(...add(`[${told}]`).map((line) => `  ${line}`));
  } else statements.push(...stop);
  return { statements, captured: captures.captured };
}

function outcomeStatements(name: string, held: readonly string[], result: string): string[] {
  const condition = held.join(' && ');
  if (result === "'success'") return choiceStatement(`const ${name} =`, held);
  return [`  let ${name} = 'failed';`, `  if (${condition}) {`, ...assignment(name, result, 2), '  }'];
}

/** Laid out over several lines where one is too short. */
function choiceStatement(head: string, held: readonly string[]): string[] {
  const inline = `  ${head} ${held.join(' && ')} ? 'success' : 'failed';`;
  if (inline.length <= lineWidth) return [inline];
  const joined = `    ${held.join(' && ')}`;
  const conditions =
    joined.length <= lineWidth
      ? [joined]
      : held.map((condition, index) => `    ${condition}${index < held.length - 1 ? ' &&' : ''}`);
  return [`  ${head}`, ...conditions, "      ? 'success'", "      : 'failed';"];
}

/** The tags of the outcomes of a step, as a constant. */
export function tagsConstant(step: StepDraft): string {
  const name = step.draft.identifiers.give(`${step.label}-tags`);
  step.draft.constants.push(`const ${name} = ${call(step.draft, 'tagsOf')}(${quote(step.name)});`);
  return name;
}

interface Captures extends JudgeCode {
  /** The condition under which a value is missing, if anything is captured. */
  readonly isMissing: string | undefined;
}

export function captureCode(step: StepDraft, request: Pick<RequestStep, 'capture'>, judge: Judge): Captures {
  const captured = new Map<string, string>();
  const statements: string[] = [];
  for (const [name, text] of Object.entries(request.capture ?? {})) {
    const variable = step.variables.get(name);
    const identifier = variable ?? step.locals.give(name);
    const head = variable === undefined ? 'const ' : '';
    statements.push(`  ${head}${identifier} = ${judge.expression(text, ['capture', name]).code};`);
    captured.set(name, identifier);
  }
  const tests = [...captured.values()].map((name) => `${call(step.draft, 'isMissing')}(${name})`);
  return { statements, captured, isMissing: tests.length === 0 ? undefined : tests.join(' || ') };
}

export function stopCode(step: StepDraft, captures: Captures, fail: readonly string[]): string[] {
  const names = [...captures.captured.keys()].join(', ');
  const message = quote(`${step.name}: the response does not have every value to capture (${names})`);
  return [
    `  if (${captures.isMissing ?? 'false'}) {`,
    `    ${call(step.draft, 'warnOnce')}(${message});`,
    ...fail.map((line) => `    ${line}`),
    '    return;',
    '  }',
  ];
}
